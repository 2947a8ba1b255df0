"""The globe of a three-spin glass: a Morse complex that closes, or says that it does not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from lossatlas.evidence import directions
from lossatlas.surfaces import SpinGlass
from lossatlas.topography import Flow, GlobeData, globe_data

Enumerated = Callable[[int, int, int], Any]
GlobeOf = Callable[[int, int, int], GlobeData]
INSTANCES = [(3, 3, 0), (3, 3, 1), (3, 3, 2), (4, 3, 0), (4, 3, 1)]


@pytest.mark.parametrize("instance", INSTANCES)
def test_every_saddle_has_two_descents_and_two_ascents_that_end_at_listed_points(
    globe_of: GlobeOf, instance: tuple[int, int, int]
) -> None:
    data = globe_of(*instance)
    globe = data.globe
    assert data.whole
    assert (data.euler, data.lost, data.astray) == (2, 0, 0)
    saddles = [i for i, k in enumerate(globe.index) if k == 1]
    for saddle in saddles:
        ends = [
            globe.index[e] for s, e in zip(globe.starts, globe.ends, strict=True) if s == saddle
        ]
        assert sorted(ends) == [0, 0, 2, 2]
    assert len(globe.lines) == 4 * len(saddles)


@pytest.mark.parametrize("instance", INSTANCES[:3])
def test_lines_go_from_point_to_point_and_the_energy_is_monotone(
    enumerated: Enumerated, globe_of: GlobeOf, instance: tuple[int, int, int]
) -> None:
    (surface, _), globe = enumerated(*instance), globe_of(*instance).globe
    for line, start, end in zip(globe.lines, globe.starts, globe.ends, strict=True):
        assert (line[0], line[-1]) == (globe.points[start], globe.points[end])
        energy = surface.energy(torch.tensor(line).double() * 3**0.5)
        rising = globe.heights[end] > globe.heights[start]
        assert (energy.diff() * (1 if rising else -1) > -1e-6).all()
        assert max(np.linalg.norm(np.diff(line, axis=0), axis=1)) < 0.06


def test_the_field_is_the_energy_per_spin_on_the_grid(enumerated: Enumerated) -> None:
    surface, found = enumerated(3, 3, 0)
    globe = globe_data(surface, found.points[:0], found.index[:0], rows=5, columns=8).globe
    grid = torch.tensor(directions(5, 8)).double() * 3**0.5
    expected = torch.einsum("ijk,abi,abj,abk->ab", surface.couplings, grid, grid, grid) / (
        3.0 * 3
    )  # H = T w^3 / N, u = H / N
    assert torch.allclose(torch.tensor(globe.energy).double(), expected, atol=1e-6)


def test_a_missing_point_is_noticed(enumerated: Enumerated) -> None:
    surface, found = enumerated(3, 3, 0)
    for index, astray in ((0, True), (1, False), (2, True)):
        planted = torch.arange(len(found)) != int((found.index == index).nonzero()[0, 0])
        data = globe_data(surface, found.points[planted], found.index[planted])
        assert not data.whole
        assert data.euler == (3 if index == 1 else 1)
        assert (data.astray > 0, data.lost > 0) == (astray, astray)


def test_lines_of_a_two_spin_are_great_circles(two_spin: tuple[SpinGlass, Tensor, Tensor]) -> None:
    data = globe_data(*two_spin, hover=["a", "b", "c", "d", "e", "f"])
    assert data.whole
    assert data.globe.hover == ("a", "b", "c", "d", "e", "f")
    for line, end in zip(data.globe.lines, data.globe.ends, strict=True):
        normal = 2 if data.globe.index[end] == 0 else 0
        assert np.abs(np.array(line)[:, normal]).max() < 1e-6


def test_a_line_that_is_lost_ends_nowhere(enumerated: Enumerated) -> None:
    surface, found = enumerated(3, 3, 1)
    data = globe_data(surface, found.points, found.index, flow=Flow(max_steps=5))
    assert data.lost == data.astray == len(data.globe.lines)
    assert set(data.globe.ends) == {-1}
    assert not data.whole


def test_another_size_is_refused(enumerated: Enumerated) -> None:
    surface, found = enumerated(3, 4, 1)
    with pytest.raises(ValueError, match=r"`surface` should have three spins\. Got size 4"):
        globe_data(surface, found.points[:, :3], found.index)
