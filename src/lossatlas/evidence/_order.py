"""Verdicts in the order in which their studies were asked for."""

from collections.abc import Iterable, Sequence

from ._verdict import Verdict


def in_order(verdicts: Iterable[Verdict], studies: Sequence[str]) -> list[Verdict]:
    """The verdicts study by study, each study's own order kept.

    Args:
        verdicts: The verdicts, in whatever order they were stored.
        studies: The names of the studies, first things first; what is not named comes last.

    Returns:
        The same verdicts.
    """
    place = {name: i for i, name in enumerate(studies)}
    return sorted(verdicts, key=lambda verdict: place.get(verdict.study, len(place)))
