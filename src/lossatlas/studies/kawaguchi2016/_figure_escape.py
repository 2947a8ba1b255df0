"""How a bad saddle is left: the loss along a path that no curvature shows."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Line, Panel, Scatter

from ._rows import Row, Rows, by

_MOST_PATHS = 6


def escape_figure(rows: Rows) -> Figure | None:
    """The drop against the step, on logarithmic axes, and the loss itself on linear ones."""
    if not rows.escapes:
        return None
    orders = sorted({row["order"] for row in rows.escapes})
    chosen = [
        own[0] for own in by(lambda row: (row["network"], row["order"]), rows.escapes).values()
    ]
    shown = chosen[:_MOST_PATHS]
    return Figure(
        id="escape",
        title="Leaving a bad saddle",
        claims=("K3", "K5"),
        caption=(
            f"The loss along {len(shown)} of {len(rows.escapes)} paths that start at bad saddles. On "
            "logarithmic axes the drop is a straight line whose slope is the order of the first "
            f"derivative that shows the way down, here {', '.join(map(str, orders))}; dashed: the "
            "predicted slope. On linear axes the loss stays flat for a while, then falls."
        ),
        limits=(
            "One path from each saddle, chosen by the theory: others may fall faster. Below a drop of "
            "about 1e-13 of the loss, rounding hides it, and nothing is drawn."
        ),
        panels=(_drops(shown), _losses(shown)),
    )


def _drops(rows: Sequence[Row]) -> Panel:
    marks: list[Scatter | Line] = []
    for row in rows:
        t, drop = _resolved(row)
        marks.append(Scatter(t, drop, _name(row)))
        if t:
            predicted = tuple(drop[-1] * (step / t[-1]) ** row["order"] for step in t)
            marks.append(Line(t, predicted, f"t^{row['order']}", dashed=True))
    return Panel(
        "the drop, on logarithmic axes", "step t along the path", "loss at the saddle - loss",
        tuple(marks), x_log=True, y_log=True,
    )  # fmt: skip


def _losses(rows: Sequence[Row]) -> Panel:
    lines = []
    for row in rows:
        t, drop = row["array"].reshape(2, -1)
        share = (row["loss"] - drop) / row["loss"]
        lines.append(Line(tuple(t.tolist()), tuple(share.tolist()), _name(row)))
    label = "loss, in units of the saddle's"
    return Panel("the loss itself", "step t along the path", label, tuple(lines))


def _resolved(row: Row) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The steps whose drop is above rounding and still on the first power, ascending."""
    t, drop = row["array"].reshape(2, -1)
    seen = (drop > 1e-13 * row["loss"]) & (t <= row["fit_limit"])
    return tuple(t[seen].tolist()), tuple(drop[seen].tolist())


def _name(row: Row) -> str:
    return f"{row['architecture']} on {row['data']}, subset {{{row['subset']}}}"
