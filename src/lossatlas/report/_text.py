"""Numbers and values as a reader wants to see them: one way to print a number, wherever it stands.

A true minus, powers of ten written out, a thin space before a percent sign, and thousands apart from five
digits on.
"""

from collections.abc import Mapping, Sequence
from math import isfinite, isnan
from re import Match, sub

_THIN_SPACE = "\u202f"
_RAISED = str.maketrans(
    "-\u22120123456789", "\u207b\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)


def count(number: int, noun: str = "", plural: str = "") -> str:
    """A whole number with its thousands apart from five digits on, and the noun in the right number.

    Example:
        >>> from lossatlas.report._text import count
        >>> count(1, "case"), count(3, "case"), count(2, "index", "indices")
        ('1 case', '3 cases', '2 indices')
    """
    digits = _apart(str(number))
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
        return ", ".join(_shape(entry) for entry in item)
    return str(item)


def _shape(item: object) -> str:
    """A list within a list is one thing, such as the widths of a network: its parts stay together."""
    if isinstance(item, list | tuple) and all(isinstance(part, int | float) for part in item):
        return "-".join(value(part) for part in item)
    return value(item)


def number(item: float) -> str:
    """Nine digits at most; what is not finite is named."""
    return _finite(item) or told(f"{item:.9g}")


def short(item: float) -> str:
    """Four digits, for a table that is read and not computed with; those before the point are all there.

    Example:
        >>> from lossatlas.report._text import short
        >>> short(1 / 3), short(12345.6), short(6.0)
        ('0.3333', '12\u202f346', '6')
    """
    whole = 1e4 <= abs(item) < 1e6
    return _finite(item) or told(f"{item:.0f}" if whole else f"{item:.4g}")


def _finite(item: float) -> str:
    """The name of what is not finite; empty for a finite number."""
    if isnan(item):
        return "not a number"
    if not isfinite(item):
        return "+infinity" if item > 0 else "\u2212infinity"
    return ""


def told(text: str) -> str:
    r"""A text with its numbers as they are printed everywhere; names and hyphens stay as they are.

    Example:
        >>> from lossatlas.report._text import told
        >>> told("at most -1e-06 in 90% of 10000, arXiv 2107.13289") == (
        ...     "at most \u221210\u207b\u2076 in 90\u202f% of 10\u202f000, arXiv 2107.13289"
        ... )
        True
    """
    powers = sub(r"(?<![\w.])(\d+(?:\.\d+)?)e([+\u2212]?)(\d+)(?!\w)", _power, minus(text))
    joined = sub(
        r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?!\w|[.,]\d)",
        lambda found: found[0].replace(",", ""),
        powers,
    )
    whole = sub(r"(?<![\w.,/:#-])\d{5,}(?![\w/:-]|[.,]\d)", lambda found: _apart(found[0]), joined)
    return sub(r"(?<=\d)[ \u00a0\u202f]?%", f"{_THIN_SPACE}%", whole)


def _power(found: Match[str]) -> str:
    mantissa, sign, digits = found.groups()
    power = f"10{(sign.removeprefix('+') + str(int(digits))).translate(_RAISED)}"
    return power if mantissa == "1" else f"{mantissa}\u00b7{power}"


def _apart(digits: str) -> str:
    """A whole number in groups of three digits, where it has more than four."""
    if len(digits.lstrip("-")) < 5:
        return digits
    return f"{int(digits):,}".replace(",", _THIN_SPACE)


def minus(text: str) -> str:
    r"""The text with true minus signs in its numbers, where no line breaks; hyphens stay.

    Example:
        >>> from lossatlas.report._text import minus
        >>> minus("at most -1e-06 on 5-4-3") == "at most \u22121e\u221206 on 5-4-3"
        True
    """
    return sub(r"(?<![\w)-])-(?=[\d.])|(?<=\de)-(?=\d)", "\u2212", text)


def template_label(label: str) -> str:
    """A label for a template of the drawing library, in which a percent sign and a brace would speak."""
    return label.replace("%{", "% {").replace("{", "(").replace("}", ")")
