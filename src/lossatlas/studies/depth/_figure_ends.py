"""How far above the global value descents ended, against depth."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Levels, Mark, Panel, Scatter, numbers

from ._claims import VALUE_TOLERANCE
from ._rows import Row, Rows, by

_FLOOR = 1e-17


def ends_figure(rows: Rows) -> Figure | None:
    """A panel a family of networks; a dot a descent, certified or not."""
    if not rows.ends:
        return None
    return Figure(
        id="depth-ends",
        title="Ends of descents above the global value",
        claims=("D1",),
        caption=(
            f"The ends of {len(rows.ends)} descents of deep linear networks, how far their loss lies "
            "from the global value, in units of ½ ‖Y‖², against the number of hidden layers. A "
            "certified end above the tolerance (the line) would be a counterexample."
        ),
        limits=(
            f"Distances below {_FLOOR:g} are drawn there; they are rounding. Not certified ends are "
            "shown and not judged: a descent on its way is no end."
        ),
        panels=tuple(_panel(family, own) for family, own in by("family", rows.ends).items()),
    )


def _panel(family: str, rows: Sequence[Row]) -> Panel:
    shares = (("certified", "circle", True), ("not certified", "x", False))
    dots = [
        _dots([row for row in rows if bool(row["certified"]) is wanted], label, symbol)
        for label, symbol, wanted in shares
    ]
    tolerance = Levels((VALUE_TOLERANCE,), ("tolerance",))
    title = "distance from the global value"
    marks: list[Mark] = [*(one for one in dots if one.x), tolerance]
    return Panel(family, "hidden layers", title, tuple(marks), y_log=True)


def _dots(rows: Sequence[Row], label: str, symbol: str) -> Scatter:
    return Scatter(
        numbers(row["hidden_layers"] for row in rows),
        numbers(max(abs(row["above"]), _FLOOR) for row in rows),
        label,
        hover=tuple(
            f"{row['architecture']}, descent {row['run']}, {row['status']}, {row['kind']}"
            for row in rows
        ),
        symbol=symbol,
    )
