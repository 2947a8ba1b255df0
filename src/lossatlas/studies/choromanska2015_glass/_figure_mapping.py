"""Networks as the paper maps them to spin glasses, with what the mapping leaves out."""

from lossatlas.evidence import Figure, Panel, Scatter, numbers

from ._notes import MAPPING_CAVEATS
from ._rows import Rows


def mapping_figure(rows: Rows) -> Figure | None:
    """Weights against Lambda, coloured by H."""
    if not rows.mappings:
        return None
    dots = Scatter(
        numbers(row["weights"] for row in rows.mappings),
        numbers(row["spins"] for row in rows.mappings),
        "networks",
        group=tuple(int(row["order"]) for row in rows.mappings),
        group_label="H",
        hover=tuple(row["widths"] for row in rows.mappings),
    )
    return Figure(
        id="networks",
        title="Networks as spin glasses",
        claims=("C5",),
        caption=(
            "Λ = Ψ^(1/H), Ψ the number of paths from the inputs to one output and H the number of "
            "weight layers, against the number of weights of the network."
        ),
        limits=MAPPING_CAVEATS,
        panels=(Panel("", "weights", "Λ", (dots,), x_log=True, y_log=True),),
    )
