"""Laws of the front door, whatever the method."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.critical import (
    AbstractMethod,
    Descent,
    GradientNorm,
    LineSearch,
    Newton,
    Status,
    find,
)
from lossatlas.surfaces import AbstractSurface, DeepLinear

Formulas = Callable[[str], AbstractSurface]
Networks = Callable[..., Any]

METHODS = [
    Newton(),
    Newton(damping=0.0),
    Newton(advance=LineSearch()),
    GradientNorm(),
    Descent(),
]
NETWORKS = [(5, 4, 4, 3), (5, 3, 2, 3), (6, 4, 6), (4, 3, 3, 3, 3)]


@pytest.mark.parametrize("method", METHODS)
def test_every_critical_end_on_double_wells_is_a_corner_a_wall_or_a_centre(
    formula: Formulas, method: AbstractMethod
) -> None:
    surface = formula("double wells")
    found = find(surface, surface.random_point(Generator().manual_seed(0), (200,)), method=method)
    ends = found.critical
    assert len(ends) >= 190
    assert_close(ends, ends.round(), atol=1e-12, rtol=0)
    assert ends.abs().max() < 1.5


def test_newton_finds_critical_points_of_every_index(formula: Formulas) -> None:
    surface = formula("double wells")
    found = find(surface, surface.random_point(Generator().manual_seed(0), (200,)))
    indices = (found.critical.abs() < 0.5).sum(-1)
    assert set(indices.tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize("method", METHODS)
def test_starts_that_are_not_finite_are_kept_and_not_converged(
    formula: Formulas, method: AbstractMethod
) -> None:
    surface = formula("double wells")
    starts = surface.random_point(Generator().manual_seed(0), (5,))
    starts[1, 0], starts[3, 2] = torch.nan, torch.inf
    found = find(surface, starts, method=method)
    assert_close(found.points[[1, 3]], starts[[1, 3]], equal_nan=True, rtol=0, atol=0)
    assert found.status[1] is found.status[3] is Status.NOT_CONVERGED
    assert found.gradient_norm[[1, 3]].isnan().all()
    assert all(found.status[i] is Status.CRITICAL for i in (0, 2, 4))


@pytest.mark.parametrize("method", METHODS)
def test_the_same_batch_gives_the_same_bits(digits: Networks, method: AbstractMethod) -> None:
    case = digits((5, 3, 2, 3))
    if not isinstance(method, Descent):
        method = replace(method, max_iterations=40)
    first, second = (find(case.surface, case.starts(20), method=method) for _ in range(2))
    assert torch.equal(first.points, second.points)
    assert torch.equal(first.newton_step, second.newton_step)


@pytest.mark.parametrize("method", METHODS)
def test_a_critical_start_stays_where_it_is(formula: Formulas, method: AbstractMethod) -> None:
    surface = formula("double wells")
    start = torch.tensor([[0.0, 1.0, -1.0]], dtype=torch.float64)
    found = find(surface, start, method=method)
    assert torch.equal(found.points, start)
    assert found.status == (Status.CRITICAL,)
    assert int(found.iterations) == 0


def test_an_empty_batch_is_a_result() -> None:
    surface = DeepLinear((1, 1, 1), inputs=torch.ones(1, 1), targets=torch.ones(1, 1))
    found = find(surface, torch.zeros(0, 2))
    assert len(found) == 0
    assert found.status == ()


def test_a_monotone_search_does_not_depend_on_its_batch(digits: Networks) -> None:
    case = digits((5, 4, 3))
    starts, method = case.starts(40), Newton(advance=LineSearch(), max_iterations=25)
    together = find(case.surface, starts, method=method)
    alone = find(case.surface, starts[3:4], method=method)
    assert_close(alone.points[0], together.points[3], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("widths", NETWORKS)
def test_nearly_all_newton_searches_end_critical_with_a_loss_on_the_list(
    digits: Networks, widths: tuple[int, ...]
) -> None:
    case = digits(widths)
    found = find(case.surface, case.starts(200))
    critical = found.having(Status.CRITICAL)
    assert critical.double().mean() >= 0.95
    assert case.distance(found.loss[critical]).max() < 1e-8


@pytest.mark.parametrize("widths", NETWORKS)
def test_descents_end_at_the_global_minimum(digits: Networks, widths: tuple[int, ...]) -> None:
    case = digits(widths)
    found = find(case.surface, case.starts(60), method=Descent())
    critical = found.having(Status.CRITICAL)
    assert critical.double().mean() >= 0.95
    assert_close(found.loss[critical].numpy(), np.full(int(critical.sum()), case.values[0]))


@pytest.mark.slow
@pytest.mark.parametrize("widths", [(10, 4, 10), (64, 3, 3)])
def test_badly_scaled_data_are_searched_too(digits: Networks, widths: tuple[int, ...]) -> None:
    case = digits(widths)
    found = find(case.surface, case.starts(40))
    critical = found.having(Status.CRITICAL)
    assert critical.double().mean() >= 0.95
    assert case.distance(found.loss[critical]).max() < 1e-8


@given(
    widths=st.lists(st.integers(1, 4), min_size=3, max_size=4).map(tuple),
    seed=st.integers(0, 2**32 - 1),
)
def test_statuses_follow_from_the_numbers_beside_them(widths: tuple[int, ...], seed: int) -> None:
    g = Generator().manual_seed(seed)
    X, Y = (torch.randn(12, d, generator=g, dtype=torch.float64) for d in (widths[0], widths[-1]))
    surface = DeepLinear(widths, inputs=X, targets=Y)
    found = find(surface, surface.random_point(g, (6,)), method=Newton(max_iterations=60))
    room = 1 + found.points.norm(dim=-1)
    zero = found.gradient_norm <= 1e-12 * found.gradient_scale
    assert torch.equal(found.having(Status.CRITICAL), zero & (found.newton_step <= 1e-6 * room))
    assert not (found.having(Status.GRADIENT_FLAT) & zero).any()
    assert_close(surface.gradient(found.points).norm(dim=-1), found.gradient_norm)
    assert_close(surface.loss(found.points), found.loss)


def test_a_gradient_that_never_vanishes_ends_gradient_flat(formula: Formulas) -> None:
    surface = formula("slope")
    found = find(surface, torch.tensor([[0.7, 0.5]], dtype=torch.float64), method=GradientNorm())
    assert found.status == (Status.GRADIENT_FLAT,)
    assert abs(float(found.gradient_norm) - 1) < 1e-3


def test_an_infimum_at_infinity_is_drift(formula: Formulas) -> None:
    surface = formula("cliff")
    start = torch.tensor([[1.0]], dtype=torch.float64)
    found = find(surface, start, method=Newton(max_iterations=60))
    assert found.status == (Status.DRIFTING,)


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        (torch.zeros(3, dtype=torch.float64), r"`starts` should have the shape \(B, 4\)"),
        (torch.zeros(2, 3, dtype=torch.float64), r"`starts` should have the shape \(B, 4\)"),
        (torch.zeros(2, 4, dtype=torch.float32), "`starts` should be torch.float64"),
    ],
)
@pytest.mark.unhooked
def test_starts_of_another_shape_or_type_are_refused(
    formula: Formulas, starts: Tensor, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        find(formula("bowl"), starts)


@pytest.mark.parametrize("damping", [-1.0, 1e-9, float("nan")])
def test_a_damping_that_cannot_fall_to_its_end_is_refused(damping: float) -> None:
    with pytest.raises(ValueError, match=r"damping.*least_damping"):
        Newton(damping=damping)
