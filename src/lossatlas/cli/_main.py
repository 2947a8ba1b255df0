"""The command `lossatlas`: every command, registered."""

import sys
from typing import Annotated

import typer

from . import _claims, _data, _points, _report, _study, _theory, _verify
from ._app import application, print_version
from ._door import guarded

app = application(
    "Find, prove and index the critical points of loss surfaces, and hold them against theory.",
    "lossatlas study all --preset quick --out runs/demo",
    "lossatlas claims runs/demo",
)
app.command(epilog=_study.EXAMPLE)(_study.study)
app.command(epilog=_claims.EXAMPLE)(_claims.claims)
app.command(epilog=_report.EXAMPLE)(_report.report)
app.command(epilog=_points.EXAMPLE)(_points.points)
app.command(epilog=_verify.EXAMPLE)(_verify.verify)
app.command(epilog=_data.EXAMPLE)(_data.data)
app.add_typer(_theory.app, name="theory")


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    del version  # its callback has done the work


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(guarded(lambda: app(prog_name="lossatlas")))
