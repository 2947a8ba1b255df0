"""Writing TOML, which the standard library only reads. Tables, lists, strings and numbers."""

import re
from collections.abc import Mapping
from typing import Any

from lossatlas.errors import misuse

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_toml(table: Mapping[str, Any]) -> str:
    """A table as TOML text that `tomllib` reads back as the same table.

    TOML knows no null: keys whose value is None are left out, in tables at any depth.

    Args:
        table: Strings, booleans, integers, floats (infinities and not-a-number too), and lists,
            tuples and string-keyed dictionaries of them.

    Raises:
        ValueError: If there is something else inside, or a None in a list.

    Example:
        >>> print(to_toml({"preset": "quick", "study": {"widths": (64, 8), "seed": None}}))
        preset = "quick"
        <BLANKLINE>
        [study]
        widths = [64, 8]
        <BLANKLINE>
    """
    return "\n".join(_table_lines(table, ())) + "\n"


def _table_lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """Plain values first: after a table's head every line belongs to that table."""
    given = {key: value for key, value in table.items() if value is not None}
    tables = {key: value for key, value in given.items() if isinstance(value, Mapping)}
    lines = [f"{_key(k)} = {_value(v)}" for k, v in given.items() if k not in tables]
    for key, value in tables.items():
        below = (*path, key)
        lines += [*([""] if lines else []), f"[{'.'.join(map(_key, below))}]"]
        lines += _table_lines(value, below)
    return lines


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, Mapping):
        given = {key: item for key, item in value.items() if item is not None}
        return f"{{{', '.join(f'{_key(k)} = {_value(v)}' for k, v in given.items())}}}"
    raise misuse(
        "settings",
        should="be plain values, with no None in a list",
        got=repr(value)[:80],
        remedy="Turn it into a number, a string, a list or a table.",
    )


def _string(text: str) -> str:
    return '"' + "".join(_character(c) for c in text) + '"'


def _character(c: str) -> str:
    if c in _ESCAPES:
        return _ESCAPES[c]
    return f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c
