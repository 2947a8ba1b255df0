"""Few values: on the grid, nearest, and as good as Lloyd's iteration can make them."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from lossatlas.studies.choromanska2015_networks._problem import make_problem
from lossatlas.studies.choromanska2015_networks._quantise import (
    clustered,
    nearest_means,
    rounded,
)
from lossatlas.studies.choromanska2015_networks._settings import ProtocolChoice


@given(st.integers(2, 40), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_rounded_weights_are_the_nearest_of_the_grid(number: int, seed: int) -> None:
    w = torch.from_numpy(np.random.default_rng(seed).normal(size=(2, 30)))
    grid = torch.linspace(-1, 1, number, dtype=torch.float64)
    nearest = grid[(w[..., None] - grid).abs().argmin(-1)]
    torch.testing.assert_close((rounded(w, number) - w).abs(), (nearest - w).abs())
    assert len(rounded(w, number).unique()) <= number


def test_three_values_are_minus_one_nought_and_one() -> None:
    w = torch.tensor([[-3.0, -0.6, -0.4, 0.0, 0.4, 0.6, 3.0]])
    assert rounded(w, 3).tolist() == [[-1, -1, 0, 0, 0, 1, 1]]


@given(st.integers(2, 9), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_means_are_those_of_their_clusters_and_clusters_are_the_nearest(
    number: int, seed: int
) -> None:
    values = np.random.default_rng(seed).standard_t(3, size=200)
    replaced = nearest_means(values, number)
    means = np.unique(replaced)
    assert len(means) <= number
    for mean in means:
        assert values[replaced == mean].mean() == pytest.approx(mean, abs=1e-9)
    gaps = abs(values[:, None] - means)
    np.testing.assert_allclose(abs(values - replaced), gaps.min(1), atol=1e-9)


def test_values_in_clear_clusters_become_their_means() -> None:
    values = np.array([0.0, 0.2, 5.0, 5.2, 9.0, 9.2])
    assert nearest_means(values, 3) == pytest.approx([0.1, 0.1, 5.1, 5.1, 9.1, 9.1])


def test_as_few_values_as_asked_for_stay_as_they_are() -> None:
    values = np.array([1.0, 2.0, 1.0])
    np.testing.assert_array_equal(nearest_means(values, 2), values)
    broken = np.array([1.0, np.nan, 3.0])
    np.testing.assert_array_equal(nearest_means(broken, 2), broken)
    weights = torch.tensor([[torch.nan, 0.7]])
    assert rounded(weights, 3)[0].isnan().tolist() == [True, False]


def test_each_layer_has_values_of_its_own() -> None:
    protocol = ProtocolChoice(data="digits", side=4, train=60, test=40)
    surface = make_problem(protocol, 3).train
    w = surface.random_point(torch.Generator().manual_seed(0), (2,))
    replaced = clustered(surface, w, 4)
    for network in surface.weights(replaced)[0], surface.weights(replaced)[1]:
        for part in network:
            assert len(part.unique()) == 4
    assert replaced.dtype == w.dtype
