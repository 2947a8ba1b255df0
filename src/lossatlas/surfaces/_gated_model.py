"""Bernoulli gates on the paths of a network: the numbers that every gated surface shares.

Kawaguchi's reduced network puts a gate A on every path from an input to an output,

    Y_j(x) = q sum over paths (i_0, ..., i_{L-1}, j) of x_{i_0} A_path(x) prod_k W_k[i_k, i_{k-1}],

with P(A = 1) = rho for every path and sample (A1p-m) whatever x and W (A5u-m). Written with gates
divided by their mean, A / rho, the inputs are s x with s = q rho, the gates have mean 1 and variance
(1 - rho) / rho, and q has gone: s is exactly 1 where q is left at 1 / rho.
"""

from dataclasses import dataclass
from math import isfinite
from typing import final

import torch
from torch import Tensor

from lossatlas.errors import misuse


@final
@dataclass(frozen=True, eq=False)
class GatedModel:
    """The data of a gated network, inputs multiplied by s."""

    inputs: Tensor  # s X: (n, d_x)
    targets: Tensor  # (n, d_y)
    probability: float
    weight: float  # of each sample in the loss

    def losses(self, residuals: Tensor) -> Tensor:
        """1/2 the squared errors of outputs less targets (*b, n, d_y), as the surface weighs them."""
        return self.weight * residuals.square().sum((-2, -1)) / 2

    @property
    def rows(self) -> Tensor:
        """The inputs with the samples' weight in them: sums over their squares are the loss's."""
        return self.inputs if self.weight == 1 else self.inputs * self.weight**0.5


def relative_variance(probability: float) -> float:
    """(1 - p) / p: the variance of a Bernoulli gate divided by its mean."""
    return (1 - probability) / probability


def mean_factor(probability: float, scale: float | None) -> float:
    """S = q rho, exactly 1 where q is not given.

    Raises:
        ValueError: If the probability is not in (0, 1], or q is zero or not finite.
    """
    if not 0 < probability <= 1 or not isfinite(1 / probability):
        raise misuse(
            "probability",
            should="be in (0, 1], and 1 / probability finite",
            got=probability,
            remedy="Gates that never open leave a network whose output is 0.",
        )
    if scale is None:
        return 1.0
    if not isfinite(scale) or scale * probability == 0:
        raise misuse(
            "scale",
            should="be a finite factor other than 0",
            got=scale,
            remedy="Leave it out for 1 / probability, with which the mean output is W_L ... W_1 x.",
        )
    return scale * probability


def even_blocks(number: int, numbers_a_draw: int, most: int = 2**22) -> list[int]:
    """Draws in blocks of an even size that the network alone decides, so that bits do not move."""
    size = max(2, most // max(1, numbers_a_draw) // 2 * 2)
    full, rest = divmod(number, size)
    return [size] * full + [rest] * (rest > 0)


def check_number(number: int, least: int) -> None:
    """Enough draws for what is asked of them."""
    if number < least:
        raise misuse(
            "number",
            should=f"be at least {least} draws",
            got=number,
            remedy="A standard error takes hundreds.",
        )


def bernoulli(
    shape: tuple[int, ...], probability: float, like: Tensor, g: torch.Generator
) -> Tensor:
    """Gates divided by their mean."""
    return like.new_empty(shape).bernoulli_(probability, generator=g).div_(probability)
