"""What kinds of bad minima searches end in: a row for each network, an end in one column."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from lossatlas.evidence import Table

from ._rows import Row, Rows, by, networks_of
from ._settings import IDENTITY

_KINDS: dict[str, Callable[[Row], bool]] = {
    "with dead units": lambda row: bool(row["dead_units"]),
    "on kinks": lambda row: bool(row["kinks"]),
    "strict": lambda row: bool(row["strict"]),
    "flat in more directions": bool,
}


def kinds_table(
    rows: Rows, *, id: str, kept: Callable[[Row], bool] = lambda _: True
) -> tuple[Table, ...]:
    """The kinds of the proved bad minima of each network that is kept; no table of nothing.

    Args:
        rows: The study's records.
        id: The table's name in links.
        kept: Whether a class of ends belongs into the table.
    """
    cells = tuple(
        _row(f"{architecture}, {family}", activation, minima)
        for (family, architecture), own in networks_of(bad_minima(rows, kept)).items()
        for activation, minima in by("activation", own).items()
    )
    if not cells:
        return ()
    return (
        Table(
            id=id,
            title="What the bad minima are",
            caption=(
                "The different bad minima that were proved, how many searches ended in them, and what "
                "stops these searches: units that are dead, off on every sample; a kink, where a unit is "
                "exactly at its threshold on some sample; or a strict minimum inside the activation "
                "pattern, from which the loss rises in every direction that does more than rescale units. "
                "Each search stands in the first of the columns that fits. The height is the median over "
                "searches of the distance to the best known value, in units of ½ ‖Y‖²."
            ),
            limits=(
                "Minima are different if their losses differ in the ninth digit or their activation "
                "patterns do, up to the order of units."
            ),
            columns=("network", "activation", "minima", "searches", *_KINDS, "height"),
            rows=cells,
        ),
    )


def bad_minima(rows: Rows, kept: Callable[[Row], bool] = lambda _: True) -> list[Row]:
    """The proved bad minima that are kept, each with its number of ends."""
    return [
        row
        for row in rows.points
        if row["role"] == "class of ends"
        and row["bad"]
        and row["activation"] != IDENTITY
        and kept(row)
    ]


def _row(name: str, activation: str, minima: Sequence[Row]) -> tuple[str | int, ...]:
    counts = dict.fromkeys(_KINDS, 0)
    for row in minima:
        counts[kind_of(row)] += row["ends"]
    heights = _repeated((row["above"], row["ends"]) for row in minima)
    searches = sum(row["ends"] for row in minima)
    return name, activation, len(minima), searches, *counts.values(), f"{median(heights):.2g}"


def kind_of(row: Row) -> str:
    """The first of the kinds that fits a proved minimum."""
    return next(kind for kind, fits in _KINDS.items() if fits(row))


def _repeated(pairs: Iterable[tuple[float, int]]) -> list[float]:
    return [value for value, times in pairs for _ in range(times)]
