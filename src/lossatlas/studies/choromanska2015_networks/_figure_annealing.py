"""Descent against the best annealing at equal budgets, and weights of few values."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Levels, Line, Panel, Scatter, numbers

from ._claims import LARGEST_DROP
from ._judge_annealing import Duel, duels
from ._marks import hovers
from ._rows import ANNEALING, FEW_VALUED, Row, Rows, by, column


def annealing_figure(rows: Rows) -> Figure | None:
    """A panel a width: training losses against loss evaluations, both sides."""
    fought = duels(rows.comparisons, ANNEALING)
    if not fought:
        return None
    widths = sorted({(duel.width, duel.samples) for duel in fought})
    return Figure(
        id="descent-annealing",
        title="Descent and annealing with as many loss evaluations",
        claims=("C16",),
        caption=(
            "Training losses of the same starts on the same digits after the best of five descents and "
            "the best of five annealing schedules, against what both spent. One evaluation is a pass over all "
            "samples; a gradient counts as the passes that it takes."
        ),
        limits=(
            "The best of each side is chosen after the fact, on these networks; a budget in "
            "evaluations is not time: moves of single weights run at a fraction of the speed of "
            "matrix products."
        ),
        panels=tuple(_panel(w, n, [d for d in fought if (d.width, d.samples) == (w, n)]) for w, n in widths),
    )  # fmt: skip


def _panel(width: int, samples: int, fought: Sequence[Duel]) -> Panel:
    sides = {
        "best descent": [row for duel in fought for row in duel.descents],
        "best annealing": [row for duel in fought for row in duel.best],
    }
    marks = tuple(
        Scatter(
            numbers(column(own, "evaluations")),
            numbers(column(own, "train_loss")),
            name,
            hover=hovers(own),
        )
        for name, own in sides.items()
    )
    title = f"n1 = {width}, {samples} digits"
    return Panel(title, "loss evaluations", "training loss", marks, x_log=True, y_log=True)


def few_values_figure(rows: Rows) -> Figure | None:
    """The drop of the test accuracy against the number of values, by way of replacing."""
    groups = by(lambda row: row["how"], rows.few_values)
    annealed = duels(rows.comparisons, FEW_VALUED)
    if not groups and not annealed:
        return None
    panels = [_drops(how, own) for how, own in groups.items()]
    return Figure(
        id="few-values",
        title="Weights of few values",
        claims=("C17",),
        caption=(
            "Mean drop of the test accuracy when trained weights are rounded to even values in [-1, 1] "
            "or, layer by layer, to the means of their clusters; and, network by network, the test "
            "error of weights annealed over -1, 0, 1 against that of descent from the same start."
        ),
        limits=(
            "Rounding and clustering change a network after training; annealing learns with the few "
            "values, on fewer digits and within a budget. A drop says nothing of what a longer search "
            "would find."
        ),
        panels=(*panels, *([_annealed(annealed)] if annealed else [])),
    )


def _drops(how: str, rows: Sequence[Row]) -> Panel:
    lines = []
    for width, own in by(lambda row: row["width"], rows).items():
        drops = {
            number: (column(its, "test_error") - column(its, "error_before")).mean()
            for number, its in sorted(by(lambda row: row["values"], own).items())
        }
        lines.append(Line(numbers(drops), numbers(drops.values()), f"n1 = {width}"))
    bound = Levels((LARGEST_DROP,), (f"{LARGEST_DROP:.1%}",), "bound of C17")
    return Panel(
        how, "values of a weight", "drop of the test accuracy", (*lines, bound), x_log=True
    )


def _annealed(fought: Sequence[Duel]) -> Panel:
    marks = tuple(
        Scatter(
            numbers(column(duel.descents, "test_error")),
            numbers(column(duel.best, "test_error")),
            f"n1 = {duel.width}",
            hover=hovers(duel.best),
        )
        for duel in fought
    )
    return Panel(FEW_VALUED, "test error of descent", "test error of three values", marks)
