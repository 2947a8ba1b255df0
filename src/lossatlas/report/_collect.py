"""A report from what a run left behind: its catalogue, and the settings beside its page.

Nothing is computed again, and nothing is known of what a record means but the names of the columns
that a reader looks for first.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

from lossatlas.catalogue import AbstractStore, Record
from lossatlas.evidence import Figure, Verdict, in_order

from ._report import Report

_FIRST_COLUMNS = (
    "record",
    "kind",
    "status",
    "index",
    "nullity",
    "loss",
    "gradient_norm",
    "newton_step",
)
_MAX_COLUMNS = 11
_MAX_ROWS = 24
_ROWS_OF_A_KIND = 3
_SETTINGS = "settings.toml"


def collect_report(
    store: AbstractStore,
    *,
    settings: Mapping[str, Any] | None = None,
    repeat: tuple[str, ...] = (),
    title: str = "",
    titles: Mapping[str, str] | None = None,
) -> Report:
    """The report of all that a store holds.

    Args:
        store: The catalogue of a run that was judged.
        settings: What was asked for, plain values, as deep as they are.
        repeat: The commands that make the run again.
        title: The page's heading; by default the title of its one study.
        titles: What each study asks, by its name.

    Returns:
        The contents of the page.

    Example:
        >>> from lossatlas.catalogue import MemoryStore
        >>> from lossatlas.report import collect_report
        >>> collect_report(MemoryStore()).verdicts
        ()
    """
    counts, points = _survey(store)
    verdicts = map(Verdict.from_dict, store.verdicts())
    return Report(
        verdicts=tuple(in_order(verdicts, _studies(settings))),
        figures=tuple(Figure.from_dict(figure) for figure in store.figures()),
        title=title,
        titles=dict(titles or {}),
        settings=dict(settings or {}),
        provenance=_origin(entry for _, entry in store.provenance()),
        repeat=repeat,
        counts=counts,
        points=points,
    )


def settings_beside(page: Path) -> dict[str, Any]:
    """What was asked of the run in whose folder a page lies; empty when it lies in none."""
    try:
        content = tomllib.loads((page.parent / _SETTINGS).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        return {_SETTINGS: f"cannot be read: {error}"}
    settings = content.get("settings", content)
    return settings if isinstance(settings, dict) else {"settings": settings}


def commands(folder: Path, settings: Mapping[str, Any], studies: Iterable[str]) -> tuple[str, ...]:
    """How to make a run again and ask it more, from the settings that it keeps."""
    where = quote(str(folder))
    asked = {**_common(settings.get("studies"), "seed"), **settings}
    options = [f"--{name} {quote(str(asked[name]))}" for name in _OPTIONS if name in asked]
    again = " ".join(["lossatlas study", *(quote(name) for name in studies), *options])
    return (
        f"{again} --out {where}",
        f"lossatlas claims {where} --json",
        f"lossatlas points {where} --csv > points.csv",
        f"lossatlas report {where}",
    )


def _studies(settings: Mapping[str, Any] | None) -> list[str]:
    """The studies that were asked for, in order."""
    asked = (settings or {}).get("studies")
    return list(asked) if isinstance(asked, Mapping) else []


_OPTIONS = ("preset", "seed")


def _common(studies: object, name: str) -> dict[str, object]:
    """A setting that all studies of a run share."""
    parts = list(studies.values()) if isinstance(studies, Mapping) else []
    values = {part.get(name) for part in parts if isinstance(part, Mapping)} - {None}
    return {name: values.pop()} if len(values) == 1 else {}


def _survey(store: AbstractStore) -> tuple[dict[str, int], tuple[dict[str, object], ...]]:
    """Exact counts of every kind, and the first few records of each that have a loss."""
    counts: Counter[str] = Counter()
    chosen: list[dict[str, object]] = []
    taken: Counter[str] = Counter()
    for record in store.records(points=False):
        name = _kind(record)
        counts[name] += 1
        if "loss" in record.attributes and taken[name] < _ROWS_OF_A_KIND:
            taken[name] += 1
            chosen.append(_row(record))
    return dict(sorted(counts.items())), _same_columns(chosen)


def _kind(record: Record) -> str:
    """What a record is: its own kind, and the kind of the point where it names one."""
    point_kind = record.attributes.get("kind") or record.attributes.get("predicted_kind")
    return f"{record.kind}: {point_kind}" if point_kind else record.kind


def _row(record: Record) -> dict[str, object]:
    return {"record": record.kind, **record.attributes}


def _same_columns(rows: list[dict[str, object]]) -> tuple[dict[str, object], ...]:
    """The columns that are looked for first, then others as far as there is room."""
    rows = sorted(rows, key=_kind_of_row)[:_MAX_ROWS]
    present = list(dict.fromkeys(name for row in rows for name in row))
    first = [name for name in _FIRST_COLUMNS if name in present]
    columns = [*first, *(name for name in present if name not in first)][:_MAX_COLUMNS]
    return tuple({name: row[name] for name in columns if name in row} for row in rows)


def _kind_of_row(row: Mapping[str, object]) -> tuple[str, str]:
    return str(row["record"]), str(row.get("kind", ""))


def _origin(entries: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """The provenance of all tasks together: what they share, and what they span."""
    values: dict[str, list[Any]] = {}
    for entry in entries:
        for name, item in entry.items():
            values.setdefault(name, []).append(item)
    return {_NAMES.get(name, name): _together(name, items) for name, items in values.items()}


_NAMES = {"started": "tasks started", "seconds": "seconds of work", "seed": "task seeds"}


def _together(name: str, items: list[Any]) -> object:
    """One value for many tasks."""
    if name == "started" and all(isinstance(item, int | float) for item in items):
        return " to ".join(dict.fromkeys(_moment(item) for item in (min(items), max(items))))
    if name == "seconds" and all(isinstance(item, int | float) for item in items):
        return round(sum(items), 1)
    distinct = list(dict.fromkeys(str(item) for item in items))
    if len(distinct) <= _ROWS_OF_A_KIND:
        return "; ".join(distinct)
    return f"{len(distinct)} different ones, from {distinct[0]} to {distinct[-1]}"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
