"""A record: one thing that a study saw, with named scalars and, where there is one, a point.

The catalogue does not know what a record means. It keeps it as it is: not-a-number and infinity are
values like any other, and a point keeps every bit of its float64 coordinates.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, final

import numpy as np
from jaxtyping import Float

from lossatlas.errors import misuse

Number: TypeAlias = int | float
Scalar: TypeAlias = bool | int | float | str | None

RESERVED = ("study", "record", "task", "ordinal")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_LARGEST = 2**63


@final
@dataclass(frozen=True, eq=False)
class Record:
    """One thing that was seen.

    Args:
        study: The study that saw it.
        kind: What it is, in the study's words; records of one kind have the same attributes.
        attributes: Named scalars. Names are identifiers of at most 64 characters; integers have at
            most 64 bits; NumPy scalars are taken as the Python numbers that they are.
        point: The point of the surface where it was seen, of shape (P,); kept as float64.
        origin: The key of the task and the place among its records; known once it is stored.

    Raises:
        ValueError: If a name or a value is not one that the catalogue can keep.

    Example:
        >>> from lossatlas.catalogue import Record
        >>> Record("kawaguchi", "saddle", {"index": 2, "loss": float("nan")}).attributes["index"]
        2
    """

    study: str
    kind: str
    attributes: Mapping[str, Any]
    point: Float[np.ndarray, " P"] | None = None
    origin: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        plain = {check_name(name): plain_scalar(name, x) for name, x in self.attributes.items()}
        object.__setattr__(self, "attributes", plain)
        for field in ("study", "kind"):
            _check_text(field, getattr(self, field))
        if self.point is not None:
            object.__setattr__(self, "point", _frozen_point(self.point))


def check_name(name: str) -> str:
    """The name itself, if an attribute may have it.

    Raises:
        ValueError: If it may not.
    """
    if not isinstance(name, str) or not _is_name(name):
        raise misuse(
            "attributes",
            should=f"be named by identifiers of at most 64 characters, none of {RESERVED}",
            got=repr(name)[:80],
            remedy="Rename the attribute.",
        )
    return name


@lru_cache(maxsize=4096)
def _is_name(name: str) -> bool:
    """Remembered, since a million records have a dozen names between them."""
    return _NAME.fullmatch(name) is not None and name not in RESERVED


def plain_scalar(name: str, value: Any) -> Scalar:
    """The plain Python scalar that a value is.

    Raises:
        ValueError: If it is not a scalar, or an integer of more than 64 bits.
    """
    if type(value) is float or type(value) is bool or value is None:
        return value  # most values of most records end here
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return _check_text(name, str(value))
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int) and -_LARGEST <= value < _LARGEST:
        return int(value)
    raise misuse(
        f"attributes[{name!r}]",
        should="be a string, a boolean, a float, None or an integer of at most 64 bits",
        got=f"{value!r:.80}" if isinstance(value, int) else type(value).__name__,
        remedy="Pass one number a name; an array belongs in `point`.",
    )


def _check_text(name: str, text: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise misuse(
            name, should="be text", got=ascii(text)[:80], remedy="Take lone surrogates out."
        ) from None
    return text


def _frozen_point(point: np.ndarray) -> np.ndarray:
    """A copy of its own: what is recorded does not change when the search goes on."""
    if point.ndim != 1 or not np.issubdtype(point.dtype, np.floating):
        raise misuse(
            "point",
            should="be a real vector",
            got=f"shape {point.shape}, dtype {point.dtype}",
            remedy="Flatten it with the surface's `point(weights)`.",
        )
    frozen = np.array(point, dtype=np.float64, order="C")
    frozen.setflags(write=False)
    return frozen
