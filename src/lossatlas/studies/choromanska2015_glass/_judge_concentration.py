"""C12: spreads and means of the energies at which descents end, from each Lambda to the next."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from lossatlas.evidence import Check, Strength

from ._claims import BEST_PRESET, DISORDERS_NEEDED, REFERENCE_DEVIATIONS, RUNS_NEEDED
from ._reference import ORDER, REFERENCES
from ._rows import GRADIENT, METHODS, STOCHASTIC, Row, Rows, by, by_size, of_method
from ._statistics import Mean, clustered_mean

MEASURED = Strength.MEASURED
# with fewer couplings a standard error is itself too uncertain
_CLUSTERS_NEEDED = 20
_FEWEST_CLUSTERS = 6


def mean_energy(rows: Sequence[Row]) -> Mean:
    """The mean energy per spin of runs, its standard error clustered by couplings."""
    return clustered_mean([r["energy"] for r in rows], [r["disorder"] for r in rows])


def check_concentration(rows: Rows) -> list[Check]:
    """C12: enough runs, falling spreads and means for both descents, the reference for one."""
    descents = [(name, of_method(rows.runs, name)) for name in (GRADIENT, STOCHASTIC)]
    return [
        *(_enough(name, own) for name, own in descents),
        *(check for name, own in descents if own for check in _trends(name, own)),
        *_against_reference(of_method(rows.runs, GRADIENT)),
    ]


def _enough(name: str, rows: Sequence[Row]) -> Check:
    sizes = by_size(rows)
    met = [size for size in DISORDERS_NEEDED if _is_enough(size, sizes.get(size, []))]
    return Check.enough(
        f"Sizes with {RUNS_NEEDED} runs of {name} over enough couplings, of Λ = "
        f"{', '.join(map(str, DISORDERS_NEEDED))} ({BEST_PRESET})",
        needed=len(DISORDERS_NEEDED),
        counted=len(met),
        strength=MEASURED,
    )


def _is_enough(size: int, rows: Sequence[Row]) -> bool:
    disorders = {row["disorder"] for row in rows}
    return len(rows) >= RUNS_NEEDED and len(disorders) >= DISORDERS_NEEDED[size]


def _trends(name: str, rows: Sequence[Row]) -> list[Check]:
    means = {
        size: mean
        for size, own in by_size(rows).items()
        if (mean := mean_energy(own)).clusters >= _FEWEST_CLUSTERS
    }
    if not means:
        return []
    gaps = [mean.value + rows[0]["threshold"] for mean in means.values()]
    sizes = ", ".join(map(str, means))
    return [
        _falls(f"{name}: the spread falls", [m.spread for m in means.values()], sizes, len(rows)),
        _falls(f"{name}: the mean's gap to -E_∞ falls", gaps, sizes, len(rows)),
        Check.no_exception(
            f"{name}: the mean stays above -E_∞ at Λ = {sizes}",
            exceptions=sum(not gap > 0 for gap in gaps),
            sample_size=len(gaps),
            strength=MEASURED,
        ),
    ]


def _falls(what: str, values: Sequence[float], sizes: str, runs: int) -> Check:
    listed = ", ".join(f"{value:.4f}" for value in values)
    return Check.no_exception(
        f"{what} from each Λ to the next ({listed} at Λ = {sizes}, {runs} runs)",
        exceptions=sum(not b < a for a, b in pairwise(values)),
        sample_size=max(0, len(values) - 1),
        strength=MEASURED,
    )


def _against_reference(rows: Sequence[Row]) -> list[Check]:
    own = [row for row in rows if row["plain"] and row["order"] == ORDER]
    means = {size: mean_energy(its) for size, its in by_size(own).items() if size in REFERENCES}
    return [
        _agrees(size, mean) for size, mean in means.items() if mean.clusters >= _CLUSTERS_NEEDED
    ]


def _agrees(size: int, mean: Mean) -> Check:
    known = REFERENCES[size]
    return Check.within(
        f"Mean energy of {mean.values} gradient descents over {mean.clusters} couplings at Λ = {size} "
        "against the reference",
        predicted=known.mean,
        measured=mean.value,
        tolerance=REFERENCE_DEVIATIONS * hypot(mean.standard_error, known.standard_error),
        sample_size=mean.clusters,
        strength=MEASURED,
    )


def concentration_notes(rows: Rows) -> list[str]:
    """Every method at every size: mean, spread, what it spent; then the schedules."""
    return [*_table(rows), *_beside_minima(rows), *_schedules(rows)]


def _table(rows: Rows) -> list[str]:
    return [
        f"Λ = {size}: " + "; ".join(_line(m, of_method(own, m)) for m in _used(own)) + "."
        for size, own in by_size(rows.runs).items()
    ]


def _used(rows: Sequence[Row]) -> list[str]:
    present = {row["method"] for row in rows}
    return [method for method in METHODS if method in present]


def _line(method: str, rows: Sequence[Row]) -> str:
    mean = mean_energy(rows)
    spent = sum(row["evaluations"] for row in rows) / len(rows)
    arrived = sum(bool(row["converged"]) for row in rows)
    stopped = f", {arrived} of them at the tolerance" if method == GRADIENT else ""
    return (
        f"{method} {mean.value:.4f} ± {mean.standard_error:.4f} (spread {mean.spread:.4f}, "
        f"{len(rows)} runs over {mean.clusters} couplings{stopped}, {spent:.0f} evaluations a run "
        f"of {rows[0]['budget']} allowed)"
    )


def _beside_minima(rows: Rows) -> list[str]:
    """The exact mean over all minima where a descent's mean stands at the same size."""
    exact = {row["size"]: row for row in rows.curves}
    words = [
        f"{row['mean']:.4f} (standard deviation {row['spread']:.4f}) at Λ = {size}"
        for size in by_size(rows.runs)
        if (row := exact.get(size)) is not None
    ]
    return [f"Exact mean energy over all minima: {', '.join(words)}."] if words else []


def _schedules(rows: Rows) -> list[str]:
    """The five candidates of each method, and whether the one that is used is the best of them."""
    groups = by(lambda row: (row["method"], row["size"]), rows.tunings)
    return [_choice(method, size, own) for (method, size), own in groups.items()]


def _choice(method: str, size: int, rows: Sequence[Row]) -> str:
    ranked = sorted(rows, key=lambda row: row["mean"])
    used = next((row for row in ranked if row["chosen"]), None)
    place = (
        "none of these" if used is None else f"{used['schedule']}, number {ranked.index(used) + 1}"
    )
    tried = "; ".join(f"{row['schedule']}: {row['mean']:.4f}" for row in ranked)
    return (
        f"Schedule of {method}, tried at Λ = {size} on couplings of its own with "
        f"{ranked[0]['evaluations']:.0f} evaluations a run ({tried}); used: {place} of {len(ranked)}."
    )
