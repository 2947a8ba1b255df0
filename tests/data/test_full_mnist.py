"""MNIST in full is fetched when asked for, kept when it is what was published, and read by name."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lossatlas.data import fetch_full_mnist, full_mnist, full_mnist_path, mnist
from lossatlas.data._cache import read_cache
from lossatlas.data._full_mnist import fetched, read_whole
from lossatlas.errors import DataError

from ._published import published

IMAGES, LABELS, ORIGINAL = published()
CACHED = full_mnist_path().is_file()


class _Library:
    """A place to fetch from, which hands out the arrays it was given and counts how often."""

    def __init__(self, images: np.ndarray = IMAGES) -> None:
        self.images = images
        self.visits: list[Path] = []

    def __call__(self, home: Path) -> tuple[np.ndarray, np.ndarray]:
        self.visits.append(home)
        return self.images, LABELS


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    library, path = _Library(), full_mnist_path(tmp_path)
    assert fetched(path, library, ORIGINAL) == fetched(path, library, ORIGINAL) == path
    assert library.visits == [tmp_path]
    assert np.array_equal(read_cache(path, ORIGINAL)[0], IMAGES)


def test_a_damaged_file_is_replaced_by_fetching(tmp_path: Path) -> None:
    path = full_mnist_path(tmp_path)
    fetched(path, _Library(), ORIGINAL)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="is damaged"):
        read_whole(path, ORIGINAL)
    fetched(path, _Library(), ORIGINAL)
    assert np.array_equal(read_whole(path, ORIGINAL)[0], IMAGES)


def test_other_digits_than_those_published_are_not_kept(tmp_path: Path) -> None:
    path = full_mnist_path(tmp_path)
    with pytest.raises(DataError, match="what was fetched are not those that were published"):
        fetched(path, _Library(IMAGES[::-1]), ORIGINAL)
    assert not any(file.is_file() for file in tmp_path.rglob("*"))


def test_a_folder_that_cannot_be_made_is_noticed_before_anything_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    library = _Library()
    with pytest.raises(OSError, match="file"):
        fetched(full_mnist_path(tmp_path / "file"), library, ORIGINAL)
    assert library.visits == []


def test_before_it_is_fetched_the_message_says_how_and_what_there_is_instead(
    tmp_path: Path,
) -> None:
    home = tmp_path / "my data"
    with pytest.raises(DataError, match="has not been fetched") as caught:
        full_mnist(10, folder=home)
    assert f"lossatlas data --fetch --folder '{home}'" in str(caught.value)
    assert "5000 embedded digits" in str(caught.value)


def test_the_folder_is_scikit_learns_unless_one_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sklearn.datasets import get_data_home

    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "theirs"))
    assert full_mnist_path().parents[1] == Path(get_data_home())
    monkeypatch.delenv("SCIKIT_LEARN_DATA")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert full_mnist_path().parents[1] == Path(get_data_home())
    assert full_mnist_path("~/mine").parents[1] == tmp_path / "mine"


@pytest.mark.parametrize("size", [0, 29, True])
def test_a_size_that_is_none_is_refused_before_the_file_is_looked_for(size: int) -> None:
    with pytest.raises(ValueError, match=r"`size` should be a whole number in 1\.\.28"):
        full_mnist(size)


def test_a_refused_connection_is_one_line_that_names_the_embedded_digits(tmp_path: Path) -> None:
    # A port that was free a moment ago stands for the network: whatever is asked of it is refused.
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    environment = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    done = subprocess.run(
        [sys.executable, "-m", "lossatlas", "data", "--fetch", "--folder", str(tmp_path)],
        env=environment | {"http_proxy": nowhere, "https_proxy": nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    told, error = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert told.startswith("Fetching 70000 digits, about 15 MB, from OpenML")
    assert error.startswith("Error: OpenML cannot be reached")
    assert "Connection refused" in error
    assert "mnist10 and mnist28" in error
    assert not any(file.is_file() for file in tmp_path.rglob("*"))


@pytest.mark.slow
@pytest.mark.skipif(not CACHED, reason="needs MNIST in full: lossatlas data --fetch")
def test_the_fetched_digits_are_those_that_everybody_knows() -> None:
    assert fetch_full_mnist() == full_mnist_path()
    data = full_mnist(28)
    known = [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958]
    assert data.targets.sum(axis=0).tolist() == known
    assert data.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    everyone = {row.tobytes() for row in data.inputs}
    assert all(row.tobytes() in everyone for row in mnist(28).inputs)
