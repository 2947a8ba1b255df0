"""`lossatlas report`: the page of a run, written again from its catalogue."""

import typer

from ._app import RunFolder, example
from ._catalogue import opened

EXAMPLE = example("lossatlas report runs/demo")


def report(run: RunFolder) -> None:
    """Write the report of a run again and print its path.

    The page is one HTML file that needs no network. It is made from the catalogue alone: nothing is
    computed again.
    """
    from lossatlas.report import write_report

    with opened(run) as store:
        path = write_report(store, run / "report.html")
    typer.echo(str(path))
