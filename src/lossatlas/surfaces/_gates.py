"""What has a gate of its own, and how the squared error's expectation feels it.

A law of gates in which the gates of each path have mean rho changes nothing in E[Y]; the variance of
Y is another matter, because two paths that share a gate go up and down together. The variance term

    V(W) = 1/2 sum over samples and outputs of Var Y_j(x)

is the difference between the expected loss and the loss of the expected output.
"""

from abc import ABC, abstractmethod

import torch
from torch import Generator, Tensor

from ._gated_model import GatedModel
from ._layout import Layout
from ._memory import require_hessian


class AbstractVariance(ABC):
    """The variance term at a batch of points."""

    @abstractmethod
    def value(self) -> Tensor:
        """V at each point."""

    @abstractmethod
    def gradient(self) -> list[Tensor]:
        """The gradient's matrices."""

    @abstractmethod
    def products(self, directions: list[Tensor]) -> list[Tensor]:
        """The Hessian times a direction, as matrices."""


class AbstractGates(ABC):
    """A joint law of the gates of all paths."""

    @abstractmethod
    def check(self, widths: tuple[int, ...]) -> None:
        """Refuse widths that the law has no meaning for."""

    @abstractmethod
    def moments(self, rows: Tensor) -> Tensor:
        """What the variance term needs of the inputs; of their absolute values, a bound on it."""

    @abstractmethod
    def variance(
        self, weights: list[Tensor], moments: Tensor, probability: float
    ) -> AbstractVariance:
        """The variance term of a network, prepared at a batch of points.

        Args:
            weights: W_k of shape `(*b, d_k, d_{k-1})`.
            moments: Of the inputs s X.
            probability: rho, the mean of a path's gate.
        """

    @abstractmethod
    def numbers_a_draw(self, widths: tuple[int, ...], num_samples: int) -> int:
        """How many gates one draw for all samples takes.

        Raises:
            ValueError: If they cannot be drawn.
        """

    @abstractmethod
    def outputs(
        self, weights: list[Tensor], model: GatedModel, number: int, generator: Generator
    ) -> Tensor:
        """Outputs `(*b, number, n, d_y)` under gates drawn afresh; all points see the same gates."""


def hessian_of_products(
    gates: AbstractGates,
    weights: list[Tensor],
    moments: Tensor,
    probability: float,
    layout: Layout,
) -> Tensor:
    """The variance term's Hessian (*b, P, P): its products with all unit vectors, in one call."""
    require_hessian(layout.join(weights), layout.dimension, working=_working(weights, layout))
    variance = gates.variance([W.unsqueeze(-3) for W in weights], moments, probability)
    eye = torch.eye(layout.dimension, dtype=moments.dtype, device=moments.device)
    images = layout.join(variance.products(layout.split(eye)))
    return (images + images.mT) / 2


def _working(weights: list[Tensor], layout: Layout) -> int:
    """Bytes of the matrices that a product passes from layer to layer, for every unit vector."""
    num_points = weights[0][..., 0, 0].numel()
    a_layer = max(max(W.shape[-2:]) ** 2 for W in weights)
    return 8 * num_points * layout.dimension * len(weights) * a_layer * weights[0].element_size()
