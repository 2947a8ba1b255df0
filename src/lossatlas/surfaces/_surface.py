"""The contract of every loss surface: a twice differentiable function of a flat vector.

A point is a vector of P numbers with any leading batch axes; each act answers for all of them in
one call. What belongs to the surface alone is here too: the size below which its gradient is
rounding, the rounding error of its Hessian, and the zero eigenvalues that its symmetry forces.
"""

from abc import ABC, abstractmethod

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Hessians, Points, Values

from ._manifold import AbstractManifold


class AbstractSurface(ABC):
    """A loss as a function on a manifold of parameters."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """The length P of a point."""

    @property
    @abstractmethod
    def dtype(self) -> torch.dtype:
        """The floating type of points and values."""

    @property
    @abstractmethod
    def device(self) -> torch.device:
        """Where points and values lie."""

    @property
    @abstractmethod
    def manifold(self) -> AbstractManifold:
        """The set that points live on."""

    @abstractmethod
    def loss(self, w: Points) -> Values:
        """The loss at each point."""

    @abstractmethod
    def gradient(self, w: Points) -> Points:
        """The gradient at each point."""

    @abstractmethod
    def hvp(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        """The product of the Hessian at `w` with `v`.

        Args:
            w: The points.
            v: The vectors. Batch axes broadcast against those of `w`: one point (P,) and a block
                (k, P) give k products with one Hessian.

        Returns:
            The products, with the broadcast batch axes.
        """

    @abstractmethod
    def hessian(self, w: Points) -> Hessians:
        """The full Hessian at each point, exactly symmetric.

        Raises:
            MemoryForecastError: If it would not fit; the message says by how much.
        """

    @abstractmethod
    def gradient_scale(self, w: Points) -> Values:
        """The natural size of the gradient at each point.

        A gradient is at rounding level when its norm is at most 1e-12 of this (in float64).
        """

    @abstractmethod
    def hessian_error(self, w: Points) -> Values:
        """A bound on the 2-norm of the rounding error made in forming `hessian(w)`."""

    @abstractmethod
    def orbit_dimension(self, w: Float[Tensor, " P"]) -> int:
        """The zero eigenvalues that symmetry forces on the Hessian at a critical point."""

    @abstractmethod
    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Points:
        """Points drawn from the surface's usual start.

        Args:
            generator: The source of randomness.
            batch: The leading axes of the result.
        """
