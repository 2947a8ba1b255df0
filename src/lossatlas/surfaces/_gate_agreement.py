"""Do drawn gates agree with the closed forms? The reduction of corollary 3.2 as a measurement.

Three statements are held against one set of draws, each with its standard error: the mean output is
s W_L ... W_1 x, the loss of the mean output is the reduced loss, and the mean loss is the reduced
loss and the variance term. A fourth number says what happens without the variance term.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float
from torch import Generator, Tensor

from lossatlas._types import Points

from ._gate_sample import gate_sample
from ._gated_expected import GatedExpected

# What rounding makes of two orders of summation, in units of the terms' size.
_ROUNDINGS = 1000


@final
@dataclass(frozen=True, eq=False)
class Estimate:
    """A mean over draws beside what is predicted of it; elementwise.

    Attributes:
        mean: Over the draws.
        standard_error: Of the mean.
        predicted: The closed form.
        floor: A difference that rounding can make.
    """

    mean: Float[Tensor, "..."]
    standard_error: Float[Tensor, "..."]
    predicted: Float[Tensor, "..."]
    floor: Float[Tensor, "..."]

    @property
    def z(self) -> Float[Tensor, "..."]:
        """The difference in standard errors.

        Where these are at rounding level there is no chance left: 0 for equal, infinite for not.
        """
        difference = self.mean - self.predicted
        exact = torch.where(difference.abs() <= self.floor, 0.0, torch.inf * difference.sign())
        return torch.where(
            self.standard_error > self.floor, difference / self.standard_error, exact
        )

    def agrees(self, within: float = 4.0) -> Bool[Tensor, "..."]:
        """Whether the difference is at most so many standard errors."""
        return self.z.abs() <= within


@final
@dataclass(frozen=True, eq=False, repr=False)
class GateAgreement:
    """Draws beside closed forms, at each point.

    Attributes:
        outputs: The mean output, entry by entry, beside s W_L ... W_1 x.
        reduced: The loss of the mean output beside `GatedLinear`.
        expected: The mean loss beside `GatedExpected`.
        unreduced: The mean loss beside `GatedLinear`: it differs by the variance term.
        number: The draws.
    """

    outputs: Estimate  # (*b, n, d_y)
    reduced: Estimate  # (*b,)
    expected: Estimate  # (*b,)
    unreduced: Estimate  # (*b,)
    number: int

    def agrees(self, within: float = 4.0) -> Bool[Tensor, "*b"]:
        """Whether the three statements hold to so many standard errors; outputs in every entry."""
        entries = self.outputs.agrees(within).all(-1).all(-1)
        return entries & self.reduced.agrees(within) & self.expected.agrees(within)

    def __repr__(self) -> str:
        worst = {
            name: float(estimate.z.abs().max())
            for name, estimate in (
                ("outputs", self.outputs),
                ("reduced", self.reduced),
                ("expected", self.expected),
            )
        }
        words = ", ".join(f"{name} {z:.2f}" for name, z in worst.items())
        return f"GateAgreement({self.number} draws; largest |z|: {words})"


def gate_agreement(
    surface: GatedExpected, w: Points, generator: Generator, number: int
) -> GateAgreement:
    """Draw gates and hold the draws against the closed forms.

    Args:
        surface: The surface, whose gates are drawn; `surface.reduced` is the other closed form.
        w: The points; all see the same gates, so that their differences from the closed forms are
            not independent.
        generator: The source of randomness.
        number: How many draws, at least 4; an odd one is made even.

    Returns:
        The estimates, in float64.

    Raises:
        ValueError: If there are fewer than 4 draws, or more paths than can be listed.
        MemoryForecastError: If they would not fit.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import GatedExpected, gate_agreement
        >>> X, T = torch.eye(2).double(), torch.ones(2, 1).double()
        >>> surface = GatedExpected((2, 3, 1), X, T, probability=0.3)
        >>> w = surface.random_point(torch.Generator().manual_seed(0))
        >>> found = gate_agreement(surface, w, torch.Generator().manual_seed(1), 10_000)
        >>> bool(found.agrees()), bool(found.unreduced.agrees())
        (True, False)
    """
    model, weights = surface.reduced.model, surface.weights(w)
    drawn = gate_sample(model, surface.gates, weights, number, generator)
    sizes = _sizes(surface, weights)
    unit = _ROUNDINGS * torch.finfo(surface.dtype).eps
    floor = unit * model.losses(sizes).double()
    reduced, expected = surface.reduced.loss(w).double(), surface.loss(w).double()
    return GateAgreement(
        Estimate(
            drawn.output_mean,
            drawn.output_error,
            surface.reduced.outputs(w).double(),
            unit * sizes.double(),
        ),
        _estimate(drawn.pairs, reduced, floor),
        _estimate(drawn.losses, expected, floor),
        _estimate(drawn.losses, reduced, floor),
        drawn.losses.shape[-1],
    )


def _estimate(values: Tensor, predicted: Tensor, floor: Tensor) -> Estimate:
    values = values.double()
    error = values.std(-1) / values.shape[-1] ** 0.5
    return Estimate(values.mean(-1), error, predicted, floor)


def _sizes(surface: GatedExpected, weights: list[Tensor]) -> Tensor:
    """What the terms of outputs less targets add up to without their signs, every gate open."""
    model = surface.reduced.model
    x = model.inputs.abs()
    for W in weights:
        x = x @ W.abs().mT
    return x / model.probability + model.targets.abs()
