"""`lossatlas data`: the data sets that the studies use."""

from typing import Annotated

import typer

from ._app import AsJson, example

EXAMPLE = example("lossatlas data", "lossatlas data digits --json")


def data(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One data set; all of them if not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the data sets: shapes, checksums, the theorems' assumptions.

    With a name: every assumption that the theorem on deep linear networks makes of the data, with
    the number that it was tested by. Every data set comes inside the wheel of a dependency: nothing is downloaded.
    """
