"""Mode following ends at the index that was asked for, and what does not is counted."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import Generator
from torch.testing import assert_close

from lossatlas.critical import (
    Kind,
    ModeFollowing,
    Status,
    classify_batch,
    distinct,
    enumerate_points,
    find,
)
from lossatlas.surfaces import SpinGlass

Glass = Callable[..., SpinGlass]
Networks = Callable[..., Any]


@given(st.integers(2, 9), st.integers(0, 2**16), st.data())
@settings(max_examples=20, deadline=None)
def test_on_a_two_spin_it_ends_at_the_eigenvector_of_that_rank(
    size: int, seed: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    surface = SpinGlass(2, size, generator=Generator().manual_seed(seed))
    starts = surface.random_point(Generator().manual_seed(seed + 1), (5,))
    found = find(surface, starts, method=ModeFollowing(index=index))
    V = torch.linalg.eigh(surface.couplings).eigenvectors
    ends = found.critical
    assert len(ends) >= 4
    assert_close((ends @ V[:, index]).abs(), torch.full_like(ends[:, 0], size**0.5))


@pytest.mark.parametrize("index", [0, 1, 3, 6, 9])
@pytest.mark.parametrize("seed", [0, 1])
def test_on_a_three_spin_nearly_all_starts_reach_the_index(
    glass: Glass, index: int, seed: int
) -> None:
    surface = glass(3, 10, seed)
    starts = surface.random_point(Generator().manual_seed(1), (40,))
    found = find(surface, starts, method=ModeFollowing(index=index))
    reached = [point.index for point in classify_batch(surface, found.critical)]
    assert reached.count((index, index)) >= 36
    assert len(found) == 40  # a miss is an end like any other


@pytest.mark.parametrize("index", [0, 2, 5])
def test_every_end_is_one_of_the_proved_points_of_that_index(glass: Glass, index: int) -> None:
    surface = glass(3, 6, 2)
    known = enumerate_points(surface)
    assert known.proved
    starts = surface.random_point(Generator().manual_seed(1), (200,))
    ends = find(surface, starts, method=ModeFollowing(index=index)).critical
    there = known.having(index)
    groups = distinct(surface, torch.cat([there, ends]))
    assert len(groups) == len(there)
    assert (groups.multiplicity > 1).all()  # and each of them is reached


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_on_double_wells_the_index_is_the_number_of_coordinates_at_zero(
    formula: Callable[[str], Any], index: int
) -> None:
    surface = formula("double wells")
    starts = 0.5 * surface.random_point(Generator().manual_seed(0), (50,))
    found = find(surface, starts, method=ModeFollowing(index=index))
    ends = found.critical
    assert len(ends) >= 40
    assert ((ends.abs() < 0.5).sum(-1) == index).all()


def test_on_a_network_a_point_of_index_zero_is_a_minimum_despite_its_flat_orbit(
    digits: Networks,
) -> None:
    case = digits((5, 3, 2, 3))
    found = find(case.surface, case.starts(20), method=ModeFollowing(index=0))
    ends = found.having(Status.CRITICAL)
    assert int(ends.sum()) >= 10
    assert (case.distance(found.loss[ends]) < 1e-8).all()
    points = classify_batch(case.surface, found.critical, global_value=float(case.values[0]))
    assert {point.kind for point in points} == {Kind.GLOBAL_MINIMUM}


@pytest.mark.slow
def test_it_serves_two_hundred_spins(glass: Glass) -> None:
    surface = glass(3, 200)
    starts = surface.random_point(Generator().manual_seed(1), (6,))
    found = find(surface, starts, method=ModeFollowing(index=10))
    reached = [point.index for point in classify_batch(surface, found.critical)]
    assert reached.count((10, 10)) >= 5


def test_an_index_that_no_point_can_have_is_refused(glass: Glass) -> None:
    surface = glass(3, 4)
    with pytest.raises(ValueError, match=r"`index` should be at least 0"):
        ModeFollowing(index=-1)
    with pytest.raises(ValueError, match=r"`damping` should be positive. Got 0"):
        ModeFollowing(index=1, damping=0.0)
    with pytest.raises(ValueError, match=r"`index` should be at most 3.*Got 4"):
        find(surface, torch.ones(1, 4).double(), method=ModeFollowing(index=4))
