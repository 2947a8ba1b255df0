"""`lossatlas points`: ask the catalogue of a run."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._app import AsJson, RunFolder, example
from ._folder import run_in
from ._output import cell, print_csv, print_json_list, print_table, say
from ._usage import condition, judging, refuse, unknown

if TYPE_CHECKING:
    from lossatlas.catalogue import AbstractStore, Record

EXAMPLE = example(
    'lossatlas points runs/demo --kind "bad saddle" --limit 5',
    "lossatlas points runs/demo --where instance=globe",
    "lossatlas points runs/demo --where role=search --csv > points.csv",
)
ROWS_OF_A_TABLE = 20
WIDEST = 32
FIRST_COLUMNS = (
    "architecture",
    "instance",
    "role",
    "kind",
    "status",
    "index",
    "nullity",
    "loss",
    "energy",
    "certified",
    "radius",
    "gradient_norm",
    "newton_step",
    "subset",
)


def points(
    run: RunFolder,
    study: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this study recorded.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="K", help='Only this kind of point, e.g. "bad saddle".')
    ] = None,
    index: Annotated[
        int | None, typer.Option(metavar="I", min=0, help="Only points of this index.")
    ] = None,
    status: Annotated[
        str | None, typer.Option(metavar="S", help="Only searches that ended so, e.g. drifting.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="A=V", help="Only where attribute A is V; may be repeated."),
    ] = None,
    record: Annotated[
        str, typer.Option(metavar="R", help="The kind of record: points are not the only one.")
    ] = "point",
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="At most so many; a table shows 20 if not told."),
    ] = None,
    coordinates: Annotated[
        bool, typer.Option("--coordinates", help="With --json: the parameter vectors too.")
    ] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
) -> None:
    """Print the points that a run has recorded.

    A run that is still going on can be asked too. The table shows the usual attributes of the first
    matches; JSON and CSV give every attribute of all of them.
    """
    if as_json and as_csv:
        refuse("JSON and CSV cannot both be printed. Choose one.", hint="--csv")
    if coordinates and not as_json:
        refuse("parameter vectors are printed as JSON only. Add --json.", hint="--coordinates")
    conditions = _conditions(where or [], {"kind": kind, "index": index, "status": status})
    with run_in(run).store(read_only=True) as store:
        _check_names(store, study, record)
        with judging("--where"):
            total = store.count(study, record, where=conditions)
        found = store.records(study, record, where=conditions, limit=limit, points=coordinates)
        if as_json:
            print_json_list(_row(item, coordinates) for item in found)
        elif as_csv:
            print_csv(_columns(store, study, record, conditions), map(_row, found))
        else:
            _print_table(found, total, limit)
        if total == 0 and not (as_json or as_csv):
            say(f"None of {store.count(study, record)} records of kind {record!r} matches.")


def _conditions(where: list[str], named: dict[str, str | int | None]) -> dict[str, Any]:
    given = {name: value for name, value in named.items() if value is not None}
    return {**dict(condition(text, hint="--where") for text in where), **given}


def _check_names(store: "AbstractStore", study: str | None, record: str) -> None:
    """An unknown name finds nothing, which reads like an answer: refuse it instead."""
    studies = {study for study, _ in store.kinds()}
    records = {kind for _, kind in store.kinds()}
    if study is not None and study not in studies:
        raise unknown("study in this run", study, studies, hint="--study")
    if record not in records and records:
        raise unknown("kind of record in this run", record, records, hint="--record")


def _row(record: "Record", coordinates: bool = False) -> dict[str, Any]:
    row = {"study": record.study, "record": record.kind, **record.attributes}
    if coordinates:
        row["point"] = None if record.point is None else record.point.tolist()
    return row


def _columns(
    store: "AbstractStore", study: str | None, record: str, conditions: dict[str, Any]
) -> list[str]:
    """Every attribute that a match has, in order of appearance: two studies may differ."""
    found = store.records(study, record, where=conditions, points=False)
    return list(dict.fromkeys(name for item in found for name in _row(item)))


def _print_table(found: Iterator["Record"], total: int, limit: int | None) -> None:
    rows = [_row(item) for item in islice(found, ROWS_OF_A_TABLE if limit is None else limit)]
    if not rows and total:
        say(f"{total} records match.")
    if not rows:
        return
    if "kind" in rows[0]:
        columns = [name for name in FIRST_COLUMNS if any(name in row for row in rows)]
    else:
        short = [name for name in rows[0] if _is_short(row.get(name) for row in rows)]
        columns = [name for name in short if name not in ("study", "record")]
    if len({row["study"] for row in rows}) > 1:
        columns = ["study", *columns]
    print_table(
        columns,
        [[row.get(name) for name in columns] for row in rows],
        caption=f"{len(rows)} of {total} that match; --json and --csv give every attribute.",
        may_drop=True,
    )


def _is_short(values: Iterable[object]) -> bool:
    """Descriptions and checksums would push every number off the table."""
    return all(len(cell(value)) <= WIDEST for value in values)
