"""Surfaces whose critical points are known: two-spins by hand, others by proved enumeration."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import final

import pytest
import torch
from torch import Generator, Tensor

from lossatlas.critical import Enumeration, enumerate_points
from lossatlas.surfaces import AbstractSurface, Flat, SpinGlass
from lossatlas.topography import GlobeData, MorseGraph, globe_data, morse_graph

EIGENVALUES = (1.0, 2.0, 4.0)


@final
@dataclass(frozen=True, eq=False)
class Wells(AbstractSurface):
    """(x^2 - 1)^2 + c (y - s x)^2 + t x in the plane: two minima, and one pass between them."""

    stiffness: float = 3.0
    slant: float = 0.0
    tilt: float = 0.3

    @property
    def dimension(self) -> int:
        return 2

    @property
    def dtype(self) -> torch.dtype:
        return torch.float64

    @property
    def device(self) -> torch.device:
        return torch.device("cpu")

    @property
    def manifold(self) -> Flat:
        return Flat(2)

    def loss(self, w: Tensor) -> Tensor:
        x, y = w[..., 0], w[..., 1]
        return (x**2 - 1) ** 2 + self.stiffness * (y - self.slant * x) ** 2 + self.tilt * x

    def gradient(self, w: Tensor) -> Tensor:
        x, y = w[..., 0], w[..., 1]
        across = 2 * self.stiffness * (y - self.slant * x)
        along = 4 * x * (x**2 - 1) + self.tilt - self.slant * across
        return torch.stack([along, across], dim=-1)

    def hessian(self, w: Tensor) -> Tensor:
        x, c, s = w[..., 0], 2 * self.stiffness, self.slant
        xx = 12 * x**2 - 4 + c * s**2
        xy, yy = torch.full_like(x, -c * s), torch.full_like(x, c)
        return torch.stack([torch.stack([xx, xy], -1), torch.stack([xy, yy], -1)], -2)

    def hvp(self, w: Tensor, v: Tensor) -> Tensor:
        return (self.hessian(w) @ v[..., None])[..., 0]

    def gradient_scale(self, w: Tensor) -> Tensor:
        return 1 + w.norm(dim=-1) ** 3

    def hessian_error(self, w: Tensor) -> Tensor:
        return 1e-15 * (1 + w.norm(dim=-1) ** 2)

    def orbit_dimension(self, w: Tensor) -> int:
        del w
        return 0

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Tensor:
        return torch.randn((*batch, 2), generator=generator, dtype=torch.float64)


@pytest.fixture
def wells() -> Callable[..., Wells]:
    return Wells


@pytest.fixture
def two_spin() -> tuple[SpinGlass, Tensor, Tensor]:
    """A 2-spin with its six critical points +-sqrt(3) e_i, and their indices."""
    surface = SpinGlass.from_couplings(torch.diag(torch.tensor(EIGENVALUES)).double())
    points = torch.cat([torch.eye(3), -torch.eye(3)]).double() * 3**0.5
    return surface, points, torch.tensor([0, 1, 2, 0, 1, 2])


@cache
def _enumerated(order: int, size: int, seed: int) -> tuple[SpinGlass, Enumeration]:
    surface = SpinGlass(order, size, generator=torch.Generator().manual_seed(seed))
    found = enumerate_points(surface)
    assert found.proved, found
    return surface, found


@cache
def _joined(order: int, size: int, seed: int) -> MorseGraph:
    surface, found = _enumerated(order, size, seed)
    return morse_graph(surface, found.points, found.index)


@cache
def _globe(order: int, size: int, seed: int) -> GlobeData:
    surface, found = _enumerated(order, size, seed)
    return globe_data(surface, found.points, found.index)


@pytest.fixture
def joined() -> Callable[[int, int, int], MorseGraph]:
    """The exact graph of an enumerated spin glass, levels in units of H."""
    return _joined


@pytest.fixture
def globe_of() -> Callable[[int, int, int], GlobeData]:
    """The globe of an enumerated spin glass of three spins."""
    return _globe


@pytest.fixture
def enumerated() -> Callable[[int, int, int], tuple[SpinGlass, Enumeration]]:
    """A spin glass by order, size and seed, with all its critical points, proved complete."""
    return _enumerated
