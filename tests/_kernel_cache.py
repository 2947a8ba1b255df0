"""Kernels and the files that they are made of: numba's cache must never give back an old one.

numba looks at the file of the function that it compiles, and takes a kept kernel although a file that
this one calls has changed: after an update of the package too. So each file that keeps kernels
has a line with the state of the files that it calls, and changes whenever they do; run this file
to write those lines. The tests, which run in the midst of changes, keep their kernels in a folder
named after the sources as they are.
"""

import ast
import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOM = ROOT / "src" / "lossatlas" / "ensembles"
STATE = "# What is called from here, for numba's cache, which looks at this file alone: "


def kernel_sources(room: Path) -> list[Path]:
    """The files that a kernel is made of: compiled functions, and the numbers built into them."""
    return [
        path
        for path in sorted(room.glob("*.py"))
        if path.name.startswith("_kernel_") or "from numba" in path.read_text()
    ]


def kernel_folder(room: Path = ROOM) -> Path:
    """Where the tests keep the kernels of the sources as they are now."""
    return ROOT / ".pytest_cache" / "kernels" / _state_of(kernel_sources(room))


def keepers(room: Path) -> list[Path]:
    """The files that keep kernels on disk and call other files in them."""
    kept = [path for path in kernel_sources(room) if "cache=True" in path.read_text()]
    return [path for path in kept if called(path)]


def called(path: Path) -> set[Path]:
    """The files of the room that a file takes from when it is loaded, and those that they take from."""
    found: set[Path] = set()
    fresh = {path}
    while fresh:
        fresh = {below for each in fresh for below in _imported(each)} - found
        found |= fresh
    return found


def state_line(path: Path) -> str:
    """The line that a file should have."""
    return STATE + _state_of(called(path))


def _imported(path: Path) -> set[Path]:
    told = ast.parse(path.read_text()).body
    return {
        path.with_name(f"{node.module}.py")
        for node in told
        if isinstance(node, ast.ImportFrom) and node.level
    }


def _state_of(paths: Iterable[Path]) -> str:
    """A hash of their names and lines, without those that this file writes."""
    state = hashlib.sha256()
    for path in sorted(paths):
        lines = [line for line in path.read_text().splitlines() if not line.startswith(STATE)]
        state.update("\n".join([path.name, str(len(lines)), *lines, ""]).encode())
    return state.hexdigest()[:12]


def _write_states() -> None:
    for path in keepers(ROOM):
        old = [line for line in path.read_text().splitlines() if line.startswith(STATE)]
        path.write_text(path.read_text().replace(old[0], state_line(path)))


if __name__ == "__main__":
    _write_states()
