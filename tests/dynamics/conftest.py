"""Surfaces to move on: a formula in the plane, and a spin glass written out as its sum."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import pytest
import torch
from torch import Generator, Tensor

from lossatlas.surfaces import AbstractSurface, Flat


@final
@dataclass(frozen=True, eq=False)
class Bowl(AbstractSurface):
    """Half of a quadratic form with given curvatures, on flat space."""

    curvatures: Tensor

    @property
    def dimension(self) -> int:
        return len(self.curvatures)

    @property
    def dtype(self) -> torch.dtype:
        return self.curvatures.dtype

    @property
    def device(self) -> torch.device:
        return self.curvatures.device

    @property
    def manifold(self) -> Flat:
        return Flat(self.dimension)

    def loss(self, w: Tensor) -> Tensor:
        return (self.curvatures * w.square()).sum(-1) / 2

    def gradient(self, w: Tensor) -> Tensor:
        return self.curvatures * w

    def hvp(self, w: Tensor, v: Tensor) -> Tensor:  # noqa: ARG002
        return self.curvatures * v

    def hessian(self, w: Tensor) -> Tensor:
        return torch.diag(self.curvatures).expand(*w.shape, w.shape[-1])

    def gradient_scale(self, w: Tensor) -> Tensor:
        return self.curvatures.abs().max().expand(w.shape[:-1])

    def hessian_error(self, w: Tensor) -> Tensor:
        return torch.zeros(w.shape[:-1], dtype=w.dtype)

    def orbit_dimension(self, w: Tensor) -> int:  # noqa: ARG002
        return 0

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Tensor:
        return torch.randn(*batch, self.dimension, generator=generator, dtype=self.dtype)


@pytest.fixture
def bowl() -> Bowl:
    return Bowl(torch.tensor([1.0, 3.0, 10.0], dtype=torch.float64))


@pytest.fixture
def seeded() -> Callable[[int], Generator]:
    """A generator from a seed."""
    return lambda seed: Generator().manual_seed(seed)
