"""A cached set is there in full or not at all, and is compared with the published one when read."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from lossatlas.data._cache import read_cache, write_cache
from lossatlas.errors import DataError

from ._published import published

IMAGES, LABELS, ORIGINAL = published()
REMEDY = "Fetch it anew: lossatlas data --fetch --folder"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "lossatlas" / "set.npz"
    write_cache(path, IMAGES, LABELS)
    return path


def test_what_was_written_is_read_back_and_nothing_else_is_left(path: Path) -> None:
    images, labels = read_cache(path, ORIGINAL)
    assert np.array_equal(images, IMAGES)
    assert np.array_equal(labels, LABELS)
    assert images.dtype == labels.dtype == np.uint8
    assert [file.name for file in path.parent.iterdir()] == ["set.npz"]


def test_the_file_is_a_plain_archive_that_numpy_reads_without_pickle(path: Path) -> None:
    with np.load(path, allow_pickle=False) as arrays:
        assert sorted(arrays.files) == ["labels", "pixels"]


def test_a_file_cut_off_anywhere_is_refused_with_the_remedy(path: Path) -> None:
    whole = path.read_bytes()
    for length in [0, 1, 3, 4, 100, len(whole) // 2, len(whole) - 23, len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match="is damaged") as caught:
            read_cache(path, ORIGINAL)
        assert REMEDY in str(caught.value)
        assert "\n" not in str(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
@example(place=0.0, change=1)
def test_a_changed_byte_never_changes_a_digit_unnoticed(
    path: Path, place: float, change: int
) -> None:
    whole = bytearray(path.read_bytes())
    other = path.with_name("other.npz")
    whole[int(place * len(whole))] ^= change
    other.write_bytes(whole)
    # Some bytes of an archive are dates and the like: they carry no digit, and may change.
    with suppress(DataError):
        images, labels = read_cache(other, ORIGINAL)
        assert np.array_equal(images, IMAGES)
        assert np.array_equal(labels, LABELS)


def _archive(path: Path, **arrays: np.ndarray) -> None:
    with path.open("wb") as file:
        np.savez(file, **arrays)


def _single(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, IMAGES)


FOREIGN: dict[str, tuple[Callable[[Path], None], str]] = {
    "a single array": (_single, "is damaged"),
    "text": (lambda p: p.write_text("digits") and None, "is damaged"),
    "a web page": (lambda p: p.write_text("<!DOCTYPE html>" * 99) and None, "is damaged"),
    "no labels": (lambda p: _archive(p, pixels=IMAGES), "is damaged"),
    "fewer digits": (lambda p: _archive(p, pixels=IMAGES[:9], labels=LABELS[:9]), r"\(9, 784\)"),
    "other digits": (
        lambda p: _archive(p, pixels=IMAGES[::-1], labels=LABELS[::-1]),
        "The train images of .* are not those that were published",
    ),
    "pickled objects": (
        lambda p: _archive(p, pixels=IMAGES.astype(object), labels=LABELS),
        "is damaged",
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_another_file_in_its_place_is_refused(path: Path, what: str) -> None:
    make, message = FOREIGN[what]
    make(path)
    with pytest.raises(DataError, match=message) as caught:
        read_cache(path, ORIGINAL)
    assert REMEDY in str(caught.value)


def test_a_missing_file_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_cache(tmp_path / "set.npz", ORIGINAL)


def test_a_disk_that_is_full_leaves_the_old_file_and_no_half_of_the_new(tmp_path: Path) -> None:
    path = tmp_path / "lossatlas" / "set.npz"
    write_cache(path, IMAGES[:5], LABELS[:5])
    before = path.read_bytes()
    program = (
        "import resource, signal, sys\n"
        "import numpy as np\n"
        "from pathlib import Path\n"
        "from lossatlas.data._cache import write_cache\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "noise = np.random.default_rng(0).integers(0, 256, (50, 784)).astype(np.uint8)\n"
        "try:\n"
        "    write_cache(Path(sys.argv[1]), noise, noise[:, 0])\n"
        "except OSError as error:\n"
        "    sys.exit(f'refused: {error}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr[:8]) == (1, "refused:"), done.stderr
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["set.npz"]
