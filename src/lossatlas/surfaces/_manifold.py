"""The set that points live on: what a direction is, and how to take a step along one.

Networks have no constraint, so their manifold is flat. A surface on a curved set (a sphere) brings
its own, and what searches needs nothing but the acts below.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Points
from lossatlas.errors import misuse


class AbstractManifold(ABC):
    """A smooth set of points of R^P with its tangent spaces."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """The dimension of the tangent spaces."""

    @abstractmethod
    def project(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        """The orthogonal projection of a vector `v` of R^P on the tangent space at `w`."""

    @abstractmethod
    def retract(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        """The point reached from `w` by the tangent step `v`, exact to first order."""

    @abstractmethod
    def tangent_basis(self, w: Points) -> Float[Tensor, "*b P k"]:
        """An orthonormal basis of the tangent space at `w`, as columns."""

    @abstractmethod
    def transport(
        self, w: Float[Tensor, "*#b P"], to: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]
    ) -> Points:
        """The tangent vector at `to` that the tangent vector `v` at `w` becomes, of equal norm."""


@final
@dataclass(frozen=True)
class Flat(AbstractManifold):
    """All of R^P.

    Args:
        dimension: The number P of parameters, at least 1.

    Raises:
        ValueError: If the dimension is below 1.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import Flat
        >>> Flat(2).retract(torch.tensor([1.0, 2.0]), torch.tensor([0.5, 0.0]))
        tensor([1.5000, 2.0000])
    """

    dimension: int = 1

    def __post_init__(self) -> None:
        if self.dimension < 1:
            raise misuse(
                "dimension",
                should="be at least 1",
                got=self.dimension,
                remedy="A surface without parameters has no points to look at.",
            )

    def project(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:  # noqa: ARG002
        return v

    def retract(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        return w + v

    def tangent_basis(self, w: Points) -> Float[Tensor, "*b P k"]:
        basis = torch.eye(self.dimension, dtype=w.dtype, device=w.device)
        return basis.expand(*w.shape[:-1], self.dimension, self.dimension)

    def transport(
        self,
        w: Float[Tensor, "*#b P"],  # noqa: ARG002
        to: Float[Tensor, "*#b P"],  # noqa: ARG002
        v: Float[Tensor, "*#b P"],
    ) -> Points:
        return v
