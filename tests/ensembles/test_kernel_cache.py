"""Tests must not run a kernel that was compiled from other sources than those that are here."""

import ast
import os
import shutil
from pathlib import Path

import pytest
from tests._kernel_cache import ROOM, kernel_folder, kernel_sources

SOURCES = kernel_sources(ROOM)


def _imported(path: Path) -> set[str]:
    """The files of the room that a file takes from when it is loaded."""
    told = ast.parse(path.read_text()).body
    return {f"{node.module}.py" for node in told if isinstance(node, ast.ImportFrom) and node.level}


def test_the_tests_keep_kernels_in_the_folder_of_these_sources() -> None:
    from numba import config

    assert config.CACHE_DIR == os.environ["NUMBA_CACHE_DIR"] == str(kernel_folder())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_a_kernel_is_made_of_is_known(path: Path) -> None:
    assert _imported(path) <= {source.name for source in SOURCES}


@pytest.mark.parametrize("name", [path.name for path in SOURCES])
def test_kernels_of_changed_sources_have_another_folder(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOM, tmp_path / "room", ignore=shutil.ignore_patterns("__pycache__"))
    assert kernel_folder(tmp_path / "room") == kernel_folder()
    with (tmp_path / "room" / name).open("a") as file:
        file.write("\n")
    assert kernel_folder(tmp_path / "room") != kernel_folder()
