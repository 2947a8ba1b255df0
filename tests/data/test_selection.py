"""Samples are drawn with the classes' shares, the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.data import digits, stratified

LABELS = st.lists(st.integers(0, 5), min_size=1, max_size=80).map(np.array)


@given(labels=LABELS, data=st.data(), seed=st.integers(0, 2**40))
def test_each_class_gets_its_share_to_within_one(
    labels: np.ndarray, data: st.DataObject, seed: int
) -> None:
    samples = data.draw(st.integers(1, len(labels)))
    rows = stratified(labels, samples, seed)
    assert len(rows) == samples == len(set(rows.tolist()))
    assert (np.diff(rows) > 0).all()
    for digit in np.unique(labels):
        share = samples * (labels == digit).mean()
        assert abs((labels[rows] == digit).sum() - share) < 1


@given(labels=LABELS, seed=st.integers(0, 100))
def test_all_samples_are_all_rows(labels: np.ndarray, seed: int) -> None:
    assert np.array_equal(stratified(labels, len(labels), seed), np.arange(len(labels)))


def test_the_seed_decides_the_draw() -> None:
    labels = digits().labels
    one, again, other = (stratified(labels, 50, seed) for seed in (1, 1, (1, 2)))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_the_draw_is_the_one_that_was_drawn_when_this_was_written() -> None:
    rows = stratified(digits().labels, 12, 7)
    assert rows.tolist() == [6, 32, 114, 614, 865, 906, 1012, 1135, 1207, 1520, 1585, 1592]


def test_every_row_is_drawn_equally_often() -> None:
    labels = np.repeat([0, 1], [30, 60])
    counts = sum(
        np.bincount(stratified(labels, 30, (5, seed)), minlength=90) for seed in range(900)
    )
    # 900 draws of a third: mean 300, standard deviation 14.
    assert np.abs(np.asarray(counts) - 300).max() < 5 * 14.2


@pytest.mark.parametrize("samples", [0, -1, 1798])
def test_an_impossible_number_of_samples_is_refused(samples: int) -> None:
    with pytest.raises(ValueError, match=r"`samples` should be in 1\.\.1797"):
        digits(samples=samples)
