"""Points of a perceptron on the slice that a proof would use: flat directions out, kinks held.

Everything here is an estimate in float64, for a batch.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.surfaces import (
    ActivationPatterns,
    FlatDirections,
    HeldKinks,
    Perceptron,
    flat_directions,
    held_kinks,
)

_DEPENDENT = 1e-12


@final
@dataclass(frozen=True, eq=False)
class Constrained:
    """A batch with its flat directions and held kinks.

    Attributes:
        flat: Inert directions and those of the symmetry.
        kinks: What is held.
        rest: What of the smooth loss's gradient no held kink explains.
        multipliers: The shares of the held kinks in it, zero in places without one.
        jumps: By how much the slope changes at each of them.
        inverse: Of the Gram matrix of their gradients, where these are independent.
        projector: On all that is not free: flat directions and the held kinks' normals.
        free: The dimension of what is.
    """

    flat: FlatDirections
    kinks: HeldKinks
    rest: Float[Tensor, "B P"]
    multipliers: Float[Tensor, "B K"]
    jumps: Float[Tensor, "B K"]
    inverse: Float[Tensor, "B K K"]
    projector: Float[Tensor, "B P P"]
    free: Int[Tensor, " B"]

    @property
    def rise(self) -> Float[Tensor, " B"]:
        """The least slope off a held kink on either side; infinite where none is held.

        As a share of the largest change of slope at one of the point's kinks.
        """
        jumps = self.jumps
        below, above = -self.multipliers, self.multipliers + jumps
        largest = jumps.abs().amax(-1, keepdim=True).clamp(min=1e-300) if jumps.numel() else jumps
        least = torch.where(self.kinks.valid, torch.minimum(below, above) / largest, torch.inf)
        wide = torch.cat([least, torch.full_like(least[:, :1], torch.inf)], dim=1)
        empty = wide.new_full((len(self.free),), torch.inf)
        return wide.amin(-1) if wide.shape[1] else empty

    def onto_kinks(self, values: Float[Tensor, "B K"]) -> Float[Tensor, "B P"]:
        """The shortest step that takes the held pre-activations to zero, to first order.

        Args:
            values: What they are.
        """
        step: Tensor = -(self.kinks.rows.mT @ (self.inverse @ values[..., None]))[..., 0]
        return step

    def gradient(self, w: Float[Tensor, "B P"]) -> Float[Tensor, "B P"]:
        """What the held kinks do not explain of the gradient at a point near, with the same multipliers."""
        kinks = self.kinks
        g = kinks.smooth.gradient(w, kinks.spread(self.multipliers))
        free: Tensor = g - (self.projector @ g[..., None])[..., 0]
        return free


def constrained(surface: Perceptron, w: Tensor, patterns: ActivationPatterns) -> Constrained:
    """The batch's slices.

    Args:
        surface: The surface.
        w: The points.
        patterns: Their patterns, with the kinks that are held.
    """
    flat = flat_directions(surface, w, patterns)
    kinks = held_kinks(surface, w, patterns)
    g = kinks.smooth.gradient(w)
    A = kinks.rows
    inverse = _inverse(A @ A.mT)
    c = (inverse @ (A @ g[..., None]))[..., 0]
    rest = g - (A.mT @ c[..., None])[..., 0]
    eye = torch.eye(w.shape[-1], dtype=w.dtype, device=w.device)
    B = A @ (eye - flat.projector)
    normals, rank = _projector(B)
    free = w.shape[-1] - flat.inert - flat.symmetry - rank
    projector = flat.projector + normals
    return Constrained(flat, kinks, rest, c, kinks.jumps(w, c), inverse, projector, free)


def across(found: Constrained, w: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues and vectors of the Hessian on what is free, all else put on top.

    It is that of the loss less the multipliers times the held pre-activations.
    """
    H = found.kinks.smooth.hessian(w, found.kinks.spread(found.multipliers))
    keep = torch.eye(w.shape[-1], dtype=w.dtype, device=w.device) - found.projector
    top = 2 * torch.linalg.matrix_norm(H) + 1e-300
    moved = keep @ H @ keep + top[:, None, None] * found.projector
    values, vectors = torch.linalg.eigh((moved + moved.mT) / 2)
    return values, vectors


def _inverse(gram: Tensor) -> Tensor:
    """The pseudoinverse of each Gram matrix, (B, K, K)."""
    if not gram.shape[-1]:
        return gram
    values, vectors = torch.linalg.eigh(gram)
    used = values > _DEPENDENT * values.amax(-1, keepdim=True)
    scale = used / torch.where(used, values, torch.ones_like(values))
    inverse: Tensor = (vectors * scale[..., None, :]) @ vectors.mT
    return inverse


def _projector(rows: Tensor) -> tuple[Tensor, Tensor]:
    """On the span of rows (B, K, P), zero ones among them; and its dimension."""
    if not rows.shape[1]:
        none = rows.new_zeros(len(rows), rows.shape[-1], rows.shape[-1])
        return none, torch.zeros(len(rows), dtype=torch.long, device=rows.device)
    values, vectors = torch.linalg.eigh(rows @ rows.mT)
    used = values > _DEPENDENT * values.amax(-1, keepdim=True).clamp(min=1e-300)
    scale = used * torch.where(used, values, torch.ones_like(values)).rsqrt()
    U = rows.mT @ (vectors * scale[..., None, :])
    return U @ U.mT, used.sum(-1)
