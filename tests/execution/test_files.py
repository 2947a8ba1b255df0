"""Files are written whole or not at all."""

import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lossatlas.errors import RunError
from lossatlas.execution import write_whole


def test_a_reader_sees_the_old_file_or_the_new_one_and_nothing_between(tmp_path: Path) -> None:
    path, contents = tmp_path / "file", [b"a" * 300_000, b"b" * 300_000]
    write_whole(path, contents[0])
    stop, seen = threading.Event(), set[bytes]()

    def read() -> None:
        while not stop.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(40):
        write_whole(path, contents[turn % 2])
    stop.set()
    reader.join()
    assert seen <= set(contents)
    assert os.listdir(tmp_path) == ["file"]


def test_a_disk_that_is_full_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", "old")
    program = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from lossatlas.execution import write_whole\nfrom lossatlas.errors import RunError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))\n"
        "try: write_whole(Path(sys.argv[1]), 'new' * 1000)\n"
        "except RunError as error: print(error)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "file"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be written (File too large)" in told.stdout
    assert "run the same command again" in told.stdout
    assert (tmp_path / "file").read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_others_may_read_what_the_users_mask_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "file", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o640


def test_a_missing_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="No such file or directory"):
        write_whole(tmp_path / "absent" / "file", "x")


def test_limits_are_the_childs_own() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
