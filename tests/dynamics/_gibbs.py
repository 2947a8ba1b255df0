"""Gibbs averages on the circle and the sphere by quadrature, and what samples of them should be."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from lossatlas.surfaces import SpinGlass


def _directions(size: int) -> tuple[Tensor, Tensor]:
    """Points of the sphere of radius sqrt(size) with the weights of the uniform law; size 2, 3."""
    turn = 2 * np.pi * np.arange(400) / 400
    if size == 2:
        points, weights = np.stack([np.cos(turn), np.sin(turn)], 1), np.ones(len(turn))
    else:
        heights, of_heights = np.polynomial.legendre.leggauss(120)
        z, angle = np.repeat(heights, len(turn)), np.tile(turn, len(heights))
        flat = np.sqrt(1 - z**2)
        points = np.stack([flat * np.cos(angle), flat * np.sin(angle), z], 1)
        weights = np.repeat(of_heights, len(turn))
    return torch.tensor(points * size**0.5), torch.tensor(weights / weights.sum())


def gibbs_mean(glass: SpinGlass, temperature: float, act: Callable[[Tensor], Tensor]) -> float:
    """The mean of act(H) under exp(-H / T)."""
    points, weights = _directions(glass.size)
    energy = glass.loss(points)
    weights = weights * torch.exp(-(energy - energy.min()) / temperature)
    return float((weights * act(energy)).sum() / weights.sum())


def standard_errors_off(glass: SpinGlass, temperature: float, energy: Tensor) -> list[float]:
    """By how many standard errors averages over independent replicas miss the Gibbs averages.

    The averages: H, H^2, and how often H lies below its Gibbs mean and half a deviation lower.
    """
    mean = gibbs_mean(glass, temperature, lambda H: H)
    deviation = gibbs_mean(glass, temperature, lambda H: (H - mean).square()) ** 0.5
    acts: list[Callable[[Tensor], Tensor]] = [
        lambda H: H,
        torch.square,
        lambda H: (mean > H).double(),
        lambda H: (mean - deviation / 2 > H).double(),
    ]
    return [_off(act(energy), gibbs_mean(glass, temperature, act)) for act in acts]


def _off(values: Tensor, exact: float) -> float:
    return abs(float(values.mean()) - exact) * len(values) ** 0.5 / float(values.std())
