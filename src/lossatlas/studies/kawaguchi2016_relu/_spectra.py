"""Spectra of weight matrices against noise: the law of Marchenko and Pastur, and fresh noise itself.

The eigenvalues of Z Z^T / m, Z of P x m independent entries of variance 1, P <= m, follow that law
when both are large. A small matrix of noise is off it by some distance too, so a matrix is judged by
the rank of its own KS distance among those of fresh Gaussian matrices of its shape.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.stats import spearmanr

from lossatlas.theory.random_matrix import marchenko_pastur, marchenko_pastur_edges

_POINTS = 4096


def spectral_looks(
    weights: Sequence[Float[ndarray, "_ _"]], *, noise: int, entropy: Sequence[int]
) -> dict[str, Any]:
    """Each matrix against noise, and neighbours against each other, as a record has them.

    Args:
        weights: The network's matrices.
        noise: How many fresh matrices of each shape.
        entropy: Of the noise, which is the same for all networks of a study.
    """
    looks = [_against_noise(W, noise, tuple(entropy)) for W in weights]
    return {
        "ks": " ".join(f"{distance:.4g}" for distance, _ in looks),
        "largest_ks": max(distance for distance, _ in looks),
        "matrices": len(looks),
        **{f"p_{k}": p for k, (_, p) in enumerate(looks, start=1)},
        "neighbours": neighbours(weights),
    }


def _against_noise(
    W: Float[ndarray, "_ _"], noise: int, entropy: tuple[int, ...]
) -> tuple[float, float]:
    """The KS distance to the law, and the share of noise that is as far from it."""
    distance = ks_distance(W)
    others = noise_distances(min(W.shape), max(W.shape), noise, entropy)
    return distance, float(1 + (others >= distance).sum()) / (1 + noise)


@lru_cache(maxsize=64)
def noise_distances(
    rows: int, columns: int, number: int, entropy: tuple[int, ...]
) -> Float[ndarray, " r"]:
    """The KS distances of fresh Gaussian matrices of a shape."""
    rng = np.random.default_rng([*entropy, rows, columns])
    drawn = rng.standard_normal((number, rows, columns))
    return ks_distances(drawn)


def ks_distance(W: Float[ndarray, "_ _"]) -> float:
    """The largest distance between the distribution of a matrix's eigenvalues and the law's.

    The matrix is divided by the root mean square of its entries; a matrix of zeros is 1 away.
    """
    return float(ks_distances(W[None])[0])


def ks_distances(drawn: Float[ndarray, "r _ _"]) -> Float[ndarray, " r"]:
    """The same for a stack of matrices of one shape."""
    if drawn.shape[1] > drawn.shape[2]:
        drawn = drawn.swapaxes(1, 2)
    _, rows, columns = drawn.shape
    square = np.square(drawn).mean((1, 2), keepdims=True)
    whole = square[:, 0, 0] > 0
    gram = drawn @ drawn.swapaxes(1, 2) / columns / np.where(square > 0, square, 1.0)
    values = np.linalg.eigvalsh(gram)
    expected = distribution(values, rows / columns)
    steps = np.arange(rows + 1) / rows
    gaps = np.maximum(abs(expected - steps[1:]), abs(expected - steps[:-1])).max(1)
    return np.where(whole, gaps, 1.0)


def distribution(x: Float[ndarray, "..."], ratio: float) -> Float[ndarray, "..."]:
    """The share of eigenvalues up to x, for P / m up to 1, by quadrature of the density.

    In the angle t, x = middle - half width cos t, the density's square roots at the edges are smooth.
    """
    angles, cumulated = _cumulated(ratio)
    low, high = marchenko_pastur_edges(ratio)
    inside = np.clip((2 * x - low - high) / (high - low), -1.0, 1.0)
    return np.asarray(np.interp(np.arccos(-inside), angles, cumulated))


@lru_cache(maxsize=64)
def _cumulated(ratio: float) -> tuple[ndarray, ndarray]:
    low, high = marchenko_pastur_edges(ratio)
    angles = np.linspace(0.0, np.pi, _POINTS)
    middle = (angles[1:] + angles[:-1]) / 2
    x = (high + low) / 2 - (high - low) / 2 * np.cos(middle)
    mass = marchenko_pastur(x, ratio) * (high - low) / 2 * np.sin(middle) * np.diff(angles)
    cumulated = np.concatenate([[0.0], np.cumsum(mass)])
    return angles, cumulated / cumulated[-1]


def neighbours(weights: Sequence[Float[ndarray, "_ _"]]) -> float:
    """The mean over hidden layers of the rank correlation of incoming and outgoing lengths.

    0 where they do not vary: nothing is shared then.
    """
    found = []
    for below, above in pairwise(weights):
        incoming, outgoing = np.square(below).sum(1), np.square(above).sum(0)
        varied = np.ptp(incoming) > 0 and np.ptp(outgoing) > 0
        found.append(float(spearmanr(incoming, outgoing).statistic) if varied else 0.0)
    return float(np.mean(found))
