"""What several figures share: hover texts, and a fair choice of networks."""

from collections.abc import Sequence

from ._rows import Row

SHOWN = 300
"""Networks of a width that a figure shows one by one."""


def shown(rows: Sequence[Row]) -> Sequence[Row]:
    """The first networks of a width: they are numbered at random."""
    return rows[:SHOWN]


def hovers(rows: Sequence[Row]) -> tuple[str, ...]:
    """Which network stands behind each point, and what its record says."""
    return tuple(
        f"n1 = {row['width']}, network {row['network']}, seed {row['seed']}\n"
        f"training loss {row['train_loss']:.5g}, test loss {row['test_loss']:.5g}{_errors(row)}"
        for row in rows
    )


def _errors(row: Row) -> str:
    if "test_error" not in row:
        return ""
    return f"\ntraining error {row['train_error']:.2%}, test error {row['test_error']:.2%}"
