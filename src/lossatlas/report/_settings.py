"""Nested settings as rows under headings."""

from collections.abc import Iterator, Mapping

from ._text import value

Rows = list[tuple[str, str]]


def grouped(settings: Mapping[str, object], above: str = "") -> list[tuple[str, Rows]]:
    """Settings under headings: what stands alone first, then each nested part under its path.

    Example:
        >>> from lossatlas.report._settings import grouped
        >>> grouped({"preset": "quick", "studies": {"k": {"seed": 3, "data": {"side": 8}}}})
        [('', [('preset', 'quick')]), ('studies: k', [('seed', '3')]), ('studies: k: data', [('side', '8')])]
    """
    alone = {name: item for name, item in settings.items() if not isinstance(item, Mapping)}
    groups = [(above, [row for name, item in alone.items() for row in _rows(name, item)])]
    for name, item in settings.items():
        if isinstance(item, Mapping):
            groups += grouped(item, f"{above}: {name}" if above else name)
    return [(heading, rows) for heading, rows in groups if rows]


def _rows(name: str, item: object) -> Iterator[tuple[str, str]]:
    """One row; of a list of settings, a row each."""
    if isinstance(item, list | tuple) and any(isinstance(entry, Mapping) for entry in item):
        yield from ((f"{name} {i}", value(entry)) for i, entry in enumerate(item, 1))
    else:
        yield name, value(item)
