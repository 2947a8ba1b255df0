"""Descents descend: stage by stage, point by point."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from lossatlas.critical import Descent, GradientNorm, Kind, Polish, Status, classify_batch, find
from lossatlas.critical._armijo import Accepted, accept
from lossatlas.surfaces import AbstractSurface

Formulas = Callable[[str], AbstractSurface]


@pytest.mark.parametrize("steps", [1, 2, 5, 20])
@pytest.mark.parametrize("stage", ["plain", "newton"])
def test_the_loss_falls_with_every_further_step(
    digits: Callable[..., Any], stage: str, steps: int
) -> None:
    case, none = digits((5, 4, 4, 3)), Polish(max_steps=0)
    plain, newton = (steps, 0) if stage == "plain" else (0, steps)
    fewer = Descent(max_plain=max(plain - 1, 0), max_newton=max(newton - 1, 0), polish=none)
    more = Descent(max_plain=plain, max_newton=newton, polish=none)
    starts = case.starts(30)
    before, after = (find(case.surface, starts, method=m).loss for m in (fewer, more))
    assert (after <= before * (1 + 1e-13)).all()
    assert (before <= case.surface.loss(starts) * (1 + 1e-13)).all()


def test_a_descent_in_a_well_stays_in_it(formula: Formulas) -> None:
    surface = formula("double wells")
    starts = surface.random_point(Generator().manual_seed(1), (100,))
    starts = starts.sign() * (0.3 + 0.6 * torch.rand(100, 3, generator=Generator().manual_seed(2)))
    found = find(surface, starts, method=Descent())
    assert_close(found.points, starts.sign(), atol=1e-9, rtol=0)


def test_a_smaller_gradient_is_no_excuse_for_a_higher_loss(formula: Formulas) -> None:
    surface = formula("double wells")
    here = Accepted.at(surface, torch.full((1, 3), 0.5, dtype=torch.float64))
    top = torch.zeros(1, 3, dtype=torch.float64)  # the gradient vanishes there
    there, good = accept(surface, here, here, torch.tensor([0]), top, top - here.points)
    assert not good.any()
    assert torch.equal(there.points, here.points)


def test_descents_end_at_minima_of_index_zero(digits: Callable[..., Any]) -> None:
    case = digits((5, 3, 2, 3))
    found = find(case.surface, case.starts(40), method=Descent())
    kinds = [
        point.kind
        for point in classify_batch(case.surface, found.critical, global_value=case.values[0])
    ]
    assert len(kinds) >= 38
    assert set(kinds) == {Kind.GLOBAL_MINIMUM}


def test_plain_descent_never_leaves_a_saddle_that_it_starts_on(formula: Formulas) -> None:
    found = find(formula("saddle"), torch.zeros(1, 3, dtype=torch.float64), method=Descent())
    assert found.status == (Status.CRITICAL,)
    assert torch.equal(found.points, torch.zeros(1, 3, dtype=torch.float64))


def test_gradient_norm_searches_never_raise_the_gradient(digits: Callable[..., Any]) -> None:
    case = digits((5, 3, 3))
    starts = case.starts(40)
    found = find(case.surface, starts, method=GradientNorm(max_iterations=60))
    before = case.surface.gradient(starts).norm(dim=-1)
    assert (found.gradient_norm <= before).all()
    assert case.distance(found.loss[found.having(Status.CRITICAL)]).max() < 1e-8
