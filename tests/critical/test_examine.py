"""What is measured at a point, against numpy and known points."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from lossatlas.critical import Polish
from lossatlas.critical._examine import examine
from lossatlas.critical._method import Arrival
from lossatlas.critical._status import Status, statuses
from lossatlas.surfaces import AbstractSurface

Formulas = Callable[[str], AbstractSurface]


def test_the_newton_step_of_a_bowl_leads_to_its_bottom(formula: Formulas) -> None:
    surface = formula("bowl")
    w = surface.random_point(Generator().manual_seed(0), (6,))
    here = examine(surface, w)
    assert_close(here.step, -w)
    assert_close(here.newton_step, w.norm(dim=-1))
    assert_close(here.flatness, torch.ones(6, dtype=torch.float64))


def test_the_step_near_a_symmetric_orbit_does_not_slide_along_it(formula: Formulas) -> None:
    w = torch.tensor([[1.0 + 1e-9, 0.0]], dtype=torch.float64)
    here = examine(formula("ring"), w)
    assert_close(here.step, torch.tensor([[-1e-9, 0.0]], dtype=torch.float64), atol=1e-13, rtol=0)


def test_the_step_on_a_network_is_the_pseudo_inverse_at_the_cut(
    digits: Callable[..., Any],
) -> None:
    case = digits((5, 4, 3))
    w = case.starts(5)
    here = examine(case.surface, w)
    for i in range(5):
        H, g = case.surface.hessian(w[i]).numpy(), case.surface.gradient(w[i]).numpy()
        size = np.abs(np.linalg.eigvalsh(H)).max()
        cut = max(8 * np.finfo(float).eps, 0.1 * np.linalg.norm(g) / (1 + w[i].norm()) / size)
        expected = -np.linalg.pinv(H, rcond=float(cut), hermitian=True) @ g
        assert_close(here.step[i].numpy(), expected, rtol=1e-6, atol=1e-8)
        assert_close(float(here.flatness[i]), np.linalg.norm(H @ g) / (size * np.linalg.norm(g)))


@pytest.mark.parametrize(("scale", "length"), [(1.0, 1.0), (100.0, 0.0)])
def test_rounding_over_a_weak_curvature_is_not_a_long_step(
    formula: Callable[[str], Any], scale: float, length: float
) -> None:
    # Gradient and curvature are both 1e-13 along the first axis: a step of 1, if that gradient is
    # real, and no step at all if numbers of size 100 were subtracted to get it.
    surface = replace(formula("weak"), scale=scale)
    here = examine(surface, torch.tensor([[1.0, 0.0]], dtype=torch.float64))
    assert_close(float(here.newton_step), length, atol=0.1, rtol=0)


@pytest.mark.parametrize("reach", [1e-6, 1e-3])
def test_finishing_steps_are_short_and_lower_the_gradient(formula: Formulas, reach: float) -> None:
    surface = formula("double wells")
    w = torch.ones(4, 3, dtype=torch.float64)
    w[:, 0] += torch.tensor([1e-7, 1e-5, 1e-3, 0.3])
    end = Polish(reach=reach).finish(surface, Arrival(w, torch.zeros(4, dtype=torch.int64)))
    moved = (end.points - w).norm(dim=-1)
    assert (moved <= 3 * reach * (1 + w.norm(dim=-1))).all()
    assert moved[3] == 0  # too far to be finished
    before, after = (surface.gradient(u).norm(dim=-1) for u in (w, end.points))
    near = moved > 0
    assert near.any()
    assert (after[near] < 1e-12).all()
    assert (after <= before).all()


def test_statuses_by_hand() -> None:
    rows = [  # gradient, scale, step, flatness, size
        (1e-13, 1.0, 1e-7, 1.0, 1.0, Status.CRITICAL),
        (1e-13, 1.0, 1e-3, 1.0, 1.0, Status.DRIFTING),
        (1e-11, 1.0, 78.0, 1.0, 400.0, Status.DRIFTING),
        (1e-11, 1.0, 1e-9, 1.0, 1.0, Status.NOT_CONVERGED),
        (1e-2, 1.0, 0.0, 1e-6, 1.0, Status.GRADIENT_FLAT),
        (1e-2, 1.0, 1.0, 0.5, 1.0, Status.NOT_CONVERGED),
        (0.0, 0.0, 0.0, 1.0, 0.0, Status.CRITICAL),
        (float("nan"), 1.0, 0.0, 1.0, 1.0, Status.NOT_CONVERGED),
        (1e-13, 1.0, float("nan"), 1.0, 1.0, Status.NOT_CONVERGED),
    ]
    columns = torch.tensor([row[:5] for row in rows], dtype=torch.float64).T
    assert statuses(*columns) == tuple(row[5] for row in rows)
