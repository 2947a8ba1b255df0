"""The order of the samples: permutations, uniform, of (seed, epoch, n) alone."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import chi2

from lossatlas.ensembles import orders
from lossatlas.ensembles._counter import philox

SEEDS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, 2**64 - 1, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            0x299F31D0A4093822,
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_the_words_are_those_of_the_published_generator(
    counter: tuple[int, ...], key: int, words: tuple[int, ...]
) -> None:
    assert philox(*map(np.uint32, counter), np.uint64(key)) == words


@given(SEEDS, st.integers(0, 1000), st.integers(1, 300))
def test_every_row_is_a_permutation(seeds: list[int], epoch: int, n: int) -> None:
    rows = orders(seeds, epoch, n)
    assert rows.dtype == np.int32
    np.testing.assert_array_equal(np.sort(rows, axis=1), np.broadcast_to(np.arange(n), rows.shape))


@given(SEEDS, st.integers(0, 1000), st.integers(1, 50))
def test_a_row_depends_on_its_own_seed_alone(seeds: list[int], epoch: int, n: int) -> None:
    alone = [orders([seed], epoch, n)[0] for seed in seeds]
    np.testing.assert_array_equal(orders(seeds, epoch, n), alone)


def test_another_seed_another_epoch_or_a_high_bit_of_the_seed_changes_the_order() -> None:
    rows = np.concatenate([orders([0, 1, 2**32, 2**63], epoch, 40) for epoch in range(3)])
    assert len(np.unique(rows, axis=0)) == 12


@pytest.mark.parametrize("n", [2, 3, 4])
def test_all_permutations_are_equally_likely(n: int) -> None:
    rows = np.concatenate([orders(range(3000), epoch, n) for epoch in range(4)])
    counts = [int((rows == list(p)).all(1).sum()) for p in permutations(range(n))]
    expected = len(rows) / len(counts)
    statistic = sum((count - expected) ** 2 for count in counts) / expected
    assert statistic < chi2.ppf(1 - 1e-4, len(counts) - 1)


def test_every_place_sees_every_sample_equally_often() -> None:
    n, rows = 20, orders(range(20_000), 5, 20)
    counts = np.stack([np.bincount(rows[:, place], minlength=n) for place in range(n)])
    statistic = float(((counts - 1000) ** 2 / 1000).sum())
    # 20 x 20 counts with fixed sums of rows and columns
    assert statistic < chi2.ppf(1 - 1e-4, (n - 1) ** 2)


def test_orders_of_neighbouring_seeds_and_epochs_do_not_agree_more_often_than_by_chance() -> None:
    n, m = 50, 4000
    rows = orders(range(m), 0, n)
    for other in (np.roll(rows, 1, axis=0), orders(range(m), 1, n)):
        # the places where two independent permutations agree: mean 1, variance 1
        agreements = (rows == other).sum(1).mean()
        assert abs(agreements - 1) < 4 / m**0.5


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        ([-1], r"`seeds` should hold .* Got \[-1\]"),
        ([2**64], "`seeds`"),
        pytest.param([0.5], "`seeds`", marks=pytest.mark.unhooked),
        ([], "`seeds`"),
    ],
)
def test_seeds_out_of_range_are_refused(seeds: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        orders(seeds, 0, 3)


def test_an_epoch_below_zero_or_no_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="`epoch` should be a whole number, at least 0"):
        orders([0], -1, 3)
    with pytest.raises(ValueError, match="`n` should be a whole number, at least 1"):
        orders([0], 0, 0)
