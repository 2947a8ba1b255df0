"""Where the tests keep compiled kernels: a folder named after the sources that they are made of.

numba looks at the file of the function that is called first, and takes an old kernel although a file
that it calls has changed. A folder for each state of the sources cannot hold an old one.
"""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOM = ROOT / "src" / "lossatlas" / "ensembles"


def kernel_sources(room: Path) -> list[Path]:
    """The files that a kernel is made of: compiled functions, and the numbers built into them."""
    return [
        path
        for path in sorted(room.glob("*.py"))
        if path.name.startswith("_kernel_") or "from numba" in path.read_text()
    ]


def kernel_folder(room: Path = ROOM) -> Path:
    """The folder of the sources as they are now."""
    state = hashlib.sha256()
    for path in kernel_sources(room):
        content = path.read_bytes()
        state.update(f"{path.name} {len(content)} ".encode() + content)
    return ROOT / ".pytest_cache" / "kernels" / state.hexdigest()[:16]
