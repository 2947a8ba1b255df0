"""`lossatlas report`: the page of a run, written again from its catalogue."""

import typer

from ._app import RunFolder, example
from ._folder import run_in
from ._page import write_page

EXAMPLE = example("lossatlas report runs/demo")


def report(run: RunFolder) -> None:
    """Write the report of a run again and print its path.

    The page is one HTML file that needs no network. It is made from the catalogue alone: nothing is
    computed again.
    """
    found = run_in(run)
    with found.store(read_only=True) as store:
        path = write_page(store, found)
    typer.echo(str(path))
