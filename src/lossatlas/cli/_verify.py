"""`lossatlas verify`: every stored certificate of a run, proved again."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lossatlas.errors import CatalogueError

from ._app import AsJson, RunFolder, example
from ._folder import run_in
from ._output import print_json, print_table, say

if TYPE_CHECKING:
    from lossatlas.verification import Statement

EXAMPLE = example("lossatlas verify runs/demo", "lossatlas verify runs/demo --json")
SECONDS_BETWEEN_LINES = 10.0
FAILURES_OF_A_TABLE = 20


def verify(
    run: RunFolder,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    as_json: AsJson = False,
) -> None:
    """Prove every certificate that a run has stored again.

    The checker depends on python-flint alone, shares no code with the search and trusts nothing in
    the catalogue. It answers for each certified point, for each local minimum of a network and whether
    it is a bad one, and for each draw that says that its points are all there are: proved again, refuted
    (the opposite is proved), or undecided.

    The exit code is 1 if any stored certificate is not proved again, and 0 otherwise.
    """
    from lossatlas.verification import UnreadableCatalogueError, verify_catalogue

    counts: Counter[tuple[str, str, str]] = Counter()
    failures: list[Statement] = []
    try:
        found = verify_catalogue(run_in(run).database)
        for statement in found if quiet else _shown(found):
            counts[statement.study, statement.kind, statement.finding.outcome.value] += 1
            if not statement.finding:
                failures.append(statement)
    except UnreadableCatalogueError as error:
        message = f"{error} It is left as it is; name a run whose catalogue is whole."
        raise CatalogueError(message) from None
    if as_json:
        print_json(_summary(counts, failures))
    else:
        _print(counts, failures)
    if failures:
        raise typer.Exit(1)


def _summary(
    counts: Counter[tuple[str, str, str]], failures: "Iterable[Statement]"
) -> dict[str, Any]:
    from lossatlas.verification import Outcome

    totals: Counter[str] = Counter()
    for (_, _, outcome), number in counts.items():
        totals[outcome] += number
    return {
        **{outcome.value: totals[outcome.value] for outcome in Outcome},
        "not proved again": [_row(statement) for statement in failures],
    }


def _row(statement: "Statement") -> dict[str, Any]:
    return {
        "study": statement.study,
        "draw": statement.instance,
        "statement": statement.kind,
        "record": statement.record,
        "outcome": statement.finding.outcome.value,
        "reason": statement.finding.reason,
    }


def _print(counts: Counter[tuple[str, str, str]], failures: "list[Statement]") -> None:
    from lossatlas.verification import Outcome

    if not counts:
        say("This run has stored no certificates.")
        return
    outcomes = [outcome.value for outcome in Outcome]
    kinds = sorted({(study, kind) for study, kind, _ in counts})
    rows = [[*key, *(counts[*key, outcome] for outcome in outcomes)] for key in kinds]
    print_table(["study", "statement", *outcomes], rows)
    if failures:
        shown = [_row(statement) for statement in failures[:FAILURES_OF_A_TABLE]]
        caption = f"{len(shown)} of {len(failures)} not proved again; --json gives all of them."
        print_table(list(shown[0]), [list(row.values()) for row in shown], caption=caption)


def _shown(statements: "Iterable[Statement]") -> "Iterator[Statement]":
    """The statements as they come, with progress on standard error."""
    yield from _bar(statements) if sys.stderr.isatty() else _lines(statements)


def _lines(statements: "Iterable[Statement]") -> "Iterator[Statement]":
    begin = due = time.monotonic()
    for done, statement in enumerate(statements, start=1):
        now = time.monotonic()
        if now >= due + SECONDS_BETWEEN_LINES:
            due = now
            left = (now - begin) / done * (statement.total - done)
            say(f"{done} of {statement.total} statements checked, {left:.0f} s left")
        yield statement


def _bar(statements: "Iterable[Statement]") -> "Iterator[Statement]":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        for statement in statements:
            bar.update(task, advance=1, total=statement.total)
            yield statement
