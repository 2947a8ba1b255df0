"""Conditions as a person writes them: `index=0`, `loss<=1.5`, `kind=bad saddle`, `loss=nan`."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lossatlas.errors import misuse

from ._condition import Range, is_number
from ._record import Scalar

_CONDITION = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*(<=|>=|=|<|>)\s*(.*?)\s*", re.DOTALL)
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "none": None}


def parse_conditions(texts: Iterable[str]) -> dict[str, Any]:
    """Conditions for `records(where=...)` from their texts.

    A value is a number where it reads as one, `true`, `false` or `none`, and text otherwise; text
    in double quotes is text whatever it says. Two bounds on one attribute make one range.

    Args:
        texts: Each a name, one of = < > <= >=, and a value.

    Returns:
        The conditions by name.

    Raises:
        ValueError: If a text is not a condition, or two on one attribute do not go together.

    Example:
        >>> from lossatlas.catalogue import parse_conditions
        >>> parse_conditions(["index=0", "loss>=1", "loss<=2"])
        {'index': 0, 'loss': Range(low=1, high=2, closed=True)}
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, condition = _parse(text)
        found[name] = _joined(text, found[name], condition) if name in found else condition
    return found


def _parse(text: str) -> tuple[str, Any]:
    match = _CONDITION.fullmatch(text)
    if not match:
        raise misuse(
            "where",
            should="be a name, one of = < > <= >=, and a value",
            got=repr(text)[:80],
            remedy='For example "index=0" or "loss<=1.5".',
        )
    name, relation, word = match.groups()
    value = _scalar(word)
    if relation == "=":
        return name, value
    if not is_number(value):
        raise misuse(
            "where",
            should="compare with a number",
            got=repr(text)[:80],
            remedy="Use = for words and for nan.",
        )
    closed = relation.endswith("=")
    number: Any = value
    if relation.startswith("<"):
        return name, Range(high=number, closed=closed)
    return name, Range(low=number, closed=closed)


def _scalar(word: str) -> Scalar:
    if len(word) >= 2 and word[0] == word[-1] == '"':
        return word[1:-1]
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    for number in (int, float):
        try:
            return number(word)
        except ValueError:
            continue
    return word


def _joined(text: str, one: Any, other: Any) -> Range:
    """A lower and an upper bound as one range."""
    if isinstance(one, Range) and isinstance(other, Range) and one.closed == other.closed:
        if one.high is None and other.low is None:
            return replace(one, high=other.high)
        if one.low is None and other.high is None:
            return replace(one, low=other.low)
    raise misuse(
        "where",
        should="name an attribute once, or with a lower and an upper bound of one kind",
        got=repr(text)[:80],
        remedy="Use >= with <=, or > with <.",
    )
