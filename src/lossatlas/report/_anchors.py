"""Names fit for links and files."""

from collections.abc import Sequence
from re import sub


def anchors(prefix: str, names: Sequence[str]) -> list[str]:
    """A name for each that is fit for a link and a file, and no name twice.

    Example:
        >>> from lossatlas.report._anchors import anchors
        >>> anchors("claim", ["K1", "a/b", "a b", "K1"])
        ['claim-K1', 'claim-a-b', 'claim-a-b--2', 'claim-K1--2']
    """
    given: list[str] = []
    for name in names:
        word = sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "unnamed"
        plain = f"{prefix}-{word}" if prefix else word
        repeats = sum(known == plain or known.startswith(f"{plain}--") for known in given)
        given.append(f"{plain}--{repeats + 1}" if repeats else plain)
    return given
