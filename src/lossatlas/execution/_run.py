"""A run is a folder: what was asked (settings.toml), what was seen (atlas.db), and what it looks like.

The settings are frozen when the folder is made. The same command resumes; another one is refused
with the difference, so that records of two questions never share a catalogue.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from lossatlas.catalogue import SqliteStore, canonical_json, environment
from lossatlas.errors import RunError

from ._files import PARTIAL, inside, write_whole
from ._toml import to_toml

_FORMAT = 1
_SETTINGS = "settings.toml"


@final
@dataclass(frozen=True)
class Run:
    """A run's folder and what was asked for. Made by `open_run` and `read_run`."""

    path: Path
    settings: dict[str, Any]

    @property
    def studies(self) -> list[str]:
        """The studies that were asked for, in order; none where the settings name none."""
        studies = self.settings.get("studies")
        return list(studies) if isinstance(studies, dict) else []

    @property
    def database(self) -> Path:
        """The catalogue's file."""
        return inside(self.path, "atlas.db")

    @property
    def report(self) -> Path:
        """The report's file; it may not be there yet."""
        return inside(self.path, "report.html")

    @property
    def figures(self) -> Path:
        """The folder of pictures; it may not be there yet."""
        return inside(self.path, "figures")

    def store(self, *, read_only: bool = False) -> SqliteStore:
        """Open the catalogue; the caller closes it, best by `with`.

        Raises:
            CatalogueError: If the file is not a catalogue, is damaged or has another schema.
            LossatlasError: If it cannot be opened or written.
        """
        for suffix in ("-wal", "-shm", "-journal"):
            inside(self.path, f"atlas.db{suffix}")
        return SqliteStore(self.database, read_only=read_only)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the run, whole or not at all; folders on the way are made.

        Args:
            name: Where in the run's folder, for example "report.html" or "figures/K1.svg".
            content: Text or bytes.

        Returns:
            The file's path.

        Raises:
            RunError: If the name leads out of the folder, or the file cannot be written.
        """
        path = inside(self.path, name)
        _make_folder(path.parent)
        write_whole(path, content)
        return path


def open_run(path: str | Path, settings: Mapping[str, Any]) -> Run:
    """Make a run's folder, or take up the one that is there if it was asked the same.

    Args:
        path: The folder. It may be missing or empty, or hold a run with these settings.
        settings: All that was asked for, plain values; None means not given.

    Returns:
        The run.

    Raises:
        RunError: If the folder holds something else, or a run with other settings (the message
            shows the difference), or cannot be written.
        ValueError: If the settings are not plain values.
    """
    folder = Path(path)
    asked = _as_stored(settings)
    if _is_taken(folder):
        run = read_run(folder)
        differences = list(_differences(run.settings, asked))
        if differences:
            raise RunError(
                f"{folder} holds a run with other settings: {'; '.join(differences)}. "
                "Ask for the same to resume it, or name another folder."
            )
        return run
    _make_folder(folder)
    about = {"format": _FORMAT, "version": environment().get("lossatlas", "")}
    text = to_toml({"lossatlas": about, "settings": asked})
    write_whole(inside(folder, _SETTINGS), text)
    return Run(folder, asked)


def read_run(path: str | Path) -> Run:
    """The run in a folder.

    Raises:
        RunError: If there is none, or it was made by a lossatlas that keeps its runs differently.
    """
    folder = Path(path)
    if not (folder / _SETTINGS).is_file():
        raise RunError(
            f"{folder} is not a run of lossatlas: it has no {_SETTINGS}. It is left as it is; "
            "name a run's folder."
        )
    file = inside(folder, _SETTINGS)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        found = content["lossatlas"]["format"]
        settings = content["settings"]
        canonical_json(settings)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunError(
            f"{file} is not the settings of a run of lossatlas ({type(error).__name__}: "
            f"{error!s:.200}). It is left as it is; name another folder."
        ) from None
    if found != _FORMAT or not isinstance(settings, dict):
        raise RunError(
            f"{file} has format {found!r:.40}; this lossatlas reads format {_FORMAT}. "
            "Use the lossatlas that made it, or name another folder."
        )
    return Run(folder, settings)


def _is_taken(folder: Path) -> bool:
    """Whether something is there already; what a killed start left behind does not count."""
    try:
        return any(not item.name.startswith(PARTIAL) for item in folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError as error:
        raise RunError(
            f"{folder} cannot be a run's folder ({error.strerror}). Name another one."
        ) from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"The folder {folder} cannot be made ({error.strerror}). "
            "Name one in a place that you can write to."
        ) from None


def _as_stored(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they come back from the file: lists for tuples, no None."""
    canonical_json(dict(settings), name="settings")
    stored: dict[str, Any] = tomllib.loads(to_toml(settings))
    return stored


def _differences(there: Any, asked: Any, name: str = "") -> Iterator[str]:
    """Where two tables differ, in words; texts are compared, so nan equals nan and 1 is not 1.0."""
    if isinstance(there, dict) and isinstance(asked, dict):
        for key in sorted({*there, *asked}):
            below = f"{name}.{key}" if name else key
            yield from _differences(there.get(key), asked.get(key), below)
    elif _text(there) != _text(asked):
        yield f"{name} is {_text(there)} there and {_text(asked)} here"


def _text(value: Any) -> str:
    return "not given" if value is None else canonical_json(value)[:200]
