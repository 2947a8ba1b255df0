"""Weights of few values: rounded to an even grid, or to the best values of each layer (k-means)."""

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from lossatlas.surfaces import Perceptron

_ITERATIONS = 100


def rounded(points: Float[Tensor, "M P"], number: int) -> Float[Tensor, "M P"]:
    """Every weight to the nearest of `number` values evenly spaced in [-1, 1].

    What is not finite stays.
    """
    step = 2 / (number - 1)
    nearest = ((points.clamp(-1, 1) + 1) / step).round() * step - 1
    return torch.where(points.isfinite(), nearest, points)


def clustered(
    surface: Perceptron, points: Float[Tensor, "M P"], number: int
) -> Float[Tensor, "M P"]:
    """The weights of each layer of each network to `number` values of their own, by k-means."""
    layers = [_cluster_each(part, number) for part in surface.weights(points)]
    return surface.point(layers)


def _cluster_each(part: Float[Tensor, "M ..."], number: int) -> Tensor:
    rows = part.double().flatten(1).numpy()
    replaced = np.stack([nearest_means(row, number) for row in rows])
    return torch.from_numpy(replaced).reshape(part.shape).to(part.dtype)


def nearest_means(values: Float[ndarray, " n"], number: int) -> Float[ndarray, " n"]:
    """Each value replaced by the mean of its cluster: Lloyd's iteration on a line, from quantiles.

    What is not finite stays, and so do all values where there are no more than `number`.
    """
    if not np.isfinite(values).all() or len(np.unique(values)) <= number:
        return values
    ordered = np.sort(values)
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    means = np.quantile(ordered, (np.arange(number) + 0.5) / number)
    for _ in range(_ITERATIONS):
        edges = np.searchsorted(ordered, (means[1:] + means[:-1]) / 2)
        bounds = np.concatenate([[0], edges, [len(ordered)]])
        sizes = np.diff(bounds)
        # a cluster that has lost all its values stays where it is
        moved = np.where(sizes > 0, np.diff(sums[bounds]) / np.maximum(sizes, 1), means)
        if np.array_equal(moved, means):
            break
        means = np.sort(moved)
    replaced: ndarray = means[np.searchsorted((means[1:] + means[:-1]) / 2, values)]
    return replaced
