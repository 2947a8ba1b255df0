"""`lossatlas study`: run studies, print the ledger."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ._app import AsJson, example

EXAMPLE = example(
    "lossatlas study all --preset quick --out runs/demo",
    "lossatlas study kawaguchi2016 --preset standard --out runs/k --workers 8",
)


class Preset(StrEnum):
    """How much work a study may do."""

    QUICK = "quick"
    STANDARD = "standard"
    PAPER = "paper"


def study(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Studies by name, or `all`.")],
    preset: Annotated[
        Preset,
        typer.Option(help="quick: half a minute a study; standard: an hour; paper: its own sizes."),
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
        typer.Option(metavar="FILE.toml", help="Settings that replace the preset's."),
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
