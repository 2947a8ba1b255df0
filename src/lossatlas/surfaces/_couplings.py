"""The contract of every storage of a symmetric tensor T of order p: its contractions with points.

All of them hold the same numbers, the independent entries, each as it was given; they differ in
memory and in speed. Points come as rows (b, N) and are contracted by one matrix product a block;
blocks depend on shapes alone, so that the same call gives the same bits.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

# Numbers in the working space of one block of points.
_BLOCK = 2**24


class AbstractCouplings(ABC):
    """A symmetric tensor that answers for T w^{p-2}, T w^{p-1} and what follows from them."""

    @property
    @abstractmethod
    def device(self) -> torch.device:
        """Where they lie."""

    @property
    @abstractmethod
    def num_terms(self) -> int:
        """The number of terms that an entry of T w^{p-2} is the sum of."""

    @abstractmethod
    def entries(self) -> Float[Tensor, " K"]:
        """The independent entries, in lexicographic order of i_1 <= ... <= i_p."""

    @abstractmethod
    def vectors(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        """T w^{p-1}."""

    @abstractmethod
    def products(self, w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        """T w^{p-2} v, without the matrices of more than a block of points at once."""

    @abstractmethod
    def matrices(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        """T w^{p-2}, symmetric to the last bit."""

    @abstractmethod
    def majorants(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        """|T| |w|^{p-2}, symmetric to the last bit."""

    @abstractmethod
    def rows(self, w: Float[Tensor, "b N"], rows: Tensor) -> Float[Tensor, "m N b"]:
        """The rows `rows` of T w^{p-2}, at their share of its cost; replicas run along the last axis."""


def by_blocks(act: Callable[..., Tensor], width: int, *arguments: Float[Tensor, "b N"]) -> Tensor:
    """An act on rows, as many at a time as keep `width` numbers a row within the working space."""
    size = max(1, _BLOCK // width)
    if len(arguments[0]) <= size:
        return act(*arguments)
    parts = zip(*(argument.split(size) for argument in arguments), strict=True)
    return torch.cat([act(*part) for part in parts])


def absolute_product(a: Float[Tensor, "b K"], S: Float[Tensor, "K n"]) -> Float[Tensor, "b n"]:
    """|a| |S| without a second copy of S: as many of its rows at a time as fit the working space."""
    size = max(1, _BLOCK // 4 // S.shape[1])
    total = a.new_zeros(a.shape[0], S.shape[1])
    for part, rows in zip(a.split(size, dim=1), S.split(size), strict=True):
        total.addmm_(part.abs(), rows.abs())
    return total
