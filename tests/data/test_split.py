"""The two parts of a data set share no sample, and each keeps the shares of the classes."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.data import Dataset, digits, mnist, split

LABELS = st.lists(st.integers(0, 9), min_size=2, max_size=60).map(np.array)


def _numbered(labels: np.ndarray) -> Dataset:
    """A data set whose only feature is the number of the row, so that rows can be recognised."""
    rows = np.arange(len(labels), dtype=np.float64)[:, None]
    targets = (labels[:, None] == np.arange(10)).astype(np.float64)
    return Dataset("rows", rows, targets, labels, tuple(range(10)), "Numbered rows.")


def _rows(part: Dataset) -> np.ndarray:
    return part.inputs[:, 0].astype(int)


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, int, int]:
    labels = draw(LABELS)
    train = draw(st.integers(1, len(labels) - 1))
    return labels, train, draw(st.integers(1, len(labels) - train))


@given(case=cases(), seed=st.integers(0, 2**40))
def test_the_parts_are_disjoint_of_the_sizes_asked_for_and_carry_their_own_labels(
    case: tuple[np.ndarray, int, int], seed: int
) -> None:
    labels, train, test = case
    parts = split(_numbered(labels), train=train, test=test, seed=seed)
    rows = [_rows(part) for part in parts]
    assert [len(r) for r in rows] == [train, test]
    assert not set(rows[0]) & set(rows[1])
    for part, r in zip(parts, rows, strict=True):
        assert (np.diff(r) > 0).all()
        assert np.array_equal(part.labels, labels[r])
        assert np.array_equal(part.targets.argmax(axis=1), labels[r])


@given(case=cases(), seed=st.integers(0, 100))
def test_each_class_has_its_share_of_both_parts(
    case: tuple[np.ndarray, int, int], seed: int
) -> None:
    labels, train, test = case
    taught, held_out = split(_numbered(labels), train=train, test=test, seed=seed)
    for digit in np.unique(labels):
        share = (labels == digit).mean()
        assert abs((held_out.labels == digit).sum() - test * share) < 1
        # What is trained on is drawn from what is left, whose shares are off by less than one.
        assert abs((taught.labels == digit).sum() - train * share) < 2


@given(case=cases(), seed=st.integers(0, 100), data=st.data())
def test_the_held_out_samples_do_not_depend_on_how_many_are_trained_on(
    case: tuple[np.ndarray, int, int], seed: int, data: st.DataObject
) -> None:
    labels, train, test = case
    fewer = data.draw(st.integers(1, train))
    dataset = _numbered(labels)
    whole = split(dataset, train=train, test=test, seed=seed)
    other = split(dataset, train=fewer, test=test, seed=seed)
    assert np.array_equal(_rows(whole[1]), _rows(other[1]))


def test_the_order_of_calls_changes_nothing_and_the_seed_does() -> None:
    np.random.seed(5)
    one = split(mnist(10), train=100, test=50, seed=3)
    split(digits(), train=10, test=10, seed=4)
    np.random.random(7)
    again = split(mnist(10), train=100, test=50, seed=3)
    other = split(mnist(10), train=100, test=50, seed=(3, 1))
    assert [part.checksum for part in one] == [part.checksum for part in again]
    assert not {part.checksum for part in one} & {part.checksum for part in other}


def test_the_split_is_the_one_that_was_drawn_when_this_was_written() -> None:
    taught, held_out = split(_numbered(np.arange(30) % 10), train=10, test=10, seed=7)
    assert _rows(taught).tolist() == [3, 4, 7, 10, 11, 15, 22, 26, 28, 29]
    assert _rows(held_out).tolist() == [6, 9, 12, 17, 18, 20, 21, 23, 24, 25]


def test_every_row_is_held_out_and_trained_on_equally_often() -> None:
    dataset = _numbered(np.repeat([0, 1], [30, 60]))
    counts = np.zeros((2, 90))
    for seed in range(900):
        parts = split(dataset, train=30, test=30, seed=(5, seed))
        for number, part in enumerate(parts):
            counts[number, _rows(part)] += 1
    # 900 draws of a third: mean 300, standard deviation 14.
    assert np.abs(counts - 300).max() < 5 * 14.2


def test_the_papers_split_of_mnist_has_a_hundred_held_out_digits_of_each_class() -> None:
    taught, held_out = split(mnist(10), train=4000, test=1000, seed=0)
    assert taught.targets.sum(axis=0).tolist() == [400] * 10
    assert held_out.targets.sum(axis=0).tolist() == [100] * 10
    together = np.sort(np.concatenate([taught.inputs, held_out.inputs]), axis=0)
    assert np.array_equal(together, np.sort(mnist(10).inputs, axis=0))


def test_name_and_description_say_which_part_of_what_it_is() -> None:
    taught, held_out = split(digits(), train=1000, test=500, seed=2)
    assert (taught.name, held_out.name) == ("digits 8x8, train", "digits 8x8, test")
    assert "The test part of 1000 + 500 of 1797, seed 2." in held_out.description


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        (0, 10, r"`train` should be in 1\.\.1796"),
        (1797, 1, r"`train` should be in 1\.\.1796"),
        (1000, 798, r"`test` should be in 1\.\.797"),
        (1000, 0, r"`test` should be in 1\.\.797"),
    ],
)
def test_parts_that_cannot_be_are_refused(train: int, test: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split(digits(), train=train, test=test, seed=0)
