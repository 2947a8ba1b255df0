"""Bands find passes; joined they give levels that are never below the exact ones."""

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from lossatlas.surfaces import SpinGlass
from lossatlas.topography import ElasticBand, MorseGraph, band_graph, elastic_band
from lossatlas.topography._string import laid

Enumerated = Callable[[int, int, int], Any]
Joined = Callable[[int, int, int], MorseGraph]


def test_a_band_between_wells_climbs_to_the_pass(wells: Callable[..., Any]) -> None:
    surface = wells(slant=0.7)
    roots = torch.from_numpy(np.sort(np.roots([4, 0, -4, 0.3])))  # where the slope in x vanishes
    ends = torch.stack([roots, 0.7 * roots], dim=-1)
    bands = elastic_band(surface, ends[:1], ends[2:])
    assert bands.top.item() == pytest.approx(float(surface.loss(ends[1:2])), abs=1e-9)
    assert torch.allclose(bands.passes, ends[1:2], atol=1e-10)
    # At rest the gradient has no part across the band.
    inner, g = bands.images[0, 1:-1], surface.gradient(bands.images[0, 1:-1])
    along = bands.images[0, 2:] - bands.images[0, :-2]
    along = along / along.norm(dim=-1, keepdim=True)
    aside = g - (g * along).sum(-1, keepdim=True) * along
    assert aside.norm(dim=-1).max() < 0.05 * g.norm(dim=-1).max()
    assert len(inner) == 31


def test_ends_stay_and_images_lie_at_equal_distances(enumerated: Enumerated) -> None:
    surface, found = enumerated(3, 4, 1)
    minima = found.points[found.index == 0]
    bands = elastic_band(surface, minima[:2], minima[2:4])
    assert torch.equal(bands.images[:, 0], minima[:2])
    assert torch.equal(bands.images[:, -1], minima[2:4])
    pieces = bands.images.diff(dim=1).norm(dim=-1)
    # Equal along the chain: where it has a corner, the straight piece across it is shorter.
    assert (pieces.amax(-1) < 1.05 * pieces.mean(-1)).all()
    assert torch.allclose(bands.images.norm(dim=-1), torch.tensor(2.0).double())


def test_opposite_minima_have_a_band_too(two_spin: tuple[SpinGlass, Tensor, Tensor]) -> None:
    surface, points, _ = two_spin
    bands = elastic_band(surface, points[:1], points[3:4])
    assert bands.top.item() == pytest.approx(2 * 3**0.5)


def test_a_band_without_a_top_has_no_level(two_spin: tuple[SpinGlass, Tensor, Tensor]) -> None:
    surface, points, _ = two_spin
    bands = elastic_band(surface, points[:1], points[:1])
    assert bands.top.tolist() == [inf]
    assert repr(bands) == "Bands(1 bands over 0 passes)"


def test_no_minima_and_one_minimum_have_no_bands(enumerated: Enumerated) -> None:
    surface, found = enumerated(3, 4, 1)
    for num in (0, 1):
        graph, points = band_graph(surface, found.points[found.index == 0][:num])
        assert repr(graph) == f"MorseGraph({num} minima, 0 passes, connected)"
        assert len(points) == num


@pytest.mark.parametrize(
    "instance", [(3, 3, 0), (3, 3, 2), (3, 4, 1), (3, 5, 0), (3, 6, 5), (4, 3, 0)]
)
def test_joined_bands_reach_every_exact_level(
    enumerated: Enumerated, joined: Joined, instance: tuple[int, int, int]
) -> None:
    (surface, found), exact = enumerated(*instance), joined(*instance)
    bands, points = band_graph(surface, found.points[exact.minima])
    num = len(exact.minima)
    assert bands.minima[:num].tolist() == list(range(num))
    assert torch.equal(points[:num], found.points[exact.minima])
    assert (bands.levels[:num, :num] - exact.levels).abs().max() < 1e-6


def test_a_band_that_finds_a_higher_pass_is_above_and_never_below(
    enumerated: Enumerated, joined: Joined
) -> None:
    # A straight band alone misses the lowest pass of this instance; bent ones find it.
    (surface, found), exact = enumerated(3, 6, 5), joined(3, 6, 5)
    bands, _ = band_graph(surface, found.points[exact.minima], band=ElasticBand(bends=0))
    num = len(exact.minima)
    excess = bands.levels[:num, :num] - exact.levels
    assert (excess > -1e-9).all()
    assert excess.max() > 0.1


def test_minima_that_bands_meet_join_the_list(enumerated: Enumerated, joined: Joined) -> None:
    (surface, found), exact = enumerated(3, 5, 0), joined(3, 5, 0)
    few = found.points[exact.minima][:2]
    bands, points = band_graph(surface, few)
    apart = (points[bands.minima][:, None] - found.points[exact.minima]).norm(dim=-1).amin(-1)
    assert len(bands.minima) > 2
    assert (apart < 1e-9).all()
    assert bands.levels[0, 1] >= exact.levels[0, 1] - 1e-9


def test_bent_chains_lie_across_the_straight_one(enumerated: Enumerated) -> None:
    surface, found = enumerated(3, 5, 0)
    minima = found.points[found.index == 0]
    band = ElasticBand(images=9)
    straight, *bent = laid(surface, minima[:1], minima[1:2], band)
    assert len(bent) == 2 * (5 - 2)
    assert all(torch.equal(c[[0, -1]], straight[[0, -1]]) for c in bent)
    aside = torch.stack([c[4] for c in bent])
    sides = aside - (aside @ straight[4] / 5)[:, None] * straight[4]
    assert (sides @ (straight[5] - straight[3])).abs().max() < 1e-9
    assert torch.linalg.matrix_rank(sides) == 3


def test_a_band_that_cannot_be_laid_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`bends` should be at least 0\. Got -1"):
        ElasticBand(bends=-1)
    with pytest.raises(ValueError, match=r"`images` should be at least 3\. Got 2"):
        ElasticBand(images=2)


@pytest.mark.unhooked
def test_ends_that_do_not_fit_are_refused(two_spin: tuple[SpinGlass, Tensor, Tensor]) -> None:
    surface, points, _ = two_spin
    with pytest.raises(ValueError, match="`b` should have the shape"):
        elastic_band(surface, points[:1], points[:2])
