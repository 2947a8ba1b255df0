"""Laws of the house itself: what an import loads, how long a file is, what no file may hold."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "lossatlas").rglob("*.py"))
UNSAFE = re.compile(
    r"\bpickle\b|torch\.load\((?!.*weights_only)|(?<![\w.])(?:eval|exec)\(|yaml\.load\("
)


def _modules_after(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_loads_no_heavy_library() -> None:
    loaded = _modules_after("import lossatlas")
    assert not loaded & {"plotly", "matplotlib", "numba", "sklearn", "mlxtend", "flint", "torch"}


def test_rooms_come_when_touched() -> None:
    loaded = _modules_after("import lossatlas; lossatlas.surfaces.DeepLinear")
    assert "torch" in loaded
    assert not loaded & {"plotly", "matplotlib", "numba", "sklearn", "mlxtend"}


def test_theory_loads_no_torch() -> None:
    assert "torch" not in _modules_after("import lossatlas.theory.deep_linear")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_a_file_holds_one_idea_in_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_no_file_can_execute_what_it_reads(path: Path) -> None:
    found = [line for line in path.read_text().splitlines() if UNSAFE.search(line)]
    assert not found
