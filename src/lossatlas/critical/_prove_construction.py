"""Prove a written-down bad minimum: that it is a local minimum, and that a point lies strictly lower.

Each argument of `theory.bad_minima` has its own arithmetic: exact rationals where all units agree, balls
for the even loss of a smooth activation and for a minimum that is strict but for rescaling.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import torch

from lossatlas.surfaces import (
    AbstractActivation,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
    Unproved,
    even_minimum,
    midpoint_loss,
)
from lossatlas.theory.bad_minima import Argument, Construction, PiecewiseLinear

from ._certificate import NotCertified
from ._exact_pattern import exact_minimum
from ._prove_minimum import prove_lower, prove_minimum

_BITS = 128


@final
@dataclass(frozen=True, eq=False)
class ProvedConstruction:
    """A bad local minimum, proved; true as a condition.

    Attributes:
        construction: What was proved.
        within: A local minimum lies within this distance of the constructed point.
        radius: How far around it the argument holds: no point nearer than this has a smaller loss, or,
            where `strict`, the activation pattern is kept.
        loss: Bounds on the loss at the minimum, below and above.
        lower_loss: Bounds on the loss at the lower point.
        strict: Whether the minimum is strict but for the rescaling of hidden units.
        arithmetic: What it was proved in.
    """

    proved: ClassVar[bool] = True
    construction: Construction
    within: float
    radius: float
    loss: tuple[float, float]
    lower_loss: tuple[float, float]
    strict: bool
    arithmetic: str

    @property
    def gap(self) -> float:
        """The minimum's loss exceeds the lower one's by at least about this, and certainly by more than 0."""
        return self.loss[0] - self.lower_loss[1]

    def attributes(self) -> dict[str, Any]:
        """The scalars of a record."""
        return {
            "name": self.construction.name,
            "source": self.construction.source,
            "argument": self.construction.argument.name,
            "strict": self.strict,
            "within": self.within,
            "radius": self.radius,
            "loss_low": self.loss[0],
            "loss_high": self.loss[1],
            "lower_loss_low": self.lower_loss[0],
            "lower_loss_high": self.lower_loss[1],
            "arithmetic": self.arithmetic,
        }


def prove_construction(construction: Construction) -> ProvedConstruction | NotCertified:
    """Prove a construction, and that it is bad.

    Args:
        construction: One of `theory.bad_minima`.

    Returns:
        The proof, or why there is none.

    Example:
        >>> from lossatlas import critical
        >>> from lossatlas.theory.bad_minima import SMOOTH, midpoint
        >>> proof = critical.prove_construction(midpoint(SMOOTH["sigmoid"]))
        >>> proof.loss[0] <= 1 / 3 < proof.loss[1], proof.lower_loss[1] < 1e-20, proof.strict
        (True, True, False)
    """
    if construction.argument is Argument.EVEN:
        return _by_evenness(construction)
    if construction.argument is Argument.ISOLATED:
        return _by_hessian(construction)
    h = construction.activation
    if not isinstance(h, PiecewiseLinear):
        return NotCertified(f"the argument does not fit the activation {h.name}", None, 0)
    found = exact_minimum(construction, h)
    if isinstance(found, str):
        return NotCertified(found, None, 0)
    return ProvedConstruction(
        construction,
        found.within,
        found.radius,
        found.loss,
        found.lower_loss,
        strict=False,
        arithmetic="exact rationals",
    )


def known_surface(construction: Construction) -> Perceptron | None:
    """The loss surface of a construction; None where no surface has its activation.

    Example:
        >>> from lossatlas import critical
        >>> from lossatlas.theory.bad_minima import two_samples
        >>> surface = critical.known_surface(two_samples())
        >>> surface.widths, surface.dimension
        ((1, 1, 1), 2)
    """
    activation = _activation(construction)
    if activation is None:
        return None
    return Perceptron(
        construction.widths,
        activation,
        SquaredError(),
        torch.from_numpy(construction.inputs),
        torch.from_numpy(construction.targets),
        biases=construction.biases,
    )


def _activation(construction: Construction) -> AbstractActivation | None:
    h = construction.activation
    if not isinstance(h, PiecewiseLinear):
        return {"tanh": Tanh(), "softplus": Softplus()}.get(h.name)
    if h.positive != 1:
        return None
    return ReLU() if h.negative == 0 else LeakyReLU(h.negative)


def _by_hessian(c: Construction) -> ProvedConstruction | NotCertified:
    surface = known_surface(c)
    if surface is None:
        return NotCertified(f"no surface has the activation {c.activation.name}", None, 0)
    points = [[torch.from_numpy(part) for part in parts] for parts in (c.minimum, c.lower)]
    minimum = prove_minimum(surface, surface.point(points[0]))
    if isinstance(minimum, NotCertified):
        return minimum
    lower = prove_lower(surface, minimum, surface.point(points[1]))
    if isinstance(lower, NotCertified):
        return lower
    return ProvedConstruction(
        c,
        minimum.within,
        minimum.radius,
        minimum.loss,
        lower.loss,
        strict=minimum.strict,
        arithmetic=f"balls of {minimum.precision} bits",
    )


def _by_evenness(c: Construction) -> ProvedConstruction | NotCertified:
    W_1, W_2 = c.minimum[::2] if c.biases else c.minimum
    L_1, L_2 = c.lower[::2] if c.biases else c.lower
    if not (W_1[:, 0] == W_1[:, 1]).all():
        return NotCertified("the two outer samples have different preactivations", None, _BITS)
    if c.biases and any(b.any() for parts in (c.minimum, c.lower) for b in parts[1::2]):
        return NotCertified("the biases are not zero", None, _BITS)
    name, u = c.activation.name, W_2[0].tolist()
    found = even_minimum(name, W_1[:, 0].tolist(), u, precision=_BITS)
    if isinstance(found, Unproved):
        return NotCertified(found.reason, found.bound_reached, _BITS)
    lower = midpoint_loss(name, L_1.tolist(), L_2[0].tolist(), precision=_BITS)
    third = (1 / 3, 0.33333333333333337)  # 1/3 rounds down
    if lower is None or not lower[1] < third[0]:
        return NotCertified("the lower point's loss is not proved to be below 1/3", None, _BITS)
    return ProvedConstruction(
        c,
        found.within,
        found.radius,
        third,
        lower,
        strict=False,
        arithmetic=f"balls of {_BITS} bits",
    )
