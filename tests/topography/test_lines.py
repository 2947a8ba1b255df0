"""Steepest lines are integral curves, and say where they lead or that they are lost."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from torch import Tensor

from lossatlas.surfaces import DeepLinear, SpinGlass
from lossatlas.topography import Flow, steepest_lines

Enumerated = Callable[[int, int, int], Any]


def _starts(surface: SpinGlass, num: int) -> Tensor:
    return surface.random_point(torch.Generator().manual_seed(1), (num,))


def test_lines_of_a_two_spin_obey_the_closed_form(
    two_spin: tuple[SpinGlass, Tensor, Tensor],
) -> None:
    # w_i(t) is w_i(0) exp(-c lambda_i t) up to a common factor.
    surface, _, _ = two_spin
    starts = _starts(surface, 6)
    lines = steepest_lines(surface, starts, flow=Flow(record=True, longest=0.02))
    assert lines.settled.all()
    for path in lines.paths:
        grown = (path / path[0]).abs().log()
        here = grown[(path.abs() > 1e-3).all(-1)]
        time = (here[:, 1] - here[:, 0]) / (2.0 - 1.0)
        assert torch.allclose(here[:, 2] - here[:, 0], time * (4.0 - 1.0), atol=1e-4)
        assert time[-1] < -1


def test_lines_stay_on_the_sphere_and_the_energy_falls_all_the_way(enumerated: Enumerated) -> None:
    surface, _ = enumerated(3, 5, 0)
    for up in (False, True):
        lines = steepest_lines(surface, _starts(surface, 8), up=up, flow=Flow(record=True))
        assert lines.settled.all()
        for path, end in zip(lines.paths, lines.ends, strict=True):
            assert torch.equal(path[-1], end)
            assert torch.allclose(path.norm(dim=-1), torch.tensor(5**0.5).double())
            steps = surface.loss(path).diff()
            # At the very end a step is no longer than the rounding of the loss.
            assert ((steps > -1e-12) if up else (steps < 1e-12)).all()


@pytest.mark.parametrize(("order", "size"), [(3, 4), (3, 6), (4, 3)])
def test_lines_settle_at_proved_minima(enumerated: Enumerated, order: int, size: int) -> None:
    surface, found = enumerated(order, size, 0)
    lines = steepest_lines(surface, _starts(surface, 20))
    assert lines.settled.all()
    apart = (lines.ends[:, None] - found.points[found.index == 0]).norm(dim=-1).amin(-1)
    assert (apart < 1e-12 * size).all()


def test_ascents_are_the_descents_of_the_opposite_surface(enumerated: Enumerated) -> None:
    surface, _ = enumerated(3, 4, 1)
    opposite = SpinGlass.from_couplings(-surface.couplings)
    starts = _starts(surface, 6)
    up, down = steepest_lines(surface, starts, up=True), steepest_lines(opposite, starts)
    assert torch.allclose(up.ends, down.ends, atol=1e-12)


@pytest.mark.crosscheck
def test_another_integrator_comes_to_the_same_minima(enumerated: Enumerated) -> None:
    surface, _ = enumerated(3, 4, 1)
    starts = _starts(surface, 4)
    lines = steepest_lines(surface, starts)
    for start, end in zip(starts, lines.ends, strict=True):
        there = solve_ivp(
            lambda _, w: -surface.gradient(torch.from_numpy(w)).numpy(),
            (0.0, 40.0),
            start.numpy(),
            rtol=1e-7,
            atol=1e-8,
        )
        assert np.linalg.norm(there.y[:, -1] - end.numpy()) < 1e-5


def test_a_coarser_flow_comes_to_the_same_minima(enumerated: Enumerated) -> None:
    surface, _ = enumerated(3, 5, 0)
    starts = _starts(surface, 30)
    fine, coarse = (steepest_lines(surface, starts, flow=Flow(tolerance=t)) for t in (1e-10, 1e-6))
    assert torch.allclose(fine.ends, coarse.ends, atol=1e-11)


def test_lines_in_the_plane_come_to_the_wells(wells: Callable[..., Any]) -> None:
    surface = wells(slant=0.5)
    starts = torch.tensor([[0.5, 1.0], [-0.5, 1.0], [2.0, -3.0]]).double()
    lines = steepest_lines(surface, starts)
    assert lines.settled.all()
    assert (lines.ends[:, 0] > 0).tolist() == [True, False, True]
    assert torch.allclose(lines.ends[:, 1], 0.5 * lines.ends[:, 0])


def test_a_line_that_starts_at_a_minimum_stays(two_spin: tuple[SpinGlass, Tensor, Tensor]) -> None:
    surface, points, _ = two_spin
    lines = steepest_lines(surface, points[:1])
    assert lines.settled.all()
    assert torch.allclose(lines.ends, points[:1])


def test_what_does_not_settle_is_lost_and_says_so(enumerated: Enumerated) -> None:
    surface, _ = enumerated(3, 4, 0)
    starts = torch.cat([_starts(surface, 2), torch.full((1, 4), torch.nan).double()])
    lines = steepest_lines(surface, starts, flow=Flow(max_steps=3))
    assert not lines.settled.any()
    assert repr(lines) == "Lines(3: 0 settled, 3 lost)"
    assert lines.steps.tolist() == [3, 3, 0]
    assert repr(steepest_lines(surface, starts)) == "Lines(3: 2 settled, 1 lost)"


def test_in_a_valley_of_minima_nothing_settles() -> None:
    eye = torch.eye(2).double()
    surface = DeepLinear((2, 2, 2), inputs=eye, targets=eye)
    starts = surface.random_point(torch.Generator().manual_seed(0), (2,))
    lines = steepest_lines(surface, starts, flow=Flow(max_steps=60))
    assert not lines.settled.any()


def test_no_lines_are_no_lines(two_spin: tuple[SpinGlass, Tensor, Tensor]) -> None:
    surface, points, _ = two_spin
    lines = steepest_lines(surface, points[:0], flow=Flow(record=True))
    assert (len(lines), lines.paths) == (0, ())


@pytest.mark.parametrize("name", ["tolerance", "longest", "max_steps"])
def test_a_flow_that_cannot_flow_is_refused(name: str) -> None:
    settings: dict[str, Any] = {name: 0 if name == "max_steps" else 0.0}
    with pytest.raises(ValueError, match=f"`{name}` should be positive. Got 0"):
        Flow(**settings)


@pytest.mark.unhooked
@pytest.mark.parametrize("starts", [torch.zeros(3).double(), torch.zeros(2, 4).double()])
def test_starts_that_do_not_fit_are_refused(
    two_spin: tuple[SpinGlass, Tensor, Tensor], starts: Tensor
) -> None:
    with pytest.raises(ValueError, match=r"`starts` should be torch.float64 of the shape \(B, 3\)"):
        steepest_lines(two_spin[0], starts)
