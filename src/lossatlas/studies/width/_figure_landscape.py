"""Curvature, roughness and barriers against width, a dot for each network or pair."""

from collections.abc import Callable, Iterable, Sequence

from lossatlas.evidence import Figure, Line, Mark, Panel, Scatter, numbers

from ._figure_losses import network_in_words
from ._judge_landscape import barriers, curvatures, roughnesses
from ._rows import Ensembles, Row, Rows, by, depth_in_words

Measure = Callable[[Iterable[Row]], Ensembles]


def landscape_figure(rows: Rows) -> Figure | None:
    """Three panels, one a measure."""
    panels = [
        _panel("largest curvature", "curvature", rows.networks, curvatures, network_in_words),
        _panel("roughness of straight lines", "roughness", rows.lines, roughnesses, pair_in_words),
        _panel("barrier of elastic bands", "barrier", rows.bands, barriers, pair_in_words),
    ]
    drawn = tuple(panel for panel in panels if panel is not None)
    if not drawn:
        return None
    return Figure(
        id="width-landscape",
        title="Smoothness with width",
        claims=("W2",),
        caption=(
            "Left: the largest eigenvalue of the Hessian of the training loss where training ended. "
            "Middle: the total variation of the loss along the straight line between two ends, beyond "
            "that of a monotone way. Right: how far the highest point of an elastic band lies above "
            "the higher of its ends, on small networks. Lines join the means."
        ),
        limits=(
            "A ReLU network's curvature depends on how its weights are scaled against each other, "
            "which changes no output. Units were not matched before a line was drawn. A band finds a "
            "way, not always the lowest."
        ),
        panels=drawn,
    )


def _panel(
    title: str,
    column: str,
    rows: Sequence[Row],
    measure: Measure,
    words: Callable[[Row], str],
) -> Panel | None:
    marks: list[Mark] = []
    for layers, own in by("hidden_layers", rows).items():
        means = {width: runs.mean() for width, runs in measure(own).items()}
        if means:
            shown = [row for row in own if row[column] == row[column]]
            label = depth_in_words(layers)
            x, y = numbers(r["width"] for r in shown), numbers(r[column] for r in shown)
            marks.append(Scatter(x, y, label, hover=tuple(map(words, shown))))
            marks.append(Line(numbers(means), numbers(means.values()), f"{label}, mean"))
    return Panel(title, "width", title, tuple(marks), x_log=True) if marks else None


def pair_in_words(row: Row) -> str:
    """What a dot says of its record."""
    return f"{row['architecture']}, networks {row['first']} and {row['second']}"
