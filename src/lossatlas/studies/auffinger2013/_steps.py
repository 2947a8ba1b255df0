"""What happens from each size to the next, as checks."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from lossatlas.evidence import Check, Strength

from ._rows import Row

_NEEDED = 3


def falls(what: str, rows: Sequence[Row], value: Callable[[Row], float]) -> Check:
    """A value falls from each size to the next; undecided with fewer than three sizes.

    Args:
        what: What falls, as the start of a sentence.
        rows: Rows by ascending size.
        value: The value of a row; infinite where nothing is left.
    """
    values = [value(row) for row in rows]
    return Check.no_exception(
        f"{what} falls from each size to the next (N = {sizes(rows)})",
        exceptions=sum(not later < earlier for earlier, later in pairwise(values)),
        sample_size=max(0, len(values) - 1),
        minimum=_NEEDED - 1,
        strength=Strength.MEASURED,
    )


def sizes(rows: Sequence[Row]) -> str:
    """The sizes of rows in words."""
    return ", ".join(str(row["size"]) for row in rows) or "none"
