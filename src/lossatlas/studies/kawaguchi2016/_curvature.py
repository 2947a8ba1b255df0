"""Curvature of both signs on every network: two points, two directions, two numbers.

At random points the Hessian's extreme eigenvectors are the directions. The curvature v.H.v is then
computed again, by a product that never forms H, with a bound on its rounding; and once more without
rounding, at a point and direction on a grid of dyadic numbers: with M(t) = prod_k (W_k + t V_k) =
M_0 + t M_1 + t^2 M_2 + ..., it is tr(M_1 S_xx M_1^T) + 2 tr((M_0 S_xx - S_yx) M_2^T), which fractions
compute exactly. That exact sign on real data is a proof.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.evidence import Strength
from lossatlas.execution import torch_generator

from ._fractions import Rational, rational, zeros
from ._judge import STUDY
from ._network import Network, network_of
from ._settings import Piece

_GRID = 2.0**-10
_MOST_PRODUCTS = 500_000


def curve(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """The most positive and the most negative curvature over random points, and the value list.

    Args:
        settings: A `Piece`: `number` random points.
        seed: The entropy of the task's generator.

    Returns:
        Records of kind "curvature", measured and exact, and one of kind "level" a critical value.
    """
    piece = Piece.model_validate(settings)
    network = network_of(piece)
    points = network.surface.random_point(torch_generator(seed), batch=(piece.number,))
    values, vectors = torch.linalg.eigh(network.surface.hessian(points))
    top, bottom = values[:, -1].argmax(), values[:, 0].argmin()
    chosen = [(points[top], vectors[top, :, -1]), (points[bottom], vectors[bottom, :, 0])]
    told = network.attributes()
    records = [_measured(network, w, v) for w, v in chosen]
    moments = exact_moments(network.instance.inputs, network.instance.targets)
    if moments is not None:
        records += [_exact(network, w, v, moments) for w, v in chosen]
    return [*(Record(STUDY, "curvature", {**told, **r}, w) for r, w in records), *_levels(network)]


def exact_curvature(
    weights: Sequence[Rational], directions: Sequence[Rational], moments: tuple[Rational, Rational]
) -> Fraction:
    """v.H.v without rounding, from S_xx and S_xy.

    Args:
        weights: W_1, ..., W_L.
        directions: V_1, ..., V_L, in the same shapes.
        moments: S_xx = X^T X and S_xy = X^T Y, exact.

    Returns:
        The second derivative of the loss along the direction.
    """
    S_xx, S_xy = moments
    M = [rational(np.eye(len(S_xx), dtype=int)), *(zeros(*S_xx.shape) for _ in range(2))]
    for W, V in zip(weights, directions, strict=True):
        M = [W @ M[0], W @ M[1] + V @ M[0], W @ M[2] + V @ M[1]]
    bend = ((M[1] @ S_xx) * M[1]).sum()
    residual = M[0] @ S_xx - S_xy.T
    return Fraction(bend + 2 * (residual * M[2]).sum())


def exact_moments(
    X: Float[ndarray, "n d_x"], Y: Float[ndarray, "n d_y"]
) -> tuple[Rational, Rational] | None:
    """S_xx and S_xy without rounding; None where fractions would take too long.

    Pixels of few levels are integers on a dyadic scale, and their sums are exact in 64 bits.
    """
    scaled = [256.0 * part for part in (X, Y)]
    if all((part == part.round()).all() and np.abs(part).max() < 2**16 for part in scaled):
        A, B = (part.astype(np.int64) for part in scaled)
        return rational(A.T @ A) / 2**16, rational(A.T @ B) / 2**16
    if X.size * (X.shape[1] + Y.shape[1]) > _MOST_PRODUCTS:
        return None
    A, B = rational(X), rational(Y)
    return A.T @ A, A.T @ B


def _measured(network: Network, w: Tensor, v: Tensor) -> tuple[dict[str, Any], ndarray]:
    surface = network.surface
    v = v / v.norm()
    # the product's own rounding is at most that of forming H, by the same running bound
    error = 2 * surface.hessian_error(w).item()
    told = {
        "curvature": (v @ surface.hvp(w, v)).item(),
        "error": error,
        "loss": surface.loss(w).item(),
        "strength": Strength.MEASURED.value,
    }
    return told, w.numpy()


def _exact(
    network: Network, w: Tensor, v: Tensor, moments: tuple[Rational, Rational]
) -> tuple[dict[str, Any], ndarray]:
    """The same at the nearest grid point, in the nearest direction on the grid."""
    w, v = ((part / _GRID).round() * _GRID for part in (w, v / v.norm()))
    matrices, directions = ([rational(W) for W in network.weights(part)] for part in (w, v))
    told = {
        "curvature": float(exact_curvature(matrices, directions, moments)),
        "error": 0.0,
        "loss": network.surface.loss(w).item(),
        "strength": Strength.PROVED.value,
    }
    return told, w.numpy()


def _levels(network: Network) -> list[Record]:
    """The lowest critical values, for the pictures."""
    told = network.attributes()
    return [
        Record(
            STUDY,
            "level",
            {
                **told,
                "value": level.value,
                "subset": " ".join(map(str, level.subset)),
                "rank": level.rank,
            },
        )
        for level in network.values[:200]
    ]
