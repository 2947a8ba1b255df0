"""Kawaguchi's reduced loss: the squared error of a gated network's expected output.

Under A1p-m and A5u-m a ReLU network is a sum over paths with Bernoulli gates (`_gated_model.py`), and
its expected output is s W_L ... W_1 x with s = q rho (Kawaguchi 2016, corollary 3.2). So the reduced
loss is a deep linear network's, on inputs s X: at q = 1 / rho that of the data themselves, to the
last bit. Any other q moves W_1 to W_1 / s: S_xx and S_yx change by s^2 and s, Sigma and with it
every critical value not at all, and the theorem's four statements hold for every q other than 0.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal, final

from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Hessians, Points, Values

from ._deep_linear import DeepLinear
from ._gate_sample import sample_losses
from ._gated_model import GatedModel, mean_factor
from ._gated_surface import AbstractGatedSurface
from ._gates import AbstractGates
from ._path_gates import PathGates


@final
@dataclass(frozen=True, eq=False)
class GatedLinear(AbstractGatedSurface):
    """The loss surface 1/2 ||E[Y] - T||^2 of a network with Bernoulli gates on its paths.

    Everything but the draws is that of `linear`, a `DeepLinear`.

    Args:
        widths: (d_x, d_1, ..., d_y).
        inputs: X, samples as rows.
        targets: T, samples as rows.
        probability: rho, with which a path is open.
        scale: q, by which outputs are multiplied; 1 / rho when not given.
        reduction: "sum" over samples as in the papers, or "mean", which divides by n.

    Raises:
        ValueError: If the probability is not in (0, 1], the scale is zero or not finite, or the
            data do not fit the widths.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import GatedLinear
        >>> X, T = torch.eye(3).double(), torch.diag(torch.tensor([5.0, 3.0, 2.0])).double()
        >>> surface = GatedLinear((3, 3, 3), X, T, probability=0.25)
        >>> surface.loss(torch.zeros(surface.dimension).double()).item()
        19.0
    """

    widths: Sequence[int]
    inputs: Float[Tensor, "n d_x"]
    targets: Float[Tensor, "n d_y"]
    probability: float
    scale: float | None = None
    _: KW_ONLY
    reduction: Literal["sum", "mean"] = "sum"
    linear: DeepLinear = field(init=False, repr=False)

    def __post_init__(self) -> None:
        s = mean_factor(self.probability, self.scale)
        X = self.inputs if s == 1 else self.inputs * s
        linear = DeepLinear(self.widths, X, self.targets, reduction=self.reduction)
        object.__setattr__(self, "linear", linear)
        object.__setattr__(self, "widths", linear.widths)

    @property
    def factor(self) -> float:
        """S = q rho: the expected output is s W_L ... W_1 x."""
        return mean_factor(self.probability, self.scale)

    @property
    def _ungated(self) -> DeepLinear:
        return self.linear

    def outputs(self, w: Points) -> Float[Tensor, "*b n d_y"]:
        """The expected outputs s X (W_L ... W_1)^T."""
        x = self.linear.inputs
        for W in self.weights(w):
            x = x @ W.mT
        return x

    def loss(self, w: Points) -> Values:
        return self.linear.loss(w)

    def gradient(self, w: Points) -> Points:
        return self.linear.gradient(w)

    def hvp(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        return self.linear.hvp(w, v)

    def hessian(self, w: Points) -> Hessians:
        return self.linear.hessian(w)

    def gradient_scale(self, w: Points) -> Values:
        return self.linear.gradient_scale(w)

    def hessian_error(self, w: Points) -> Values:
        return self.linear.hessian_error(w)

    def orbit_dimension(self, w: Float[Tensor, " P"]) -> int:
        return self.linear.orbit_dimension(w)

    def sample_loss(
        self,
        w: Points,
        generator: Generator,
        number: int,
        *,
        gates: AbstractGates = PathGates(),  # noqa: B008 - a frozen value
    ) -> Float[Tensor, "*b number"]:
        """The squared error 1/2 ||Y - T||^2 under gates drawn at random.

        Its mean is the expected loss (`GatedExpected`), not this surface's loss: see
        `gate_agreement` for an estimate of both.

        Args:
            w: The points; all see the same gates.
            generator: The source of randomness.
            number: How many draws.
            gates: Which gates are independent.
        """
        gates.check(tuple(self.widths))
        return sample_losses(self.model, gates, self.weights(w), number, generator)

    @property
    def model(self) -> GatedModel:
        """The gated network's data, inputs multiplied by s."""
        weight = 1 / len(self.inputs) if self.reduction == "mean" else 1.0
        return GatedModel(self.linear.inputs, self.targets, self.probability, weight)
