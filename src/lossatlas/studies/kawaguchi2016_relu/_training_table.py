"""How well the networks are trained, against what answering nothing and a linear network reach."""

from collections.abc import Sequence

from lossatlas.evidence import Cell, Table

from ._names import END, START
from ._numbers import NOTHING, shares, spanned
from ._rows import Row, Rows, by_architecture, depth_in_words, of


def training_tables(rows: Rows) -> tuple[Table, ...]:
    """The one table, where networks were trained."""
    ends = by_architecture(of(rows.checkpoints, stage=END))
    if not ends:
        return ()
    last = next(iter(ends.values()))[0]
    families = list(dict.fromkeys(family for family, _ in ends))
    lines = [line for family in families for line in _family(family, rows, ends)]
    return (
        Table(
            "trained-networks",
            "The networks, and how well they are trained",
            f"Networks without biases, trained for {last['epoch']} epochs by stochastic gradient descent. The "
            "loss is half the squared error, a mean over the digits; from the lowest to the highest network. "
            "Right means that the answer is the digit shown. Beside them what needs no training: answering 0 "
            "whatever the digit, and the best linear network.",
            "A network that answers few digits right has hardly been trained: what the audits say of "
            "the end of training then says little of trained networks.",
            (
                "networks", "loss at the start", "loss at the end", "training digits right",
                "test digits right",
            ),
            tuple(lines),
        ),
    )  # fmt: skip


def _family(
    family: str, rows: Rows, ends: dict[tuple[str, int], list[Row]]
) -> list[tuple[Cell, ...]]:
    """A data set's networks below what a linear network reaches."""
    lines: list[tuple[Cell, ...]] = []
    own = {layers: found for (name, layers), found in ends.items() if name == family}
    linear = of(rows.linear, family=family)
    if linear:
        best = linear[0]
        right = shares([best["train_right"]]), shares([best["test_right"]])
        lines += [
            (f"{family}: answering 0", NOTHING, f"{best['zero_value']:.3g}", NOTHING, NOTHING),
            (f"{family}: best linear network", NOTHING, f"{best['global_value']:.3g}", *right),
        ]
    for layers, found in own.items():
        starts = of(rows.checkpoints, stage=START, family=family, hidden_layers=layers)
        lines.append(_line(f"{family}, {depth_in_words(layers)}", starts, found))
    return lines


def _line(name: str, starts: Sequence[Row], ends: Sequence[Row]) -> tuple[Cell, ...]:
    finite = of(ends, finite=True)
    lost = len(ends) - len(finite)
    told = f"{ends[0]['architecture']}, {len(ends)} networks on {ends[0]['digits']} digits"
    return (
        f"{name} ({told}{f'; {lost} became infinite' if lost else ''})",
        spanned(row["train_loss"] for row in of(starts, finite=True)),
        spanned(row["train_loss"] for row in finite),
        shares(row["train_right"] for row in finite),
        shares(row["test_right"] for row in finite),
    )
