"""C13 and C18: test losses against the width, their spread about the fitted law and the law."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.evidence import Check, Strength
from lossatlas.studies._trend import falling, trend_of

from ._claims import BEST_PRESET, LAW_NEEDED, NETWORKS_NEEDED, PAPER_WIDTHS
from ._rows import Row, Rows, by_width, column
from ._statistics import Law, explained_share, fit_law, means_and_spreads, resample

MEASURED = Strength.MEASURED
_LEAST = 3


@final
@dataclass(frozen=True, eq=False)
class Spreads:
    """Mean and standard deviation of the test loss by width, with the law fitted to the means.

    `means` and `spreads` have a row for the measured value and one for each resample; `scaled` are
    the spreads divided by the law's value, fitted anew in each row.
    """

    widths: tuple[int, ...]
    counts: tuple[int, ...]
    means: Float[ndarray, "b w"]
    spreads: Float[ndarray, "b w"]
    law: Law
    scaled: Float[ndarray, "b w"]

    @property
    def errors(self) -> Float[ndarray, " w"]:
        """The standard errors of the means."""
        standard: ndarray = self.spreads[0] / np.sqrt(self.counts)
        return standard


def judged_networks(rows: Rows) -> dict[int, list[Row]]:
    """The finite networks of the paper's widths, where there are enough at each; else none."""
    groups = by_width(rows.finite)
    counted = [len(groups.get(width, ())) for width in PAPER_WIDTHS]
    return {w: groups[w] for w in PAPER_WIDTHS} if min(counted) >= NETWORKS_NEEDED else {}


def enough_networks(rows: Rows) -> Check:
    """Whether spreads and correlations can be judged."""
    groups = by_width(rows.finite)
    return Check.enough(
        f"Widths with {NETWORKS_NEEDED} networks whose losses are finite, of n1 = "
        f"{', '.join(map(str, PAPER_WIDTHS))} ({BEST_PRESET})",
        needed=len(PAPER_WIDTHS),
        counted=sum(len(groups.get(width, ())) >= NETWORKS_NEEDED for width in PAPER_WIDTHS),
        strength=MEASURED,
    )


def find_spreads(
    groups: Mapping[int, Sequence[Row]], *, resamples: int, seed: int
) -> Spreads | None:
    """Spreads of the test loss over widths; None where a law cannot be fitted.

    A law needs two widths, a spread two networks, a logarithm positive losses.
    """
    columns = {w: column(own, "test_loss")[:, None] for w, own in groups.items() if len(own) > 1}
    if len(columns) < 2 or min(values.mean() for values in columns.values()) <= 0:
        return None
    widths = tuple(columns)
    measured = np.stack([means_and_spreads(values) for values in columns.values()])
    drawn = resample(columns, means_and_spreads, resamples=resamples, seed=seed)
    both = np.concatenate([measured[None], drawn])
    law = fit_law(widths, both[..., 0])
    scaled = both[..., 1] / np.exp(law.log_means(widths))
    counts = tuple(len(values) for values in columns.values())
    return Spreads(widths, counts, both[..., 0], both[..., 1], law, scaled)


def check_spread(rows: Rows, *, resamples: int, seed: int) -> list[Check]:
    """C13: enough networks, and a scaled spread that falls."""
    found = find_spreads(judged_networks(rows), resamples=resamples, seed=seed)
    if found is None:
        return [enough_networks(rows)]
    trend = trend_of(found.widths, found.scaled, runs=sum(found.counts))
    return [
        enough_networks(rows),
        falling("The standard deviation of the scaled test loss", trend, "n1"),
    ]


def check_law(rows: Rows, *, resamples: int, seed: int) -> list[Check]:
    """C18: enough networks, and a law that explains how their mean loss varies."""
    found = find_spreads(judged_networks(rows), resamples=resamples, seed=seed)
    if found is None:
        return [enough_networks(rows)]
    alpha, beta = (float(x[0]) for x in (found.law.alpha, found.law.beta))
    share = explained_share(np.log(found.means[0]), first_log_means(found))
    return [
        enough_networks(rows),
        Check.at_least(
            f"Share of the variance of ln E[L] over n1 that exp(a n1^b) explains, with a = {alpha:.4g} "
            f"and b = {beta:.4g}",
            bound=LAW_NEEDED,
            measured=share,
            sample_size=sum(found.counts),
            strength=MEASURED,
        ),
    ]


def first_log_means(found: Spreads) -> Float[ndarray, " w"]:
    """The logarithm of E[L] by the law that is fitted to what was measured."""
    fitted: ndarray = found.law.log_means(found.widths)[0]
    return fitted


def spread_notes(rows: Rows, *, resamples: int, seed: int) -> list[str]:
    """A line a width: mean, standard deviation, scaled standard deviation with its interval."""
    found = find_spreads(by_width(rows.finite), resamples=resamples, seed=seed)
    if found is None:
        return []
    lows, highs = np.quantile(found.scaled[1:], (0.025, 0.975), axis=0)
    lines = [
        f"n1 = {n}: test loss {mean:.4f} ± {error:.4f} over {count} networks, standard deviation "
        f"{spread:.4f}, scaled {scaled:.4f} (95 % from {low:.4f} to {high:.4f})."
        for n, mean, error, count, spread, scaled, low, high in zip(
            found.widths, found.means[0], found.errors, found.counts, found.spreads[0],
            found.scaled[0], lows, highs, strict=True,
        )
    ]  # fmt: skip
    return [f"Test losses of all widths, scaled by a law fitted to them. {' '.join(lines)}"]


def law_notes(rows: Rows, *, resamples: int, seed: int) -> list[str]:
    """The constants with intervals, the residuals, and a power law with as many constants."""
    groups = judged_networks(rows) or by_width(rows.finite)
    found = find_spreads(groups, resamples=resamples, seed=seed)
    if found is None or len(found.widths) < _LEAST:
        return []
    y, fitted = np.log(found.means[0]), first_log_means(found)
    slope, level = np.polyfit(np.log(found.widths), y, 1)
    power = explained_share(y, slope * np.log(found.widths) + level)
    residuals = ", ".join(
        f"{100 * (np.exp(gap) - 1):+.2f} % ({gap * mean / error:+.1f} standard errors) at {n}"
        for n, gap, mean, error in zip(
            found.widths, y - fitted, found.means[0], found.errors, strict=True
        )
    )
    return [
        f"a = {_interval(found.law.alpha)}, b = {_interval(found.law.beta)} at n1 = "
        f"{', '.join(map(str, found.widths))}; it explains {explained_share(y, fitted):.4f} of the "
        f"variance. Residuals of the mean loss: {residuals}.",
        f"A power law, E[L] = exp({level:.4g}) n1^{slope:.4g}, explains {power:.4f} with as many "
        "constants.",
    ]


def _interval(values: Float[ndarray, " b"]) -> str:
    low, high = np.quantile(values[1:], (0.025, 0.975))
    return f"{values[0]:.4g} (95 % from {low:.4g} to {high:.4g})"
