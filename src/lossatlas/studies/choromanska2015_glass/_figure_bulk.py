"""The Hessian's spectrum at minima, against the semicircle that the theory shifts there."""

import numpy as np

from lossatlas.evidence import Figure, Line, Panel, numbers
from lossatlas.theory.random_matrix import semicircle

from ._figure_energies import outline
from ._rows import Row, Rows, by_size


def bulk_figure(rows: Rows) -> Figure | None:
    """One panel a size: all spectra in units of their own centre and radius."""
    if not rows.spectra:
        return None
    return Figure(
        id="bulk",
        title="The spectrum at minima",
        claims=("C7",),
        caption=(
            "Histogram of the eigenvalues of the Hessian at minima, each spectrum shifted by its "
            "centre -p u and scaled by its radius 2 √(p (p - 1) (Λ - 1) / Λ); the line is the "
            "semicircle. At a minimum all eigenvalues are positive, so the left edge of an unscaled "
            "spectrum lies at or above 0."
        ),
        limits=(
            "Conditioning on a minimum cuts the left edge off: at finite Λ the spectrum at a minimum "
            "is not exactly the semicircle."
        ),
        panels=tuple(_panel(size, own) for size, own in by_size(rows.spectra).items()),
    )


def _panel(size: int, rows: list[Row]) -> Panel:
    scaled = [(np.asarray(row["array"]) - row["centre"]) / row["radius"] for row in rows]
    x = np.linspace(-1, 1, 121)
    curve = Line(numbers(x), numbers(semicircle(x)), "semicircle")
    found = outline(np.concatenate(scaled).tolist(), f"{len(rows)} minima")
    title = f"Λ = {size}"
    return Panel(title, "(eigenvalue + p u) / radius", "density", (found, curve))
