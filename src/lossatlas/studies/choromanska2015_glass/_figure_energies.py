"""The paper's figure of scaled energies: a histogram for each Lambda, one over the other."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Figure, Line, Panel, numbers

from ._rows import METHODS, Row, Rows, by_size, of_method

_BINS = 24


def energies_figure(rows: Rows) -> Figure | None:
    """One panel a method, one outline a Lambda."""
    used = [method for method in METHODS if of_method(rows.runs, method)]
    if not used:
        return None
    edge = rows.runs[0]["threshold"]
    return Figure(
        id="energies",
        title="Energies per spin at which descents end",
        claims=("C12", "C7"),
        caption=(
            f"Histograms of H / Λ at the ends of {len(rows.runs)} descents, one outline a Λ, each of "
            "area 1; the vertical line is -E_∞. The outlines grow narrower and move towards the "
            "line from the right: Figure 3 (left) of the paper."
        ),
        limits=(
            "A histogram mixes the spread between couplings with that between starts; standard "
            "errors, which count couplings, are in the remarks of C12. Methods that ran out of their "
            "budget stand where they were."
        ),
        panels=tuple(_panel(method, of_method(rows.runs, method), edge) for method in used),
    )


def _panel(method: str, rows: Sequence[Row], edge: float) -> Panel:
    groups = by_size(rows)
    outlines = [outline([r["energy"] for r in own], f"Λ = {size}") for size, own in groups.items()]
    top = max(max(line.y) for line in outlines)
    mark = Line((-edge, -edge), (0.0, top), "-E_∞", dashed=True)
    return Panel(method, "energy per spin H / Λ", "density", (*outlines, mark))


def outline(values: Sequence[float], label: str) -> Line:
    """The outline of a histogram of area 1, from the axis up and back to it.

    Bins are as many as Rice's rule has it, 2 n^{1/3}.
    """
    bins = min(_BINS, max(1, round(2 * len(values) ** (1 / 3))))
    density, edges = np.histogram(np.asarray(values), bins=bins, density=True)
    x = np.repeat(edges, 2)
    y = np.concatenate([[0.0], np.repeat(density, 2), [0.0]])
    return Line(numbers(x), numbers(y), label)
