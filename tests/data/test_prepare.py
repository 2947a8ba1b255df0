"""Named data, at a size, in two parts."""

from pathlib import Path

import numpy as np
import pytest

from lossatlas.data import area_average_matrix, digits, mnist, prepare, split
from lossatlas.errors import DataError


@pytest.mark.parametrize(
    ("name", "size", "whole"),
    [
        ("mnist", 10, mnist(10)),
        ("mnist", None, mnist(28)),
        ("digits", None, digits()),
        ("digits", 4, digits(4)),
    ],
)
def test_it_is_the_split_of_the_set_at_that_size(name: str, size: int | None, whole) -> None:  # noqa: ANN001
    found = prepare(name, size=size, train=300, test=100, seed=5)
    expected = split(whole, train=300, test=100, seed=5)
    assert [part.checksum for part in found] == [part.checksum for part in expected]


def test_the_digits_at_a_smaller_size_are_their_area_averages() -> None:
    A = area_average_matrix(8, 4)
    np.testing.assert_allclose(digits(4).inputs, digits().inputs @ A.T, atol=1e-15)
    assert digits(4).name == "digits 4x4"
    assert "Averaged over the cells of a 4 x 4 grid." in digits(4).description


def test_classes_are_chosen_before_the_split() -> None:
    train, test = prepare("digits", classes=(7, 1), train=200, test=50, seed=0)
    assert train.classes == test.classes == (7, 1)
    assert set(train.labels.tolist()) == set(test.labels.tolist()) == {1, 7}


def test_a_set_that_has_to_be_fetched_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    with pytest.raises(DataError, match="lossatlas data --fetch"):
        prepare("full_mnist", size=10, train=60_000, test=10_000, seed=0)


def test_an_unknown_set_and_an_impossible_size_are_refused() -> None:
    with pytest.raises(ValueError, match="`name` should be one of digits, mnist, full_mnist"):
        prepare("cifar", train=1, test=1, seed=0)
    with pytest.raises(ValueError, match=r"`size` should be a whole number in 1\.\.8"):
        prepare("digits", size=10, train=1, test=1, seed=0)
