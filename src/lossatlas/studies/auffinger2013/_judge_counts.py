"""C21, and the counted part of C6 and C10: enumerated instances against the exact means."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from lossatlas.evidence import Check, Strength

from ._claims import DEVIATIONS, INSTANCES_NEEDED, RATE_SIZE
from ._means import Comparison, comparisons
from ._rows import PROVED_COMPLETE, Row, Rows, by, by_order, glass_of
from ._steps import sizes

MEASURED = Strength.MEASURED


def check_headline(rows: Rows) -> list[Check]:
    """C21: the exact ratio and its rate, then the counts of every index."""
    checks = [check for order, own in by_order(rows.ratios).items() for check in _ratio(order, own)]
    enough = _enough(rows)
    totals = [_total(told) for told in _large(comparisons(rows, "total"))]
    return [*checks, *enough, *totals, *_all_meet("index", rows)]


def check_windows(rows: Rows) -> list[Check]:
    """C10's counts: the mean number of points in every window of energies."""
    return _all_meet("window", rows)


def check_lowest_window(rows: Rows) -> list[Check]:
    """C6's counts: the mean number of points below -E_inf."""
    lowest = [told for told in _large(comparisons(rows, "window")) if told.what == "window_0"]
    return [_no_deviation("of critical points below -E_∞", lowest)]


def _ratio(order: int, rows: Sequence[Row]) -> list[Check]:
    ratios = [row["log_total"] - row["log_minima"] for row in rows]
    # at N = 2 the sphere is a circle, and every second critical point is a minimum
    grows = Check.no_exception(
        f"p = {order}: critical points outnumber minima, and the more the larger the size "
        f"(N = {sizes(rows)})",
        exceptions=sum(not later > earlier for earlier, later in pairwise([0.0, *ratios])),
        sample_size=len(ratios),
        strength=MEASURED,
    )
    large = [row for row in rows if row["size"] >= RATE_SIZE]
    rates = ", ".join(f"{row['rate']:.4f} at N = {row['size']}" for row in large)
    near = Check.no_exception(
        f"p = {order}: the rate of their ratio ({rates or 'none'}) is within {rows[0]['excess']:.3f}"
        f"/√N of (p - 2)/p = {rows[0]['limit']:.4f}",
        exceptions=sum(not _near(row) for row in large),
        sample_size=len(large),
        strength=MEASURED,
    )
    return [grows, near]


def _near(row: Row) -> bool:
    return bool(abs(row["rate"] - row["limit"]) <= row["excess"] / sqrt(row["size"]))


def _enough(rows: Rows) -> list[Check]:
    counted = [len(own) for own in by(glass_of, rows.counts).values()]
    large = max(counted, default=0)
    return [
        Check.enough(
            "Instances of one order and size that were enumerated",
            needed=INSTANCES_NEEDED,
            counted=large,
            strength=MEASURED,
        )
    ]


def _large(told: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons that have instances enough to be judged."""
    return [own for own in told if own.instances >= INSTANCES_NEEDED]


def _total(told: Comparison) -> Check:
    return Check.within(
        f"Mean number of critical points at p = {told.order}, N = {told.size} "
        f"({told.instances} instances)",
        predicted=told.exact,
        measured=told.mean,
        tolerance=DEVIATIONS * told.standard_error,
        sample_size=told.instances,
        strength=MEASURED,
    )


def _all_meet(names: str, rows: Rows) -> list[Check]:
    words = {"index": "of every index", "window": "in every window of energies"}[names]
    return [_no_deviation(words, _large(comparisons(rows, names)))]


def _no_deviation(words: str, told: Sequence[Comparison]) -> Check:
    largest = max((own.deviation for own in told), default=0.0)
    places = sorted({(own.order, own.size) for own in told})
    named = "; ".join(
        f"p = {order}, N = {', '.join(str(n) for p, n in places if p == order)}"
        for order in sorted({order for order, _ in places})
    )
    return Check.no_exception(
        f"Mean numbers {words} lie within {DEVIATIONS:g} standard errors of the exact ones "
        f"({named or 'none'}; the largest deviation is {largest:.2f})",
        exceptions=sum(not own.meets for own in told),
        sample_size=len(told),
        strength=MEASURED,
        tolerance=DEVIATIONS,
    )


def count_notes(rows: Rows) -> list[str]:
    """How many enumerations are proofs, size by size, and what came out where there are few."""
    notes = []
    for (order, size), own in by(glass_of, rows.counts).items():
        proved = sum(row["completeness"] == PROVED_COMPLETE for row in own)
        euler = sum(row["euler"] != row["euler_expected"] for row in own)
        certified, total = sum(r["certified"] for r in own), sum(r["total"] for r in own)
        notes.append(
            f"p = {order}, N = {size}: {proved} of {len(own)} enumerations are proved complete, "
            f"{certified} of {total} points are certified, {euler} instances miss the Euler "
            "characteristic."
        )
    few = [own for own in comparisons(rows, "total") if own.instances < INSTANCES_NEEDED]
    return notes + [
        f"p = {own.order}, N = {own.size}: {own.mean:.1f} ± {own.standard_error:.1f} critical "
        f"points on {own.instances} instances, exactly {own.exact:.1f}; too few to enter the ruling."
        for own in few
    ]


def globe_notes(rows: Rows) -> list[str]:
    """What the pictured landscape of three spins shows."""
    return [
        f"The landscape of three spins in the picture (number {row['draw']} of {row['draws']} draws, "
        f"the one with most points) has Euler characteristic {row['euler']}; of its lines of "
        f"steepest descent and ascent {row['astray']} end at no extremum of the list."
        for row in rows.globes
    ]
