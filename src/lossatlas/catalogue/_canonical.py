"""One text for one value: JSON with sorted keys, no blanks, and floats by their shortest repr.

A task's key and a store's digest are hashes of this text, so two values that are equal must give
the same bytes in every process and on every machine.
"""

import json
from typing import Any

from lossatlas.errors import misuse


def canonical_json(value: Any, *, name: str = "value") -> str:
    """The canonical JSON text of plain values.

    Not-a-number and the infinities are written as `NaN`, `Infinity` and `-Infinity`, which
    `json.loads` reads back; tuples become lists.

    Args:
        value: None, booleans, integers, floats, strings, and lists, tuples and string-keyed
            dictionaries of them.
        name: The name that an error gives the value.

    Returns:
        The text, in ASCII.

    Raises:
        ValueError: If there is something else inside, or a key that is not a string.

    Example:
        >>> from lossatlas.catalogue import canonical_json
        >>> canonical_json({"b": (1, 2.0), "a": None})
        '{"a":null,"b":[1,2.0]}'
    """
    _check_keys(value, name)
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    except (TypeError, RecursionError) as error:
        raise misuse(
            name,
            should="hold plain JSON values only",
            got=str(error),
            remedy="Pass numbers, strings, booleans, None, lists and dictionaries of them.",
        ) from None


def _check_keys(value: Any, name: str) -> None:
    """Refuse keys that JSON would turn into strings: 1 and "1" must not become one key."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise misuse(
                    name,
                    should="have strings as keys",
                    got=f"the key {key!r}",
                    remedy="Turn the keys into strings.",
                )
            _check_keys(item, name)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_keys(item, name)
