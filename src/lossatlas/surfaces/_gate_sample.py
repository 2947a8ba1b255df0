"""Losses and outputs under gates that are drawn: the Monte Carlo side of the gated surfaces.

The mean of 1/2 |Y - T|^2 over draws estimates the expected loss. The loss of the expected output has
an unbiased estimate too: two draws with gates of their own have independent errors, so that

    E 1/2 <Y - T, Y' - T> = 1/2 |E Y - T|^2,

and disjoint pairs of draws are independent, which gives an honest standard error.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.linalg import forecast

from ._gated_model import GatedModel, check_number, even_blocks
from ._gates import AbstractGates


@final
@dataclass(frozen=True, eq=False, repr=False)
class GateSample:
    """What was drawn at each point; the draws are independent, the points share them.

    Attributes:
        losses: 1/2 |Y - T|^2 of each draw: its mean is the expected loss.
        pairs: 1/2 <Y - T, Y' - T> of each pair of draws: its mean is the loss of the mean output.
        output_mean: The mean output over draws.
        output_error: Its standard error.
    """

    losses: Float[Tensor, "*b number"]
    pairs: Float[Tensor, "*b half"]
    output_mean: Float[Tensor, "*b n d_y"]
    output_error: Float[Tensor, "*b n d_y"]

    def __repr__(self) -> str:
        return f"GateSample({self.losses.shape[-1]} draws of {tuple(self.output_mean.shape[-2:])})"


def sample_losses(
    model: GatedModel,
    gates: AbstractGates,
    weights: list[Tensor],
    number: int,
    generator: Generator,
) -> Float[Tensor, "*b number"]:
    """1/2 |Y - T|^2 of each draw."""
    check_number(number, 1)
    drawn = (
        model.losses(gates.outputs(weights, model, size, generator) - model.targets)
        for size in _blocks(model, gates, weights, number)
    )
    return torch.cat(list(drawn), dim=-1)


def gate_sample(
    model: GatedModel,
    gates: AbstractGates,
    weights: list[Tensor],
    number: int,
    generator: Generator,
) -> GateSample:
    """Losses, pairs and outputs of an even number of draws, at least 4."""
    check_number(number, 4)
    losses, pairs = [], []
    total = square = torch.zeros((), dtype=torch.float64, device=model.targets.device)
    for size in _blocks(model, gates, weights, number - number % 2):
        e = gates.outputs(weights, model, size, generator) - model.targets  # (*b, size, n, d_y)
        losses.append(model.losses(e))
        left, right = e[..., ::2, :, :], e[..., 1::2, :, :]
        pairs.append(model.weight * (left * right).sum((-2, -1)) / 2)
        total = total + e.sum(-3, dtype=torch.float64)
        square = square + e.double().square().sum(-3)
    drawn = number - number % 2
    variance = ((square - total.square() / drawn) / (drawn - 1)).clamp(min=0.0)
    return GateSample(
        torch.cat(losses, dim=-1),
        torch.cat(pairs, dim=-1),
        total / drawn + model.targets,
        (variance / drawn).sqrt(),
    )


def _blocks(
    model: GatedModel, gates: AbstractGates, weights: list[Tensor], number: int
) -> list[int]:
    """The draws in even blocks, after a look at the memory that a block takes."""
    widths = (weights[0].shape[-1], *(W.shape[-2] for W in weights))
    num_samples = len(model.inputs)
    a_draw = gates.numbers_a_draw(widths, num_samples)
    sizes = even_blocks(number, a_draw)
    num_points = weights[0][..., 0, 0].numel()
    outputs = 4 * num_points * num_samples * max(widths[1:])
    forecast(
        (max(sizes) * (a_draw + outputs) + num_points * number) * model.inputs.element_size(),
        purpose=f"{max(sizes)} draws of {a_draw} gates at {num_points} point(s)",
        remedy="Pass fewer points, samples or draws.",
        device=model.inputs.device,
    )
    return sizes
