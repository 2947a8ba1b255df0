"""Opening the catalogue of a finished or interrupted run, to read it."""

from pathlib import Path
from typing import TYPE_CHECKING

from lossatlas.errors import RunError

if TYPE_CHECKING:
    from lossatlas.execution import Run


def run_in(folder: Path) -> "Run":
    """The run in a folder; what is no run is refused and never made into one."""
    from lossatlas.execution import read_run

    if not folder.exists():
        raise RunError(
            f"The folder {folder} does not exist. Give the one that `study --out` wrote."
        )
    return read_run(folder)
