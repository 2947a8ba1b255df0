"""No kernel is run that was compiled from other sources than those that are here."""

import os
import shutil
from pathlib import Path

import pytest
from tests._kernel_cache import (
    ROOM,
    STATE,
    called,
    keepers,
    kernel_folder,
    kernel_sources,
    state_line,
)

SOURCES, KEEPERS = kernel_sources(ROOM), keepers(ROOM)


def test_the_tests_keep_kernels_in_the_folder_of_these_sources() -> None:
    from numba import config

    assert config.CACHE_DIR == os.environ["NUMBA_CACHE_DIR"] == str(kernel_folder())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_a_kernel_is_made_of_is_known(path: Path) -> None:
    assert called(path) <= set(SOURCES)


@pytest.mark.parametrize("path", KEEPERS, ids=lambda path: path.stem)
def test_a_file_that_keeps_kernels_changes_with_the_files_that_it_calls(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if line.startswith(STATE)]
    assert lines == [state_line(path)], "Run `python tests/_kernel_cache.py`."


def test_the_kernels_that_are_called_from_python_are_among_them() -> None:
    names = {path.stem for path in KEEPERS}
    assert names >= {
        "_kernel_batch",
        "_kernel_single",
        "_langevin_noise",
        "_metropolis_kernel",
        "_shuffle",
    }


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A copy of the sources, to be changed."""
    copy = tmp_path / "room"
    shutil.copytree(ROOM, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.mark.parametrize("name", [path.name for path in SOURCES])
def test_a_changed_source_changes_the_folder_and_the_lines_of_those_that_call_it(
    name: str, room: Path
) -> None:
    before = kernel_folder(room), {path.name: state_line(path) for path in keepers(room)}
    assert before == (kernel_folder(), {path.name: state_line(path) for path in KEEPERS})
    with (room / name).open("a") as file:
        file.write("# changed\n")
    assert kernel_folder(room) != before[0]
    for path in keepers(room):
        calls = name in {below.name for below in called(path)}
        assert (state_line(path) != before[1][path.name]) == calls


def test_the_lines_themselves_are_no_part_of_the_state(room: Path) -> None:
    before = kernel_folder(room)
    for path in keepers(room):
        path.write_text(path.read_text().replace(state_line(path), STATE + "0" * 12))
    assert kernel_folder(room) == before
