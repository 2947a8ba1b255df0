"""Small surfaces whose critical points are known by hand, and real digits on small networks."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import final

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import Generator, Tensor

from lossatlas.surfaces import AbstractSurface, DeepLinear, Flat, SpinGlass


@final
@dataclass(frozen=True, eq=False)
class Formula(AbstractSurface):
    """A surface from a formula of one point, with derivatives by automatic differentiation."""

    formula: Callable[[Tensor], Tensor]
    size: int
    orbit: int = 0
    scale: float = 1.0

    @property
    def dimension(self) -> int:
        return self.size

    @property
    def dtype(self) -> torch.dtype:
        return torch.float64

    @property
    def device(self) -> torch.device:
        return torch.device("cpu")

    @property
    def manifold(self) -> Flat:
        return Flat(self.size)

    def _all(self, act: Callable[[Tensor], Tensor], w: Tensor) -> Tensor:
        flat = torch.func.vmap(act)(w.reshape(-1, self.size))
        return flat.reshape((*w.shape[:-1], *flat.shape[1:]))

    def loss(self, w: Tensor) -> Tensor:
        return self._all(self.formula, w)

    def gradient(self, w: Tensor) -> Tensor:
        return self._all(torch.func.grad(self.formula), w)

    def hessian(self, w: Tensor) -> Tensor:
        # Reverse over reverse: forward mode imports what warns of torch's own deprecations.
        H = self._all(torch.func.jacrev(torch.func.grad(self.formula)), w)
        return (H + H.mT) / 2

    def hvp(self, w: Tensor, v: Tensor) -> Tensor:
        return (self.hessian(w) @ v[..., None])[..., 0]

    def gradient_scale(self, w: Tensor) -> Tensor:
        return self.scale * (1 + w.norm(dim=-1))

    def hessian_error(self, w: Tensor) -> Tensor:
        return 1e-14 * (1 + torch.linalg.matrix_norm(self.hessian(w)))

    def orbit_dimension(self, w: Tensor) -> int:
        return self.orbit if float(w.norm()) > 1e-3 else 0

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Tensor:
        return torch.randn(*batch, self.size, generator=generator, dtype=self.dtype)


FORMULAS = {
    # w_i = -1, 0, 1; the index is the number of zeros.
    "double wells": Formula(lambda w: ((w**2 - 1) ** 2).sum() / 4, 3),
    # A maximum at the origin, minima on the unit circle.
    "ring": Formula(lambda w: ((w**2).sum() - 1) ** 2 / 4, 2, orbit=1),
    "monkey saddle": Formula(lambda w: w[0] ** 3 - 3 * w[0] * w[1] ** 2, 2),
    "degenerate minimum": Formula(lambda w: (w**4).sum(), 2),
    "bowl": Formula(lambda w: (w**2).sum() / 2, 4),
    # The gradient never vanishes; its norm is least at the origin, where H g = 0.
    "slope": Formula(lambda w: w[0] ** 3 / 3 + w[0] + w[1] ** 2 / 2, 2),
    # The infimum lies at infinity.
    "cliff": Formula(lambda w: torch.exp(-w[0]), 1, scale=1e3),
    "weak": Formula(lambda w: (1e-13 * w[0] ** 2 + w[1] ** 2) / 2, 2),
    "saddle": Formula(lambda w: w[0] ** 2 - w[1] ** 2 + w[2] ** 4, 3),
}


@pytest.fixture
def formula() -> Callable[[str], Formula]:
    """A small surface by its name."""
    return FORMULAS.__getitem__


@final
@dataclass(frozen=True, eq=False)
class Digits:
    """A deep linear network on real digits, with the critical values that numpy finds."""

    surface: DeepLinear
    values: np.ndarray  # ascending

    def starts(self, count: int, seed: int = 0) -> Tensor:
        return self.surface.random_point(Generator().manual_seed(seed), (count,))

    def distance(self, loss: Tensor) -> np.ndarray:
        """The relative distance of each loss to the nearest critical value."""
        loss = loss.numpy()
        return np.abs(loss[:, None] - self.values).min(1) / np.abs(loss)


def _digits(widths: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The first classes' digits in their principal components, uncentred, and one-hot targets."""
    data, labels = load_digits(return_X_y=True)
    data = data[labels < widths[-1]]
    if widths[0] < data.shape[1]:
        data = data @ np.linalg.svd(data, full_matrices=False)[2][: widths[0]].T
    return data, np.eye(widths[-1])[labels[labels < widths[-1]]]


def _critical_values(X: np.ndarray, Y: np.ndarray, widths: tuple[int, ...]) -> np.ndarray:
    """1/2 (||Y||^2 - sum of the chosen eigenvalues of Sigma), by numpy alone."""
    U, sizes, _ = np.linalg.svd(X, full_matrices=False)
    span = U[:, sizes > 1e-12 * len(X) * sizes[0]]
    eigenvalues = np.linalg.svd(span.T @ Y, compute_uv=False) ** 2
    return np.sort(
        [
            ((Y**2).sum() - eigenvalues[list(chosen)].sum()) / 2
            for rank in range(min(widths) + 1)
            for chosen in combinations(range(len(eigenvalues)), rank)
        ]
    )


@pytest.fixture
def digits() -> Callable[..., Digits]:
    """A network of given widths on real digits."""

    def build(widths: tuple[int, ...]) -> Digits:
        X, Y = _digits(widths)
        surface = DeepLinear(widths, inputs=torch.tensor(X), targets=torch.tensor(Y))
        return Digits(surface, _critical_values(X, Y, widths))

    return build


@pytest.fixture
def glass() -> Callable[..., SpinGlass]:
    """A spin glass by order, size and seed."""

    def build(order: int, size: int, seed: int = 0) -> SpinGlass:
        return SpinGlass(order, size, generator=Generator().manual_seed(seed))

    return build
