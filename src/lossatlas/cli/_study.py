"""`lossatlas study`: run studies, print the ledger."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._app import AsJson, example
from ._asked import check_scheduler, chosen_studies, planned_tasks, read_settings
from ._ledger import print_ledger
from ._output import print_json, say
from ._page import write_page

if TYPE_CHECKING:
    from lossatlas.studies import StudyRun

EXAMPLE = example(
    "lossatlas study all --preset quick --out runs/demo",
    "lossatlas study kawaguchi2016 --preset standard --out runs/k --workers 8",
)


class Preset(StrEnum):
    """How much work a study may do."""

    QUICK = "quick"
    STANDARD = "standard"
    PAPER = "paper"


UNKNOWN_DURATION = "a task takes about a minute at most"


def study(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Studies by name, or `all`.")],
    preset: Annotated[
        Preset,
        typer.Option(
            help="quick: half a minute a study; standard: minutes to an hour; paper: its own sizes."
        ),
    ] = Preset.QUICK,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The run's folder.  [default: runs/NAME-PRESET]"),
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes to run in.")] = 2,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="The seed of the run.")] = 0,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Run on this Dask cluster, e.g. tcp://host:8786."),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            exists=True,
            dir_okay=False,
            help="A table for each study, of fields that replace the preset's.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No forecast, no progress.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run studies, print the ledger of their claims and the path of the report.

    A forecast comes first. The run may be interrupted at any moment, by Ctrl-C, a closed laptop or
    kill -9: the same command continues it and repeats nothing that was finished. A folder that holds
    a run with other settings is refused, and the difference is shown.

    The exit code is 0 whatever the verdicts say: a claim that fails is a result like any other.
    """
    studies = chosen_studies(names)
    check_scheduler(scheduler)
    folder = out or Path("runs", f"{'-'.join(dict.fromkeys(names))}-{preset}")
    own = read_settings(settings, studies) if settings else {}
    planned = planned_tasks(studies, preset.value, own, seed)
    if not quiet:
        where = scheduler or f"{workers} process{'es' if workers > 1 else ''}"
        for name, tasks in planned.items():
            usual = UNKNOWN_DURATION if name in own else _duration(name, preset)
            say(f"{name}, {preset}: {len(tasks)} tasks on {where}; {usual}.")
    done = _run(
        studies,
        out=folder,
        preset=preset.value,
        settings=own,
        seed=seed,
        workers=workers,
        scheduler=scheduler,
        progress=not quiet,
    )
    if as_json:
        print_json([verdict.summary() for verdict in done.verdicts])
    else:
        print_ledger(done.verdicts, reasons=False)
        typer.echo(f"What decided each: lossatlas claims {folder}")
        typer.echo(f"Report: {done.report}")


def _duration(name: str, preset: Preset) -> str:
    from lossatlas.studies import STUDIES

    known = STUDIES[name].durations.get(preset.value)
    return f"{known} on two cores" if known else UNKNOWN_DURATION


def _run(studies: Sequence[str], *, out: Path, progress: bool, **options: Any) -> "StudyRun":
    from lossatlas.studies import run

    try:
        return run(studies, out=out, progress=progress, report=write_page, **options)
    except KeyboardInterrupt as interrupt:
        # where progress is shown, it has said already what is done and that it can be resumed
        if not (progress and str(interrupt)):
            say(f"Interrupted. The same command continues the run in {out}.")
        raise typer.Exit(130) from None
