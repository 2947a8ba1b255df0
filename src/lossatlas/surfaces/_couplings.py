"""The contract of every storage of a symmetric tensor T of order p: its contractions with points.

All of them hold the same numbers, the independent entries in lexicographic order, each as it was
given; they differ in memory and speed. Points come as rows (b, N), all contracted by one matrix
product a block, and blocks depend on shapes alone, so that the same call gives the same bits.
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
    def tensors(self) -> tuple[Tensor, ...]:
        """What is stored."""

    @abstractmethod
    def entries(self) -> Float[Tensor, " K"]:
        """The independent entries, in lexicographic order of i_1 <= ... <= i_p."""

    @abstractmethod
    def matrices(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N N"]:
        """T w^{p-2}, symmetric to the last bit."""

    @abstractmethod
    def vectors(self, w: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        """T w^{p-1}."""

    @abstractmethod
    def products(self, w: Float[Tensor, "b N"], v: Float[Tensor, "b N"]) -> Float[Tensor, "b N"]:
        """T w^{p-2} v, without the matrices of more than a block of points at once."""

    @abstractmethod
    def rows(self, w: Float[Tensor, "b N"], rows: Tensor) -> Float[Tensor, "b m N"]:
        """The rows `rows` of T w^{p-2}, at their share of its cost."""

    @abstractmethod
    def majorant(self) -> "AbstractCouplings":
        """The tensor of absolute values, stored alike."""

    @property
    @abstractmethod
    def num_terms(self) -> int:
        """A bound on the roundings that an entry of T w^{p-2} has gone through."""


def by_blocks(act: Callable[..., Tensor], width: int, *arguments: Float[Tensor, "b N"]) -> Tensor:
    """An act on rows, as many at a time as keep `width` numbers a row within the working space."""
    size = max(1, _BLOCK // width)
    if len(arguments[0]) <= size:
        return act(*arguments)
    parts = zip(*(argument.split(size) for argument in arguments), strict=True)
    return torch.cat([act(*part) for part in parts])
