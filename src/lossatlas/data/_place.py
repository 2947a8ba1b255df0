"""Where a fetched set is kept, and the command that fetches it there."""

import os
import shlex
from pathlib import Path

INSTEAD = "Without a network there are 5000 embedded digits: mnist(), or mnist10 and mnist28."


def data_home(folder: str | Path | None) -> Path:
    """A given folder or scikit-learn's data home, found without importing scikit-learn."""
    if folder is None:
        folder = os.environ.get("SCIKIT_LEARN_DATA") or Path("~", "scikit_learn_data")
    return Path(folder).expanduser()


def full_mnist_path(folder: str | Path | None = None) -> Path:
    """The file that `fetch_full_mnist` makes and `full_mnist` reads; it need not be there."""
    return data_home(folder) / "lossatlas" / "mnist_70000.npz"


def fetch_command(path: Path) -> str:
    """The command line that makes the file at `path`."""
    home = path.parent.parent
    named = "" if home == data_home(None) else f" --folder {shlex.quote(str(home))}"
    return f"lossatlas data --fetch{named}"
