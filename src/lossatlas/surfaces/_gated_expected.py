"""The expected loss of a gated network: the loss of its expected output and a variance term.

E 1/2 ||Y - T||^2 = 1/2 ||E[Y] - T||^2 + V(W). The first is Kawaguchi's reduced loss (`GatedLinear`);
the second depends on which gates are independent (`_path_gates.py`, `_unit_gates.py`), acts like
weight decay, and is left out where the loss is put at the mean. With it a hidden basis may be scaled
but no longer mixed, so that the theorem about deep linear networks says nothing about this surface.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal, final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Hessians, Points, Values

from ._activations import Gauge
from ._deep_linear import DeepLinear
from ._gate_sample import sample_losses
from ._gated_linear import GatedLinear
from ._gated_surface import AbstractGatedSurface
from ._gates import AbstractGates, AbstractVariance, hessian_of_products
from ._layout import Layout
from ._path_gates import PathGates
from ._rounding import accumulated, perron_bound
from ._symmetry import orbit_rank
from ._validate import check_point


@final
@dataclass(frozen=True, eq=False)
class GatedExpected(AbstractGatedSurface):
    """The loss surface E 1/2 ||Y - T||^2 of a network with Bernoulli gates.

    Args:
        widths: (d_x, d_1, ..., d_y).
        inputs: X, samples as rows.
        targets: T, samples as rows.
        probability: rho, with which a path is open.
        scale: q, by which outputs are multiplied; 1 / rho when not given.
        gates: Which gates are independent: those of all paths, or those of all units.
        reduction: "sum" over samples as in the papers, or "mean", which divides by n.

    Raises:
        ValueError: If the probability is not in (0, 1], the scale is zero or not finite, the data
            do not fit the widths, or the gates have no meaning there.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import GatedExpected
        >>> one = torch.ones(1, 1).double()
        >>> surface = GatedExpected((1, 1, 1), one, one, probability=0.5)
        >>> w = torch.ones(2).double()
        >>> surface.loss(w).item(), surface.reduced.loss(w).item()
        (0.5, 0.0)
    """

    widths: Sequence[int]
    inputs: Float[Tensor, "n d_x"]
    targets: Float[Tensor, "n d_y"]
    probability: float
    scale: float | None = None
    _: KW_ONLY
    gates: AbstractGates = PathGates()  # noqa: RUF009 - a frozen value
    reduction: Literal["sum", "mean"] = "sum"
    reduced: GatedLinear = field(init=False, repr=False)
    _layout: Layout = field(init=False, repr=False)
    _moments: Tensor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        reduced = GatedLinear(
            self.widths,
            self.inputs,
            self.targets,
            self.probability,
            self.scale,
            reduction=self.reduction,
        )
        widths = tuple(reduced.widths)
        self.gates.check(widths)
        shapes = tuple(zip(widths[1:], widths[:-1], strict=True))
        object.__setattr__(self, "widths", widths)
        object.__setattr__(self, "reduced", reduced)
        object.__setattr__(self, "_layout", Layout(shapes))
        object.__setattr__(self, "_moments", self.gates.moments(reduced.model.rows))

    @property
    def _ungated(self) -> DeepLinear:
        return self.reduced.linear

    def variance_term(self, w: Points) -> Values:
        """Half the variance of the outputs, summed over them and the samples."""
        return self._variance(w).value()

    def loss(self, w: Points) -> Values:
        return self.reduced.loss(w) + self.variance_term(w)

    def gradient(self, w: Points) -> Points:
        return self.reduced.gradient(w) + self._layout.join(self._variance(w).gradient())

    def hvp(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        check_point("v", v, self.dimension, self.dtype)
        spread = self._variance(w).products(self._layout.split(v))
        return self.reduced.hvp(w, v) + self._layout.join(spread)

    def hessian(self, w: Points) -> Hessians:
        spread = hessian_of_products(
            self.gates, self.weights(w), self._moments, self.probability, self._layout
        )
        return self.reduced.hessian(w) + spread

    def gradient_scale(self, w: Points) -> Values:
        """That of the reduced loss, and the norm of the variance term's gradient on absolute values."""
        spread = self._layout.join(self._majorant(w).gradient())
        scale: Tensor = self.reduced.gradient_scale(w) + torch.linalg.vector_norm(spread, dim=-1)
        return scale

    def hessian_error(self, w: Points) -> Values:
        """The bounds of both parts; the variance term's by the same products on absolute values."""
        majorant = self._majorant(w)
        norm = perron_bound(
            lambda v: self._layout.join(majorant.products(self._layout.split(v))),
            torch.ones_like(w),
        )
        operations = self.inputs.shape[0] + 4 * sum(self.widths) + 16 * len(self.widths)
        return self.reduced.hessian_error(w) + accumulated(operations, self.dtype) * norm

    def orbit_dimension(self, w: Float[Tensor, " P"]) -> int:
        """The rank of the scalings of hidden units, which is all that the variance term lets through.

        Where the gates are always open there is none, and the symmetry is that of `reduced`.
        """
        if self.probability == 1:
            return self.reduced.orbit_dimension(w)
        return orbit_rank(self.weights(w), None, gauge=Gauge.SCALING, shift_invariant=False)

    def sample_loss(
        self, w: Points, generator: Generator, number: int
    ) -> Float[Tensor, "*b number"]:
        """The squared error under gates drawn at random; its mean is `loss`.

        Args:
            w: The points; all see the same gates.
            generator: The source of randomness.
            number: How many draws.
        """
        return sample_losses(self.reduced.model, self.gates, self.weights(w), number, generator)

    def _variance(self, w: Tensor) -> AbstractVariance:
        return self.gates.variance(self.weights(w), self._moments, self.probability)

    def _majorant(self, w: Tensor) -> AbstractVariance:
        """The variance term on absolute values: no term cancels another."""
        weights = [W.abs() for W in self.weights(w)]
        moments = self.gates.moments(self.reduced.model.rows.abs())
        return self.gates.variance(weights, moments, self.probability)
