"""The couplings of the 2-spin: a symmetric matrix, the same at every point."""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from ._couplings import AbstractCouplings
from ._pairs import pair_indices, unpack


@final
@dataclass(frozen=True, eq=False)
class MatrixCouplings(AbstractCouplings):
    """T for p = 2.

    Attributes:
        stored: The matrix (N, N), symmetric to the last bit.
    """

    stored: Float[Tensor, "N N"]

    @staticmethod
    def of(entries: Float[Tensor, " K"], size: int) -> "MatrixCouplings":
        """From the independent entries."""
        return MatrixCouplings(unpack(entries[None], size)[0])

    @property
    def device(self) -> torch.device:
        return self.stored.device

    @property
    def num_terms(self) -> int:
        return 1

    def entries(self) -> Float[Tensor, " K"]:
        return self.stored[pair_indices(len(self.stored), self.stored.device)]

    def vectors(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        return w @ self.stored

    def products(self, w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:  # noqa: ARG002
        return v @ self.stored

    def matrices(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        return self.stored.repeat(len(w), 1, 1)

    def majorants(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        return self.stored.abs().repeat(len(w), 1, 1)

    def rows(self, w: Float[Tensor, "b N"], rows: Tensor) -> Float[Tensor, "m N b"]:
        return self.stored[rows][..., None].repeat(1, 1, len(w))
