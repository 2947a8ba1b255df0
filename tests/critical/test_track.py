"""Paths end at solutions, whatever moves beside them, and those that cannot are given up."""

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from lossatlas.critical import Tracking
from lossatlas.critical._tensor_system import TensorSystem, num_classes, random_diagonal
from lossatlas.critical._track import track
from lossatlas.surfaces import SpinGlass


def system_of(tensors: Tensor, order: int, seed: int = 0) -> TensorSystem:
    size = tensors.shape[1]
    diagonal = random_diagonal(Generator().manual_seed(seed), size)
    return TensorSystem(
        tensors.reshape(len(tensors), size, -1).to(torch.complex128), diagonal, order
    )


def random_system(size: int, order: int, count: int, seed: int = 0) -> TensorSystem:
    generator = Generator().manual_seed(seed)
    draws = [SpinGlass(order, size, generator=generator).couplings for _ in range(count)]
    return system_of(torch.stack(draws), order)


def ends(system: TensorSystem, tracking: Tracking | None = None) -> Tensor:
    starts = system.starts()
    batch = starts.expand(len(system.tensors), *starts.shape).contiguous()
    return track(system, batch, tracking or Tracking())


def times(Y: Tensor, t: float) -> Tensor:
    return torch.full(Y.shape[:2], t, dtype=torch.float64)


@pytest.mark.parametrize(("size", "order"), [(4, 3), (3, 4), (3, 5), (2, 6)])
def test_starts_are_one_solution_of_every_class(size: int, order: int) -> None:
    system = random_system(size, order, 1)
    starts = system.starts()
    assert len(starts) == num_classes(order, size)
    F, _, _ = system.equations(starts[None], times(starts[None], 0.0))
    assert float(F.abs().max()) < 1e-13
    turns = torch.tensor(np.exp(2j * np.pi * np.arange(order - 2) / (order - 2)))
    everything = (turns[:, None, None] * starts).flatten(0, 1)
    apart = (everything[:, None] - everything).abs().amax(-1)
    assert float((apart + torch.eye(len(everything))).min()) > 0.1


@pytest.mark.parametrize(("size", "order"), [(3, 3), (3, 4), (2, 5)])
def test_derivatives_are_those_of_finite_differences(size: int, order: int) -> None:
    system = random_system(size, order, 2)
    generator = Generator().manual_seed(1)
    Y = torch.randn(2, 3, size, generator=generator, dtype=torch.complex128)
    v = torch.randn(2, 3, size, generator=generator, dtype=torch.complex128)
    t, h = times(Y, 0.4), 1e-6
    _, F_t, J = system.equations(Y, t)
    ahead, back = system.equations(Y + h * v, t)[0], system.equations(Y - h * v, t)[0]
    torch.testing.assert_close(
        (ahead - back) / (2 * h), (J @ v[..., None])[..., 0], rtol=1e-7, atol=1e-7
    )
    later, before = system.equations(Y, t + h)[0], system.equations(Y, t - h)[0]
    torch.testing.assert_close((later - before) / (2 * h), F_t, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize(("size", "order"), [(5, 3), (3, 4), (3, 5)])
def test_every_path_ends_at_a_solution_of_its_own(size: int, order: int) -> None:
    system = random_system(size, order, 4)
    Y = ends(system)
    F, _, _ = system.equations(Y, times(Y, 1.0))
    assert float((F.abs().amax(-1) / (1 + Y.abs().amax(-1)) ** (order - 1)).max()) < 1e-6
    for y in Y:
        apart = (y[:, None] - y).abs().amax(-1) / y.abs().amax(-1)
        assert float((apart + torch.eye(len(y))).min()) > 1e-4


def test_an_instance_ends_where_it_ends_alone() -> None:
    system = random_system(4, 3, 6)
    together = ends(system)
    for place, one in enumerate(together):
        alone = ends(system.only(torch.tensor([place])))[0]
        torch.testing.assert_close(one, alone, rtol=1e-6, atol=1e-6)


def test_a_diagonal_end_is_reached_in_closed_form() -> None:
    c = torch.tensor([1.0, 2.0, -3.0], dtype=torch.float64)
    T = torch.zeros(1, 3, 3, 3, dtype=torch.float64)
    T[0, range(3), range(3), range(3)] = c
    Y = ends(system_of(T, 3))[0]
    expected = {(a, b, d) for a in (0, 1.0) for b in (0, 0.5) for d in (0, -1 / 3)} - {(0, 0, 0)}
    mine = {tuple(round(float(x), 6) + 0.0 for x in y.real) for y in Y}
    assert mine == {tuple(round(x, 6) for x in row) for row in expected}
    assert float(Y.imag.abs().max()) < 1e-6


def test_paths_to_infinity_are_given_up() -> None:
    Y = ends(system_of(torch.zeros(1, 2, 2, 2, dtype=torch.float64), 3))
    assert bool((~Y.isfinite() | (Y.abs() > 1e3)).any(-1).all())


def test_rounds_are_bounded() -> None:
    system = random_system(3, 3, 1)
    assert bool(ends(system, Tracking(max_rounds=2)).isnan().all())
