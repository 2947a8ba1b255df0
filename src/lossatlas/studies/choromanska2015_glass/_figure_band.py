"""The band at finite size: the exact share of minima below each energy, beside what was found."""

import numpy as np

from lossatlas.evidence import Figure, Line, Panel, numbers
from lossatlas.theory.kac_rice import ground_state, threshold

from ._rows import Row, Rows


def band_figure(rows: Rows) -> Figure | None:
    """The exact distribution of the energies of minima at each size, with the literal band."""
    curves = [row for row in rows.curves if row["array"] is not None]
    if not curves:
        return None
    order = curves[0]["order"]
    edge, lowest = threshold(order), ground_state(order)
    band = [
        Line((-edge, -edge), (0.0, 1.0), "-E_∞: literally, all minima lie left of it", dashed=True),
        Line((-lowest, -lowest), (0.0, 1.0), "-E_0", dashed=True),
    ]
    exact = Panel(
        "share of minima below an energy, exact",
        "energy per spin",
        "share of minima",
        (*map(_distribution, curves), *band),
    )
    share = Line(
        numbers(row["size"] for row in curves),
        numbers(row["below"] / row["minima"] for row in curves),
        "share of minima below -E_∞",
    )
    falls = Panel("share below -E_∞", "Λ", "share of minima", (share,), x_log=True, y_log=True)
    return Figure(
        id="band",
        title="The band of minima at finite size",
        claims=("C7",),
        caption=(
            "Left: the exact mean share of minima below each energy, one curve a Λ. The curves "
            "steepen and move left, but at every size nearly all of each lies right of -E_∞. "
            "Right: the share below -E_∞, which falls with Λ."
        ),
        limits=(
            "Shares are ratios of exact mean numbers over couplings, not means of ratios. The "
            "statement of the limit needs its ε: at fixed ε > 0 the share below -(E_∞ - ε) tends "
            "to one."
        ),
        panels=(exact, falls),
    )


def _distribution(row: Row) -> Line:
    energies, shares = np.asarray(row["array"]).reshape(2, -1)
    return Line(numbers(energies), numbers(shares), f"Λ = {row['size']}")
