from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.deep_linear import (
    Kind,
    all_arcs,
    core_has_full_rank,
    critical_point,
    index_lower_bound,
    is_tightened,
    orbit_dimension,
    predict,
    random_arcs,
    spectrum,
)

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=5).filter(lambda w: w[0] >= w[-1])


def point(make_data: Any, seed: int, widths: tuple[int, ...], *, leading: bool) -> Any:
    rng = np.random.default_rng(seed)
    X, Y = make_data(rng, widths[0], widths[-1])
    rank = int(rng.integers(0, min(widths) + 1))
    drawn = range(rank) if leading else rng.choice(widths[-1], rank, replace=False)
    subset = tuple(sorted(int(i) for i in drawn))
    arcs = random_arcs(widths, rank, rng, join=rng.choice([0.0, 0.3, 0.6, 1.0]))
    return X, Y, subset, arcs, critical_point(X, Y, widths, subset, arcs=arcs, rng=rng)


@given(seed=SEEDS, widths=WIDTHS, leading=st.booleans())
def test_the_class_by_pivots_is_the_class_by_eigenvalues(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...], leading: bool
) -> None:
    X, Y, subset, arcs, weights = point(make_data, seed, widths, leading=leading)
    negative = oracle.counts(weights, X, Y)[0]
    is_leading, is_full = subset == tuple(range(len(subset))), len(subset) == min(widths)
    if not is_leading:
        expected = Kind.STRICT_SADDLE
    elif is_full:
        expected = Kind.GLOBAL_MINIMUM
    else:
        expected = Kind.BAD_SADDLE if is_tightened(weights, X, Y) else Kind.STRICT_SADDLE
    assert (negative > 0) == (expected is Kind.STRICT_SADDLE)
    assert predict(widths, spectrum(X, Y).eigenvalues, subset, arcs).kind is expected


@given(seed=SEEDS, widths=WIDTHS)
def test_full_rank_between_the_ends_forces_negative_curvature(
    make_data: Any, oracle: Any, seed: int, widths: tuple[int, ...]
) -> None:
    X, Y, subset, _, weights = point(make_data, seed, widths, leading=False)
    negative = oracle.counts(weights, X, Y)[0]
    is_global = subset == tuple(range(min(widths)))
    if core_has_full_rank(weights) and not is_global:
        assert negative >= index_lower_bound(widths, spectrum(X, Y), subset) >= 1


def test_the_lower_bound_is_reached_and_the_condition_is_not_necessary() -> None:
    data = spectrum(np.eye(3), np.diag([5.0, 3.0, 2.0]))
    indices = {True: [], False: []}
    for arcs in all_arcs((3, 3, 3, 3), 1):
        full = sum(a.start <= 1 and a.start + a.length >= 3 for a in arcs) == 2
        indices[full].append(predict((3, 3, 3, 3), data.eigenvalues, (0,), arcs).index)
    assert min(indices[True]) == index_lower_bound((3, 3, 3, 3), data, (0,)) == 4
    assert max(indices[False]) > 0


def test_one_hidden_layer_has_no_bad_saddle() -> None:
    for widths in [(3, 2, 2), (3, 3, 3), (4, 1, 2), (2, 4, 2)]:
        for r in range(min(widths)):
            for arcs in all_arcs(widths, r):
                named = predict(widths, [4.0, 2.0, 1.0][: widths[-1]], range(r), arcs)
                assert named.kind is Kind.STRICT_SADDLE


def test_deeper_networks_have_bad_saddles() -> None:
    named = predict((2, 2, 2, 2), [4.0, 1.0], (), [(3, 2)] * 2 + [(1, 1)] * 2 + [(2, 1)] * 2)
    assert named.kind is Kind.BAD_SADDLE
    assert named.nullity == 12


def test_the_middle_of_a_shallow_network_is_the_identity() -> None:
    assert core_has_full_rank([np.zeros((2, 3)), np.zeros((3, 2))])
    assert not core_has_full_rank([np.eye(3), np.diag([1.0, 1.0, 0.0]), np.eye(3)])


@given(seed=SEEDS, widths=st.lists(st.integers(1, 4), min_size=3, max_size=5))
def test_the_orbit_dimension_is_the_rank_of_its_tangent_map(
    oracle: Any, seed: int, widths: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(seed)
    weights = []
    for a, b in pairwise(widths):
        k = int(rng.integers(0, min(a, b) + 1))
        weights.append(rng.standard_normal((b, k)) @ rng.standard_normal((k, a)))
    assert orbit_dimension(weights) == oracle.orbit_dimension(weights)


@pytest.mark.parametrize("widths", [(3, 2, 2, 2), (3, 3, 2, 3), (2, 2, 2, 2, 2)])
def test_symmetry_never_forces_more_zeros_than_there_are(widths: tuple[int, ...]) -> None:
    values = np.arange(widths[-1], 0.0, -1)
    for r in range(min(widths) + 1):
        for arcs in all_arcs(widths, r):
            named = predict(widths, values, range(r), arcs)
            assert named.orbit_dimension <= named.nullity
