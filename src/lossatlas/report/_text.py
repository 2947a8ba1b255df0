"""Numbers and values as a reader wants to see them."""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, isnan
from re import sub

_THIN_SPACE = "\u202f"


def count(number: int, noun: str = "", plural: str = "") -> str:
    """A whole number with its thousands apart, and the noun in the right number.

    Example:
        >>> from lossatlas.report._text import count
        >>> count(1, "case"), count(3, "case"), count(2, "index", "indices")
        ('1 case', '3 cases', '2 indices')
    """
    digits = f"{number:,}".replace(",", _THIN_SPACE)
    if not noun:
        return digits
    return f"{digits} {noun if number == 1 else plural or noun + 's'}"


def value(item: object) -> str:
    """A setting or a column's entry in words; what is missing is a dash."""
    if item is None:
        return "\u2013"
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, float):
        return number(item)
    if isinstance(item, Mapping):
        said = (f"{name} {value(entry)}" for name, entry in item.items() if entry is not None)
        return "; ".join(said)
    if isinstance(item, Sequence) and not isinstance(item, str):
        return ", ".join(value(entry) for entry in item)
    return str(item)


def number(item: float) -> str:
    """Nine digits at most; what is not finite is named."""
    if isnan(item):
        return "not a number"
    if not isfinite(item):
        return "+infinity" if item > 0 else "\u2212infinity"
    return minus(f"{item:.9g}")


def minus(text: str) -> str:
    r"""The text with true minus signs in its numbers, where no line breaks; hyphens stay.

    Example:
        >>> from lossatlas.report._text import minus
        >>> minus("at most -1e-06 on 5-4-3") == "at most \u22121e\u221206 on 5-4-3"
        True
    """
    return sub(r"(?<![\w)-])-(?=[\d.])|(?<=\de)-(?=\d)", "\u2212", text)


def flattened(settings: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested settings as rows with dotted names.

    Example:
        >>> from lossatlas.report._text import flattened
        >>> list(flattened({"seed": 3, "versions": {"torch": "2.13.0"}}))
        [('seed', '3'), ('versions.torch', '2.13.0')]
    """
    for name, item in settings.items():
        if isinstance(item, Mapping):
            yield from flattened(item, f"{above}{name}.")
        elif isinstance(item, list | tuple) and any(isinstance(entry, Mapping) for entry in item):
            yield from ((f"{above}{name} {i}", value(entry)) for i, entry in enumerate(item, 1))
        else:
            yield f"{above}{name}", value(item)


def grouped(settings: Mapping[str, object]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Settings under headings: what stands alone first, then each nested part.

    Example:
        >>> from lossatlas.report._text import grouped
        >>> grouped({"preset": "quick", "studies": {"k": {"seed": 3}}})
        [('', [('preset', 'quick')]), ('studies: k', [('seed', '3')])]
    """
    alone = {name: item for name, item in settings.items() if not isinstance(item, Mapping)}
    groups = [("", list(flattened(alone)))]
    for name, item in settings.items():
        if isinstance(item, Mapping):
            parts = _parts(name, item)
            groups += [(heading, list(flattened(part))) for heading, part in parts]
    return [(heading, rows) for heading, rows in groups if rows]


def _parts(name: str, nested: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """A mapping of mappings falls into its members."""
    inner = {key: item for key, item in nested.items() if isinstance(item, Mapping)}
    if len(inner) < len(nested):
        yield name, nested
    else:
        yield from ((f"{name}: {key}", item) for key, item in inner.items())
