"""The seven assumptions as tables: what each says and who needs it, and what was measured of it."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lossatlas.evidence import Cell, Ruling, Table

from ._names import END, START
from ._rows import Row, Rows, by, layers_in_words, of

if TYPE_CHECKING:
    from lossatlas.audits import Assumption

_PURPOSES = {
    "reshaping": "reshaping: turns the network into a spin glass",
    "distributional": "distributional: makes the spin glass's Hessian random",
    "remaining": "remaining: turns the network into a linear one",
}
_STAGES = (START, END)
_IN_WORDS = {
    "Var(pi)/rho^2": "how much the share of digits on which a path is open differs from path to path "
    "(variance over squared mean)",
    "alignment with inputs": "how closely paths that are open together go with pictures that are alike, "
    "a correlation",
    "distance of tuple counts from uniform": "how far combinations of weight values are from equally "
    "frequent, a share of all paths",
}


def seven() -> "tuple[Assumption, ...]":
    """The assumptions of the papers, without what is behind them."""
    # Imported here: settings and claims are read before anything loads torch.
    from lossatlas.audits import ASSUMPTIONS

    return tuple(a for a in ASSUMPTIONS.values() if a.kind.value in _PURPOSES)


def audit_tables(rows: Rows) -> tuple[Table, ...]:
    """The table of meanings; for each data set what was measured, and the same by depth."""
    families = by("family", rows.audits)
    return (
        _meanings(),
        *(_measured(family, own) for family, own in families.items()),
        *(_by_depth(family, own) for family, own in families.items()),
    )


def _meanings() -> Table:
    return Table(
        "seven-assumptions",
        "The seven assumptions of the theory",
        "A route, or path, leads from one input through one unit of each layer to an output, and is open "
        "on a picture if all its units fire there. What each assumption says of a network, what the "
        "theory uses it for, which theorem needs it, and whether Kawaguchi's paper, which came later, "
        "does without it. Three reshape the network, two are about distributions, two remain.",
        "The letters are Kawaguchi's: p is for plausible, u for unrealistic, -m for modified. Where the "
        "numbering is ours, the content is that of Choromanska et al. 2015 and the label could not be "
        "confirmed from the papers.",
        (
            "assumption",
            "in plain words",
            "what it is for",
            "who needs it",
            "Kawaguchi",
            "numbering",
        ),
        tuple(_meaning(assumption) for assumption in seven()),
    )


def _meaning(a: "Assumption") -> tuple[Cell, ...]:
    numbering = "ours" if a.ours else "as in the paper"
    return (a.id, a.plainly, _PURPOSES[a.kind.value], a.theorem, a.fate, numbering)


def _measured(family: str, rows: Sequence[Row]) -> Table:
    networks = len({(row["hidden_layers"], row["seed"]) for row in rows})
    return Table(
        f"audits-{family}",
        f"What was measured: networks on {family}",
        "Each assumption with the number that decides, its value if the assumption were true with what "
        f"still counts as true, and the median over {networks} networks (lowest to highest), before and "
        "after training. The verdict is that of most networks; how many share it stands before it.",
        "The tolerances are ours; they were fixed before anything was measured. Other data, widths and "
        "ways to train may give other numbers.",
        (
            "assumption", "what is measured", "if true", "at the start", "verdict at the start",
            "at the end", "verdict at the end",
        ),
        tuple(
            _row(assumption, of(rows, assumption=assumption.id)) for assumption in seven()
        ),
    )  # fmt: skip


def _row(assumption: "Assumption", rows: Sequence[Row]) -> tuple[Cell, ...]:
    statistic, under, tolerance = _deciding(rows)
    true = f"{under} ± {tolerance}" if under else ""
    cells: list[Cell] = []
    for stage in _STAGES:
        own = of(rows, stage=stage)
        ruling, count = _majority(own)
        cells += [f"{_range(own, statistic)}; {ruling.value} in {count} of {len(own)}", ruling]
    return (f"{assumption.id}: {assumption.plainly}", in_words(statistic), true, *cells)


def in_words(statistic: str) -> str:
    """A number's name for a reader who does not know the formula; others keep their own."""
    return _IN_WORDS.get(statistic, statistic)


def _deciding(rows: Sequence[Row]) -> tuple[str, str, str]:
    """The number that decides most often, with its value under the assumption."""
    named = [row for row in rows if row["statistic"]]
    if not named:
        return "nothing", "", ""
    statistic, _ = Counter(row["statistic"] for row in named).most_common(1)[0]
    first = of(named, statistic=statistic)[0]
    return statistic, f"{first['under']:g}", f"{first['tolerance']:g}"


def _majority(rows: Sequence[Row]) -> tuple[Ruling, int]:
    """What most audits say; of equals the graver."""
    order = [Ruling.FAILS, Ruling.UNDECIDED, Ruling.HOLDS, Ruling.NOT_APPLICABLE]
    counts = {ruling: sum(row["verdict"] == ruling.value for row in rows) for ruling in order}
    ruling = max(order, key=lambda one: counts[one])
    return (ruling, counts[ruling]) if rows else (Ruling.NOT_APPLICABLE, 0)


def _range(rows: Sequence[Row], statistic: str) -> str:
    values = [r["measured"] for r in of(rows, statistic=statistic) if r["measured"] is not None]
    if not values:
        return "not measured"
    middle, low, high = np.median(values), min(values), max(values)
    return f"{middle:.3g} ({low:.3g} to {high:.3g})" if len(values) > 1 else f"{middle:.3g}"


def _by_depth(family: str, rows: Sequence[Row]) -> Table:
    depths = sorted({row["hidden_layers"] for row in rows})
    return Table(
        f"audits-by-depth-{family}",
        f"The same by depth: networks on {family}",
        "The median over networks of the number that decides, before → after training, for each "
        "number of hidden layers.",
        "Networks of different depth have the same width, so that the deeper ones are larger.",
        (
            "assumption",
            "what is measured",
            "if true",
            *(layers_in_words(depth) for depth in depths),
        ),
        tuple(
            _depth_row(assumption, of(rows, assumption=assumption.id), depths)
            for assumption in seven()
        ),
    )


def _depth_row(
    assumption: "Assumption", rows: Sequence[Row], depths: Sequence[int]
) -> tuple[Cell, ...]:
    statistic, under, _ = _deciding(rows)
    cells = [
        " → ".join(
            _median(of(rows, stage=stage, hidden_layers=depth), statistic) for stage in _STAGES
        )
        for depth in depths
    ]
    return (assumption.id, in_words(statistic), under, *cells)


def _median(rows: Sequence[Row], statistic: str) -> str:
    values = [r["measured"] for r in of(rows, statistic=statistic) if r["measured"] is not None]
    return f"{np.median(values):.3g}" if values else "not measured"
