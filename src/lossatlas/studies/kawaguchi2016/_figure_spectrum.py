"""The Hessian's whole spectrum at balanced critical points, predicted against computed."""

from collections.abc import Sequence

from lossatlas.evidence import Figure, Line, Panel, Scatter

from ._rows import Row, Rows, by, network_of


def spectrum_figure(rows: Rows) -> Figure | None:
    """One panel a network: the eigenvalues at up to three subsets, ascending."""
    spectra = by(network_of, rows.spectra)
    if not spectra:
        return None
    farthest = max(row["distance"] for row in rows.spectra)
    return Figure(
        id="spectrum",
        title="The Hessian's spectrum, predicted and computed",
        claims=("K7",),
        caption=(
            "Eigenvalues of the Hessian at balanced critical points, ascending: lines are the closed "
            "form, dots are computed from the stored point. The largest distance at any of the "
            f"{len(rows.spectra)} points is {farthest:.1e} of the largest eigenvalue."
        ),
        limits=(
            "The closed form needs whitened inputs and balanced weights with no excess block; at "
            "other points of the same family the eigenvalues differ, while their signs are counted "
            "by the same formula."
        ),
        panels=tuple(_panel(name, own) for name, own in spectra.items()),
    )


def _panel(name: str, rows: Sequence[Row]) -> Panel:
    chosen = sorted(rows, key=lambda row: (row["index"], row["subset"]))
    shown = [chosen[0], chosen[len(chosen) // 2], chosen[-1]] if len(chosen) > 3 else chosen
    marks = tuple(mark for row in shown for mark in _pair(row))
    return Panel(name, "number of the eigenvalue", "eigenvalue", marks)


def _pair(row: Row) -> tuple[Line, Scatter]:
    predicted, computed = row["array"].reshape(2, -1).tolist()
    numbers = tuple(float(k) for k in range(1, len(predicted) + 1))
    name = f"subset {{{row['subset']}}}, index {row['index']}"
    return (
        Line(numbers, tuple(predicted), f"predicted, {name}"),
        Scatter(numbers, tuple(computed), f"computed, {name}"),
    )
