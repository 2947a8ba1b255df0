"""Opening the catalogue of a finished or interrupted run, to read it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lossatlas.errors import RunError

if TYPE_CHECKING:
    from lossatlas.catalogue import AbstractStore

CATALOGUE = "atlas.db"


@contextmanager
def opened(run: Path) -> Generator["AbstractStore"]:
    """The catalogue of a run folder; what is no run is refused and never made into one."""
    from lossatlas.catalogue import SqliteStore

    if not (run / CATALOGUE).is_file():
        problem = f"holds no {CATALOGUE}, so it is not a run" if run.is_dir() else "does not exist"
        raise RunError(
            f"The folder {run} {problem}. Give the folder that `lossatlas study --out` wrote."
        )
    with SqliteStore(run / CATALOGUE, read_only=True) as store:
        yield store
