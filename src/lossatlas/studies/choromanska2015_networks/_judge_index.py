"""C14: how many eigenvalues are negative where training stops, by cut, by certificate, by gradient."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from lossatlas.evidence import Check, Strength

from ._claims import BEST_PRESET, CUT, CUTS, INDEXED_NEEDED, INDEXED_WIDTHS, LARGEST_INDEX, LEVEL
from ._rows import Row, Rows, by_width, column, column_of_cut
from ._statistics import ranked_correlation

MEASURED = Strength.MEASURED


def shares(rows: Sequence[Row], cut: float = CUT) -> np.ndarray:
    """The share of eigenvalues below minus the cut, of each network."""
    found: np.ndarray = column(rows, column_of_cut(cut)) / column(rows, "parameters")
    return found


def with_spectrum(rows: Sequence[Row]) -> list[Row]:
    """Networks with a Hessian that is finite."""
    return [row for row in rows if row[column_of_cut(CUT)] is not None]


def check_index(rows: Rows) -> list[Check]:
    """C14: enough exact Hessians, a small share at the paper's cut, the same answer at other cuts."""
    groups = by_width(with_spectrum(rows.indices))
    met = [w for w in INDEXED_WIDTHS if len(groups.get(w, ())) >= INDEXED_NEEDED]
    enough = Check.enough(
        f"Widths with {INDEXED_NEEDED} exact Hessians, of n1 = "
        f"{', '.join(map(str, INDEXED_WIDTHS))} ({BEST_PRESET})",
        needed=len(INDEXED_WIDTHS),
        counted=len(met),
        strength=MEASURED,
    )
    if len(met) < len(INDEXED_WIDTHS):
        return [enough]
    judged = {width: groups[width] for width in met}
    small = [
        Check.at_most(
            f"Mean normalised index at n1 = {width}, eigenvalues below -{CUT:g}",
            bound=LARGEST_INDEX,
            measured=float(shares(own).mean()),
            sample_size=len(own),
            strength=MEASURED,
        )
        for width, own in judged.items()
    ]
    return [enough, *small, *(_sensitivity(width, own) for width, own in judged.items())]


def _sensitivity(width: int, rows: Sequence[Row]) -> Check:
    """Another answer at another cut decides nothing, but leaves the claim open."""
    means = [float(shares(rows, cut).mean()) for cut in CUTS]
    small = [mean <= LARGEST_INDEX for mean in means]
    passed = True if len(set(small)) == 1 else None
    listed = ", ".join(f"{mean:.5f} at {cut:g}" for cut, mean in zip(CUTS, means, strict=True))
    what = f"Mean normalised index at n1 = {width} by the cut"
    word = "the answer is the same at all" if passed else "the answer depends on the cut"
    return Check(
        what, f"at most {LARGEST_INDEX:g} at all or at none", listed, passed,
        f"{what}: {listed}; {word}.", len(rows), MEASURED,
    )  # fmt: skip


def index_notes(rows: Rows) -> list[str]:
    """Certified counts and gradient norms by width; estimates for wide networks."""
    settled = by_width(with_spectrum(rows.settled))
    exact = [
        _certified(width, own) + _settled(settled.get(width, ()))
        for width, own in by_width(with_spectrum(rows.indices)).items()
    ]
    return [*exact, *(_estimated(width, own) for width, own in by_width(rows.estimates).items())]


def _certified(width: int, rows: Sequence[Row]) -> str:
    size = column(rows, "parameters")
    certain = column(rows, "negative") / size
    possible = certain + column(rows, "undecided") / size
    gradients = column(rows, "gradient_norm")
    told = ranked_correlation(gradients, shares(rows))
    return (
        f"n1 = {width}, {len(rows)} networks: certified negative {certain.mean():.5f} of the "
        f"eigenvalues, {possible.mean():.5f} with those that are zero or that rounding leaves "
        f"undecided, no cut in either; largest normalised index at the paper's cut {shares(rows).max():.5f}, lowest "
        f"eigenvalue {column(rows, 'lowest').min():.4g}. The gradient norm there is "
        f"{np.median(gradients):.3g} in the median ({gradients.min():.3g} to {gradients.max():.3g}), "
        f"so these are not critical points; its rank correlation with the index is {told:+.2f}."
    )


def _settled(rows: Sequence[Row]) -> str:
    """The same networks after more steps along the whole gradient."""
    if not rows:
        return ""
    size = column(rows, "parameters")
    return (
        f" After more steps along the whole gradient, where its norm is "
        f"{np.median(column(rows, 'gradient_norm')):.3g} in the median, the mean normalised index is "
        f"{shares(rows).mean():.5f} at the cut and {(column(rows, 'negative') / size).mean():.5f} "
        "certified."
    )


def _estimated(width: int, rows: Sequence[Row]) -> str:
    from scipy.stats import t as student

    size = column(rows, "parameters")
    error = sqrt(float(np.square(column(rows, "standard_error")).mean()))
    factor = float(student.ppf(1 - LEVEL / 2, rows[0]["probes"] - 1))
    return (
        f"n1 = {width}, {len(rows)} networks: share of eigenvalues below -{CUT:g} by "
        f"{rows[0]['probes']} probes of {rows[0]['steps']} Lanczos steps "
        f"{column(rows, 'share').mean():.5f}, for one network ± {factor * error:.5f} (99 %); at least "
        f"{(column(rows, 'at_least') / size).mean():.5f} by a certified count in a block of "
        f"{rows[0]['block']} of {int(size[0])} parameters. Resolution, not only sampling, limits such "
        "an estimate so near to zero."
    )
