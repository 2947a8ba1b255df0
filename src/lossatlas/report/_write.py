"""Files that appear whole or not at all."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from lossatlas.catalogue import AbstractStore
from lossatlas.errors import RunError
from lossatlas.evidence import Figure

from ._anchors import anchors
from ._collect import collect_report, commands, settings_beside
from ._page import render_report
from ._report import Report


def write_report(
    source: AbstractStore | Report,
    path: Path | str,
    *,
    settings: Mapping[str, Any] | None = None,
    repeat: tuple[str, ...] = (),
    title: str = "",
    titles: Mapping[str, str] | None = None,
) -> Path:
    """Write the page of a run, in one stroke.

    The page is written beside its place and moved there when it is complete, so that a reader, a
    full disk or an interruption never leaves half a page; an older page stays until then.

    Args:
        source: The catalogue of a run that was judged, or a report made by hand, which is taken
            as it is.
        path: Where the page goes; folders above it are made.
        settings: What was asked of the run; by default what its folder keeps beside the page.
        repeat: The commands that make the run again; by default derived from the settings.
        title: The page's heading; by default the title of its one study.
        titles: What each study asks, by its name.

    Returns:
        The path of the page.

    Raises:
        RunError: If the file system refuses (no space, no permission, not a folder).
    """
    target = Path(path)
    report = source
    if not isinstance(report, Report):
        asked = settings_beside(target) if settings is None else settings
        again = repeat or commands(target.parent, asked, report.outcomes())
        report = collect_report(report, settings=asked, repeat=again, title=title, titles=titles)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, render_report(report).encode())
    except OSError as error:
        raise _refused("report", target, error) from error
    return target


def save_figures(figures: Iterable[Figure], folder: Path | str) -> list[Path]:
    """Draw figures for papers: an SVG and a PNG of each, on a light ground.

    Args:
        figures: What to draw; a file bears the id of its figure.
        folder: Where the files go; it is made if it is not there.

    Returns:
        The paths of the files, two a figure, in the order of the figures.

    Raises:
        RunError: If the file system refuses.
    """
    # Imported here: only who saves figures waits for the drawing library.
    from ._paper import painted

    place = Path(folder)
    drawn = [(figure, painted(figure)) for figure in figures]
    names = anchors("", [figure.id for figure, _ in drawn])
    try:
        place.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, (_, contents) in zip(names, drawn, strict=True):
            for ending, content in contents.items():
                paths.append(place / f"{name}.{ending}")
                write_whole(paths[-1], content)
    except OSError as error:
        raise _refused("figures", place, error) from error
    return paths


def _refused(what: str, where: Path, error: OSError) -> RunError:
    return RunError(
        f"The {what} could not be written to {where}: {error.strerror or error}. "
        "Free space or choose another place, and write again: nothing else is lost."
    )


def write_whole(target: Path, content: bytes) -> None:
    """Write a file beside its place, make sure it is on the disk, and move it there."""
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            # A temporary file is private; a page is as readable as any new file.
            beside.chmod(0o666 & ~_umask())
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
