"""Training against test loss, a panel a width; and the correlation against the width."""

from collections.abc import Mapping, Sequence

from lossatlas.evidence import Figure, Panel, Scatter, numbers

from ._claims import CORRELATIONS
from ._judge_correlation import correlation, standard_error
from ._marks import SHOWN, hovers, shown
from ._rows import Row, Rows, by_width, column


def correlation_figure(rows: Rows) -> Figure | None:
    """The scatter of each width with its correlation, then all correlations beside the paper's."""
    groups = by_width(rows.finite)
    if not groups:
        return None
    return Figure(
        id="train-test",
        title="Training and test loss of the same networks",
        claims=("C15",),
        caption=(
            f"One point a network (the first {SHOWN} of each width), all networks in the correlation; "
            "the last panel has the correlation against n1, with the paper's Table 1 beside it."
        ),
        limits=(
            "A correlation depends on how far training went and on how many digits there are; the "
            "paper states neither the rate nor the size of its sets, so equality is not expected."
        ),
        panels=(*(_panel(width, own) for width, own in groups.items()), _against_width(groups)),
    )


def _panel(width: int, rows: Sequence[Row]) -> Panel:
    own = shown(rows)
    dots = Scatter(
        numbers(column(own, "train_loss")),
        numbers(column(own, "test_loss")),
        "network",
        hover=hovers(own),
    )
    title = f"n1 = {width}: correlation {correlation(rows):.3f}"
    return Panel(title, "training loss", "test loss", (dots,))


def _against_width(groups: Mapping[int, Sequence[Row]]) -> Panel:
    found = {width: correlation(own) for width, own in groups.items()}
    said = tuple(
        f"{rho:.4f} ± {standard_error(rho, len(groups[width])):.4f}, {len(groups[width])} networks"
        for width, rho in found.items()
    )
    marks = (
        Scatter(numbers(found), numbers(found.values()), "here", hover=said),
        Scatter(numbers(CORRELATIONS), numbers(CORRELATIONS.values()), "paper", symbol="x"),
    )
    return Panel("correlation", "n1", "correlation", marks, x_log=True)
