"""At which losses searches end: outlines of histograms, one an activation, and the minima proved."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Mark, Panel, Scatter, numbers

from ._rows import Row, Rows, by, networks_of

FLOOR = 1e-10
_BINS = 40
_MOST = 10.0


def losses_figure(rows: Rows) -> Figure | None:
    """A panel a network; an outline an activation, a dot a class of ends for which a proof was tried."""
    if not rows.ends:
        return None
    return Figure(
        id="nonlinearity-losses",
        title="Losses at which searches end",
        claims=("N1", "N2"),
        caption=(
            "How many searches end how far above the best known value of their network, in units of "
            "½ ‖Y‖², one outline an activation. A dot is a minimum: the class of ends of one loss and one "
            "activation pattern, at its loss and number of ends; a cross where it is not proved."
        ),
        limits=(
            f"Distances below {FLOOR:g} are drawn there: these ends are at the best known value. Ends that "
            "are on their way stand wherever they have come to. Each "
            "network and activation has its own best known value, so that outlines say nothing about "
            "which activation reaches the lower loss."
        ),
        panels=tuple(
            _panel(f"{architecture}, {family}", own, _classes(rows.points, family, architecture))
            for (family, architecture), own in networks_of(rows.ends).items()
        ),
    )


def _classes(points: Sequence[Row], family: str, architecture: str) -> list[Row]:
    return [
        row
        for row in points
        if row["role"] == "class of ends"
        and (row["family"], row["architecture"]) == (family, architecture)
    ]


def _panel(title: str, rows: Sequence[Row], minima: Sequence[Row]) -> Panel:
    outlines = [_outline(name, ends) for name, ends in by("activation", rows).items()]
    dots = [
        _dots([row for row in minima if bool(row["bad"]) is bad], label, symbol)
        for bad, label, symbol in (
            (True, "bad minima, proved", "circle"),
            (False, "not proved", "x"),
        )
    ]
    marks: list[Mark] = [*outlines, *(one for one in dots if one.x)]
    x_label = "distance from the best known value"
    return Panel(title, x_label, "searches", tuple(marks), x_log=True)


def _dots(rows: Sequence[Row], label: str, symbol: str) -> Scatter:
    return Scatter(
        numbers(max(row["above"], FLOOR) for row in rows),
        numbers(row["ends"] for row in rows),
        label,
        hover=tuple(_in_words(row) for row in rows),
        symbol=symbol,
    )


def _in_words(row: Row) -> str:
    head = f"{row['activation']}, minimum {row['minimum']}, {row['ends']} ends"
    if not row["proved"]:
        return f"{head}\nnot proved: {row['not_proved']}"
    kind = "strict but for symmetry" if row["strict"] else "not strict"
    lower = f"lower by {row['gap']:.3g}" if row["bad"] else row["not_proved"]
    return f"{head}\n{kind}, {row['dead_units']} dead units, {lower}"


def _outline(name: str, rows: Sequence[Row]) -> Line:
    above = np.array([row["above"] for row in rows], float)
    above = np.clip(above[np.isfinite(above)], FLOOR, _MOST)
    edges = np.geomspace(FLOOR, _MOST, _BINS + 1)
    counts, _ = np.histogram(above, edges)
    heights = np.concatenate([[0.0], np.repeat(counts, 2), [0.0]])
    return Line(numbers(np.repeat(edges, 2)), numbers(heights), name)
