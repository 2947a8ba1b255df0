"""When are two points the same? Up to the symmetry of their surface.

A spin glass of even order has the same energy at w and -w. A deep linear network's hidden bases can
be changed at will, an orbit without end; what such a change leaves alone is the product of all
matrices and the rank of every product of neighbours. A surface that is not named here is taken to
have no symmetry.
"""

from dataclasses import dataclass
from functools import singledispatch
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas._types import Values
from lossatlas.surfaces import AbstractSurface, DeepLinear, GatedLinear, SpinGlass

_RANK_CUT = 1e-6
_VANISHING = 1e-9


@final
@dataclass(frozen=True, eq=False)
class Identity:
    """Numbers by which points are compared.

    Attributes:
        features: A vector for each point.
        labels: A whole number for each point; equal points have equal ones.
        up_to_sign: Whether a vector and its opposite are the same.
    """

    features: Float[Tensor, "K F"]
    labels: Int[Tensor, " K"]
    up_to_sign: bool = False

    def keys(self, d: Float[Tensor, " F"]) -> Values:
        """A number for each point; no two differ by more than |d| times the points' distance."""
        along = self.features @ d
        return along.abs() if self.up_to_sign else along

    def distance(self, rows: Int[Tensor, " k"], others: Int[Tensor, " k"]) -> Values:
        """The distances of points in pairs."""
        a, b = self.features[rows], self.features[others]
        norm = torch.linalg.vector_norm
        apart: Tensor = norm(a - b, dim=-1)
        return torch.minimum(apart, norm(a + b, dim=-1)) if self.up_to_sign else apart


@singledispatch
def identity(surface: AbstractSurface, w: Float[Tensor, "K P"]) -> Identity:  # noqa: ARG001
    """What tells the points of a surface apart: their coordinates, where no symmetry is known."""
    return Identity(w, _no_labels(w))


@identity.register
def _of_spin_glass(surface: SpinGlass, w: Tensor) -> Identity:
    return Identity(w, _no_labels(w), up_to_sign=surface.order % 2 == 0)


@identity.register
def _of_deep_linear(surface: DeepLinear, w: Tensor) -> Identity:
    W = surface.weights(w)
    spans = [(i, j) for i in range(len(W)) for j in range(i + 1, len(W) + 1)]
    ranks = torch.stack([_rank(W[i:j]) for i, j in spans], dim=-1)
    return Identity(_product(W).flatten(-2), torch.unique(ranks, dim=0, return_inverse=True)[1])


@identity.register
def _of_gated_linear(surface: GatedLinear, w: Tensor) -> Identity:
    return _of_deep_linear(surface.linear, w)


def _no_labels(w: Tensor) -> Tensor:
    return torch.zeros(len(w), dtype=torch.int64, device=w.device)


def _product(W: list[Tensor]) -> Tensor:
    M = W[0]
    for factor in W[1:]:
        M = factor @ M
    return M


def _rank(W: list[Tensor]) -> Tensor:
    """The numerical rank of W_j ... W_i: what stands out of its own size and of its factors'.

    The factors' size depends on the hidden bases, so that it is asked for rounding only.
    """
    scale = torch.stack([torch.linalg.matrix_norm(A, 2) for A in W]).prod(0)
    s = torch.linalg.svdvals(_product(W))
    cut = torch.maximum(_RANK_CUT * s[..., 0], _VANISHING * scale)
    rank: Tensor = (s > cut[..., None]).sum(-1)
    return rank
