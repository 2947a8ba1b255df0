"""Least squares: the best affine (or linear) function of the inputs, and what one more kink gains.

With the residuals e of a least-squares fit, adding g phi(x) with phi(x) = max(0, a.x - b) to one output
changes the loss by g <e, phi> + g^2 |phi|^2 / 2, at best by -<e, phi>^2 / (2 |phi|^2). If that gained
nothing for every a and b, then for an a that tells all samples apart every partial sum of the residuals in
the order of a.x would vanish (the slope in b), hence every residual. So a fit that is not perfect is
always improved by one kink, when the samples that matter are different.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse

_DIRECTIONS = 64
# Residuals below this share of the targets are rounding: the fit is perfect.
_PERFECT = 1e-10
# Neighbours nearer than this share of the inputs' size are told apart by rounding, not by a kink.
_APART = 1e-8


@final
@dataclass(frozen=True, eq=False)
class AffineFit:
    """The least-squares fit x -> A x + c.

    Attributes:
        matrix: A.
        offset: c.
        values: The fit on the samples.
        residuals: Fit minus targets.
        loss: Half the sum of their squares.
    """

    matrix: Float[ndarray, "d_y d_x"]
    offset: Float[ndarray, " d_y"]
    values: Float[ndarray, "n d_y"]
    residuals: Float[ndarray, "n d_y"]
    loss: float


@final
@dataclass(frozen=True, eq=False)
class Kink:
    """What is added to one output: height * max(0, direction . x - threshold).

    Attributes:
        output: Which output.
        direction: a, of norm 1.
        threshold: b.
        height: g, the best one.
        gain: By how much the loss falls.
    """

    output: int
    direction: Float[ndarray, " d_x"]
    threshold: float
    height: float
    gain: float


def fit_affine(X: Float[ndarray, "n d_x"], Y: Float[ndarray, "n d_y"]) -> AffineFit:
    """The affine function of least squared error; the one of least norm where there are several."""
    center = X.mean(0)
    mean = Y.mean(0)
    A = np.linalg.lstsq(X - center, Y - mean, rcond=None)[0].T
    offset = mean - A @ center
    values = X @ A.T + offset
    residuals = values - Y
    return AffineFit(A, offset, values, residuals, 0.5 * float((residuals**2).sum()))


def best_kink(
    X: Float[ndarray, "n d_x"],
    Y: Float[ndarray, "n d_y"],
    fit: AffineFit,
    rng: np.random.Generator,
) -> Kink:
    """The kink that gains most among random directions and all thresholds between two samples.

    Raises:
        ValueError: If the fit is perfect, or no kink tells the samples apart (equal inputs with
            different targets).
    """
    if np.abs(fit.residuals).max() <= _PERFECT * max(1.0, float(np.abs(Y).max())):
        raise misuse(
            "Y",
            should="not be an affine function of X",
            got="targets that least squares fits to rounding",
            remedy="There the constructed point is a global minimum, not a bad one.",
        )
    directions = _directions(X, rng)
    kinks = [_best_threshold(X, fit.residuals, a) for a in directions]
    best = max(kinks, key=lambda kink: kink.gain)
    if not best.gain > _PERFECT**2 * fit.loss:
        raise misuse(
            "X",
            should="tell apart the samples whose residuals differ",
            got=f"{len(np.unique(X, axis=0))} different rows of {len(X)}",
            remedy="Merge equal inputs: no function can fit two targets at one input.",
        )
    return best


def _directions(X: ndarray, rng: np.random.Generator) -> Float[ndarray, "c d_x"]:
    """Random directions, and those of the inputs' principal axes."""
    axes = np.linalg.svd(X - X.mean(0), full_matrices=False)[2]
    draws = rng.standard_normal((_DIRECTIONS, X.shape[1]))
    both = np.concatenate([axes, -axes, draws])
    unit: ndarray = both / np.linalg.norm(both, axis=1, keepdims=True)
    return unit


def _best_threshold(X: ndarray, residuals: ndarray, a: ndarray) -> Kink:
    """All thresholds between neighbours in the order of a . x, by sums from the right."""
    middle = float(X.mean(0) @ a)  # far from the origin the squares below would cancel
    along_a = X @ a - middle
    order = np.argsort(along_a)
    z, e = along_a[order], residuals[order]
    b = (z[:-1] + z[1:]) / 2
    count = np.arange(len(z) - 1, 0, -1)
    sums = [np.cumsum(part[::-1], axis=0)[::-1][1:] for part in (e, e * z[:, None], z, z**2)]
    along = sums[1] - b[:, None] * sums[0]  # <e, phi> for each threshold and output
    square = sums[3] - 2 * b * sums[2] + b**2 * count
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = np.where(square[:, None] > 0, along**2 / (2 * square[:, None]), 0.0)
    gains[np.diff(z) <= _APART * np.abs(X).max()] = 0.0
    if not gains.size:
        return Kink(0, a, 0.0, 0.0, 0.0)
    place, output = np.unravel_index(int(gains.argmax()), gains.shape)
    height = -float(along[place, output] / square[place]) if gains.max() > 0 else 0.0
    return Kink(int(output), a, float(b[place]) + middle, height, float(gains[place, output]))


def best_ray(
    X: Float[ndarray, "n d_x"], Y: Float[ndarray, "n d_y"], rng: np.random.Generator
) -> tuple[Float[ndarray, " d_x"], Float[ndarray, " d_y"], float]:
    """The unit max(0, a . x) that gains most over zero: a, its heights for each output, and the gain.

    Raises:
        ValueError: If none gains anything.
    """
    directions = np.concatenate([_directions(X, rng), _through_samples(X)])
    phi = np.maximum(X @ directions.T, 0)  # (n, c)
    square = (phi**2).sum(0)
    moments = phi.T @ Y  # (c, d_y)
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = np.where(square > 0, (moments**2).sum(1) / (2 * square), 0.0)
    best = int(gains.argmax())
    if not gains[best] > 0:
        raise misuse(
            "Y",
            should="correlate with some unit max(0, a . x)",
            got="targets that none of the units tried lowers",
            remedy="With zero targets the dead network is a global minimum.",
        )
    return directions[best], moments[best] / square[best], float(gains[best])


def _through_samples(X: ndarray) -> Float[ndarray, "c d_x"]:
    """The directions of the samples themselves, each of which fires on its sample."""
    norms = np.linalg.norm(X, axis=1)
    chosen = np.flatnonzero(norms)[:_DIRECTIONS]
    unit: ndarray = X[chosen] / norms[chosen, None]
    return unit
