"""Every entry of the tensor, N^p of them: for small N, where one plain product is fastest.

T w^{p-2} of all points is one matrix product of their outer powers (b, N^{p-2}) with T as a matrix
(N^{p-2}, N^2); the rest are products with matrices N x N.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from ._couplings import AbstractCouplings, by_blocks
from ._multi_indices import multi_indices, place


@final
@dataclass(frozen=True, eq=False)
class DenseCouplings(AbstractCouplings):
    """The tensor in full.

    Attributes:
        tensor: T of shape (N,) * p, symmetric to the last bit.
    """

    tensor: Float[Tensor, "..."]

    @staticmethod
    def of(entries: Float[Tensor, " K"], *, order: int, size: int) -> "DenseCouplings":
        """From the independent entries."""
        places = _places(order, size).to(entries.device)
        return DenseCouplings(entries[places].reshape((size,) * order))

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return (self.tensor,)

    @property
    def num_terms(self) -> int:
        return self._size ** (self.tensor.ndim - 2) + self.tensor.ndim

    @property
    def _size(self) -> int:
        return self.tensor.shape[0]

    def entries(self) -> Float[Tensor, " K"]:
        indices = multi_indices(self._size, self.tensor.ndim).to(self.tensor.device)
        return self.tensor[tuple(indices.T)]

    def matrices(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        N = self._size
        powers = outer_power(w, self.tensor.ndim - 2)
        return (powers @ self.tensor.reshape(-1, N * N)).reshape(-1, N, N)

    def vectors(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        return self.products(w, w)

    def products(self, w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        width = max(self._size**2, self._size ** (self.tensor.ndim - 2))
        return by_blocks(self._products, width, w, v)

    def _products(self, w: Tensor, v: Tensor) -> Tensor:
        return (self.matrices(w) @ v[..., None])[..., 0]

    def rows(self, w: Float[Tensor, "b N"], rows: Tensor) -> Float[Tensor, "b m N"]:
        N = self._size
        part = self.tensor[rows].reshape(len(rows), -1, N).movedim(0, 1)
        powers = outer_power(w, self.tensor.ndim - 2)
        return (powers @ part.reshape(-1, len(rows) * N)).reshape(-1, len(rows), N)

    def majorant(self) -> "DenseCouplings":
        return DenseCouplings(self.tensor.abs())


def outer_power(w: Float[Tensor, "b N"], degree: int) -> Float[Tensor, "b K"]:
    """The outer product w (x) ... (x) w of `degree` factors, flattened."""
    power = torch.ones_like(w[:, :1])
    for _ in range(degree):
        power = (power[:, :, None] * w[:, None, :]).flatten(1)
    return power


@lru_cache(maxsize=16)
def _places(order: int, size: int) -> Tensor:
    """For each entry of the tensor the place of its sorted index."""
    grid = torch.cartesian_prod(*[torch.arange(size)] * order).sort(dim=1).values
    return place(list(grid.T), size)
