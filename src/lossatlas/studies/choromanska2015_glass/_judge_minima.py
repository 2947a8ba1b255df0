"""C7: where minima lie, on complete instances and on the exact curve; the literal band is false.

An instance that is completely enumerated has every minimum once, so its mean is over minima, as the
theory's is. Descents reach a minimum with the weight of its basin; their ends stand in remarks.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import nan, sqrt

import numpy as np

from lossatlas.evidence import Check, Strength

from ._claims import DEVIATIONS, EPSILON, GAP, GAP_SIZES, GAP_TOLERANCE, INSTANCES_NEEDED
from ._rows import Row, Rows, by_size, count
from ._statistics import Mean, clustered_mean, ratio_mean

MEASURED = Strength.MEASURED
_HALF = 0.5


def check_minima(rows: Rows) -> list[Check]:
    """C7: the mean on enumerated instances, the gap, the share of the band, the literal form."""
    return [*_enumerated(rows), *_gaps(rows.curves), _grows(rows.curves), _literal(rows.curves)]


def _enumerated(rows: Rows) -> list[Check]:
    exact = {row["size"]: row for row in rows.curves}
    checks = [
        Check.enough(
            "Instances whose points are proved complete",
            needed=INSTANCES_NEEDED,
            counted=len(rows.complete),
            strength=MEASURED,
        )
    ]
    for size, own in by_size(rows.complete).items():
        if size in exact:
            checks += [_mean_energy(size, own, exact[size]), _share_below(size, own, exact[size])]
    return checks


def _mean_energy(size: int, rows: Sequence[Row], exact: Row) -> Check:
    mean = _ratio(rows, "energy_sum")
    return Check.within(
        f"Mean energy per spin of all {mean.values} minima of {mean.clusters} complete instances "
        f"at Λ = {size} against the exact curve",
        predicted=exact["mean"],
        measured=mean.value,
        tolerance=_tolerance(mean, mean.standard_error),
        sample_size=mean.clusters,
        strength=MEASURED,
    )


def _share_below(size: int, rows: Sequence[Row], exact: Row) -> Check:
    share = _ratio(rows, "below")
    predicted = exact["below"] / exact["minima"]
    # few minima lie there, and where none was met the spread between instances says nothing
    independent = sqrt(predicted * (1 - predicted) / max(1, share.values))
    return Check.within(
        f"Share of these minima below -E_∞ at Λ = {size} against the exact share",
        predicted=predicted,
        measured=share.value,
        tolerance=_tolerance(share, max(independent, share.standard_error)),
        sample_size=share.clusters,
        strength=MEASURED,
    )


def _tolerance(mean: Mean, standard_error: float) -> float:
    """Not a number, which leaves a check undecided, where there are too few instances."""
    return DEVIATIONS * standard_error if mean.clusters >= INSTANCES_NEEDED else nan


def _ratio(rows: Sequence[Row], column: str) -> Mean:
    """The mean over minima of what `column` sums up in each instance."""
    return ratio_mean(
        np.array([row[column] for row in rows], dtype=float),
        np.array([row["minima"] for row in rows], dtype=float),
    )


def scaled_gap(row: Row) -> float:
    """(mean energy of minima + E_inf) sqrt(Lambda) on the exact curve."""
    return float((row["mean"] + row["threshold"]) * sqrt(row["size"]))


def _gaps(curves: Sequence[Row]) -> list[Check]:
    low, high = GAP_SIZES
    own = [row for row in curves if low <= row["size"] <= high and row["order"] == 3]
    gaps = [scaled_gap(row) for row in own]
    span = f"{min(gaps):.3f} to {max(gaps):.3f}" if gaps else "none"
    return [
        Check.no_exception(
            f"On the exact curve minima lie above -E_∞ by ({GAP:g} ± {GAP_TOLERANCE:g}) / √Λ on "
            f"average ({span}; Λ = {_sizes(own)})",
            exceptions=sum(not abs(gap - GAP) <= GAP_TOLERANCE for gap in gaps),
            sample_size=len(own),
            strength=MEASURED,
            tolerance=GAP_TOLERANCE,
        )
    ]


def _grows(curves: Sequence[Row]) -> Check:
    shares = [row["below_epsilon"] / row["minima"] for row in curves]
    return Check.no_exception(
        f"The exact share of minima below -(E_∞ - {EPSILON:g}) grows from each Λ to the next "
        f"({_percentages(shares)} at Λ = {_sizes(curves)})",
        exceptions=sum(not b > a for a, b in pairwise(shares)),
        sample_size=max(0, len(shares) - 1),
        strength=MEASURED,
    )


def _literal(curves: Sequence[Row]) -> Check:
    shares = [row["below"] / row["minima"] for row in curves]
    return Check.no_exception(
        "The literal statement, every minimum below -E_∞ with ε = 0, is false at these sizes: less "
        f"than half of the minima lie there (exactly {_percentages(shares)} at Λ = {_sizes(curves)})",
        exceptions=sum(not share < _HALF for share in shares),
        sample_size=len(shares),
        strength=MEASURED,
    )


def minima_notes(rows: Rows) -> list[str]:
    """Ends of descents finished to critical points, beside the exact curve."""
    exact = {row["size"]: row for row in rows.curves}
    notes = []
    for size, own in by_size(rows.minima).items():
        found = [row for row in own if row["status"] == "critical" and row["index"] == 0]
        if found:
            notes.append(_finished(size, own, found, exact.get(size)))
    return [*notes, *([_WEIGHTS] if notes else []), *layer_notes(rows)]


def _finished(size: int, ends: Sequence[Row], found: Sequence[Row], exact: Row | None) -> str:
    mean = clustered_mean([r["energy"] for r in found], [r["disorder"] for r in found])
    below = count(found, lambda row: row["energy"] < -row["threshold"])
    proved = count(found, lambda row: row["certified"])
    against = f", exactly {exact['mean']:.4f} over all minima" if exact else ""
    return (
        f"Λ = {size}: {len(found)} of {len(ends)} ends finished by reflected Newton steps are critical "
        f"with index 0, {proved} of them certified; mean energy {mean.value:.4f} ± {mean.standard_error:.4f}{against}; "
        f"{below} lie below -E_∞."
    )


def layer_notes(rows: Rows) -> list[str]:
    """What the layers of index 0 and 1 hold at finite size, exactly."""
    words = [
        f"Λ = {row['size']}: {row['below_ground']:.3g} points below -E_0, "
        f"{row['saddles_below']:.3g} of index at least 1 below -E_1"
        for row in rows.curves
        if np.isfinite(row["below_ground"]) and np.isfinite(row["saddles_below"])
    ]
    return [f"Layers at finite size, exact means: {'; '.join(words)}."] if words else []


_WEIGHTS = (
    "Descents reach a minimum with the weight of its basin, and deep minima have wide ones: their "
    "mean is no mean over minima."
)


def _sizes(rows: Sequence[Row]) -> str:
    return ", ".join(str(row["size"]) for row in rows) or "none"


def _percentages(shares: Sequence[float]) -> str:
    return ", ".join(f"{share:.2%}" for share in shares) or "none"
