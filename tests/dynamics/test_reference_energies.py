"""Gradient descent on the 3-spin ends where an independent simulation says it does.

The reference numbers were simulated once with plain numpy (random starts, projected steps of 0.1
until ||g|| <= 3e-4 sqrt(N)): the mean energy per spin and its standard error clustered by disorder.
"""

import pytest
import torch
from torch import Generator, Tensor

from lossatlas.dynamics import GradientDescent, run
from lossatlas.surfaces import SpinGlass

# size: mean, standard error, deviation within a disorder
REFERENCE = {25: (-1.4537, 0.0034, 0.0854), 50: (-1.5174, 0.0024, 0.0541)}
STARTS = 20
METHOD = GradientDescent(step=0.1, tolerance=6e-5, max_steps=2000)


def _energies(size: int, disorders: int) -> Tensor:
    """Energies per spin (disorders, starts)."""
    g = Generator().manual_seed(size)
    rows, arrived = [], []
    for _ in range(disorders):
        glass = SpinGlass(3, size, generator=g, replicas=STARTS)
        ends = run(glass, glass.random_point(g, (STARTS,)), method=METHOD)
        rows.append(ends.loss / size)
        arrived.append(ends.converged)
    assert torch.cat(arrived).double().mean() > 0.9  # the rest crawls along nearly flat valleys
    return torch.stack(rows)


def _check(size: int, disorders: int) -> None:
    mean, error, within = REFERENCE[size]
    u = _energies(size, disorders)
    clustered = float(u.mean(1).std()) / disorders**0.5
    assert abs(float(u.mean()) - mean) < 3 * (clustered**2 + error**2) ** 0.5
    spread = u.std(1)
    assert abs(float(spread.mean()) - within) < 4 * float(spread.std()) / disorders**0.5 + 0.003


def test_small_glasses_end_at_the_reference_energies() -> None:
    _check(25, 15)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "disorders"), [(25, 200), (50, 100)])
def test_many_glasses_end_at_the_reference_energies(size: int, disorders: int) -> None:
    _check(size, disorders)


def test_small_steps_never_let_the_energy_rise() -> None:
    g = Generator().manual_seed(0)
    glass = SpinGlass(3, 25, generator=g)
    method = GradientDescent(step=0.02, tolerance=1e-5, max_steps=300)
    ends = run(glass, glass.random_point(g, (20,)), method=method)
    assert (ends.history.loss.diff(dim=0) <= 1e-12).all()
