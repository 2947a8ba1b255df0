"""The directions in which a perceptron's loss is flat near a point, for a batch, in float64.

Inert directions are those that the activation pattern shuts out: of W_1[j, :] whatever is orthogonal
to the samples on which unit j is open, of the other layers the entries between units that are never
open together. Within the rest, the velocities of the pattern's symmetry (`_pattern.py`) are flat at
critical points. Ranks are estimates here; `_pattern.py` counts them exactly.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ._passes_in_balls import slope_below
from ._perceptron import Perceptron

_NULL = 1e-13
_DEPENDENT = 1e-12


@final
@dataclass(frozen=True, eq=False)
class FlatDirections:
    """Of each point of a batch.

    Attributes:
        gates: phi' of the hidden layers, (B, d_k, n) each, zero where a unit cannot but give zero;
            empty for an activation without kinks.
        margin: The least |pre-activation|, infinite without kinks.
        dead_units: Hidden units that reach the output on no sample.
        inert: The number of inert directions.
        symmetry: The rank of the symmetry's velocities in the others.
        projector: The orthogonal projector on both.
    """

    gates: list[Tensor]
    margin: Float[Tensor, " B"]
    dead_units: Int[Tensor, " B"]
    inert: Int[Tensor, " B"]
    symmetry: Int[Tensor, " B"]
    projector: Float[Tensor, "B P P"]


@final
@dataclass(frozen=True, eq=False)
class ActivationPatterns:
    """The activation patterns of a batch.

    Attributes:
        gates: (B, d_k, n) each.
        margin: The least |pre-activation| that has a sign.
        held: Where pre-activations of the only hidden layer are held at zero, (B, d_1, n), with
            the gates of below zero; None for nowhere.
    """

    gates: list[Tensor]
    margin: Float[Tensor, " B"]
    held: Bool[Tensor, "B d n"] | None = None

    def same_as(self, other: "ActivationPatterns") -> Bool[Tensor, " B"]:
        """Which points have the same pattern in both."""
        same = torch.ones(len(self.margin), dtype=torch.bool, device=self.margin.device)
        for one, two in zip(self.gates, other.gates, strict=True):
            same &= (one == two).flatten(1).all(1)
        return same


def activation_patterns(
    surface: Perceptron, w: Float[Tensor, "B P"], *, on_kink: float = 0.0
) -> ActivationPatterns:
    """The activation patterns; without kinks there are none, and the margin is infinite.

    Args:
        surface: The surface.
        w: The points.
        on_kink: Pre-activations of at most this share of their terms' sizes are held at zero, where
            there is one hidden layer; 0 for none.
    """
    margin = w.new_full((len(w),), torch.inf)
    below = slope_below(surface.activation)
    if below is None or below == 1:
        ones = [w.new_ones(len(w), d, len(surface.inputs)) for d in surface.widths[1:-1]]
        return ActivationPatterns([] if below is None else ones, margin)
    x = surface.inputs.T
    alive = (x != 0).any(0).expand(len(w), -1) | surface.biases  # (B, n)
    found = []
    held = None
    for W in surface.columns.split(w)[:-1]:
        z = W[..., : x.shape[-2]] @ x
        if surface.biases:
            z = z + W[..., -1:]
        signed = alive[:, None, :]
        if on_kink > 0 and len(surface.widths) == 3:
            lengths = (x.square().sum(0) + surface.biases).sqrt()
            small = z.abs() <= on_kink * W.norm(dim=-1)[..., None] * lengths
            held = small & signed & (W != 0).any(-1)[..., None]
            signed = signed & ~held
        distance = torch.where(signed, z.abs(), torch.inf)
        margin = torch.minimum(margin, distance.flatten(1).amin(1))
        slope = torch.where((z > 0) & signed, 1.0, below).to(z.dtype) * alive[:, None, :]
        found.append(slope)
        x = slope * z
        alive = (slope != 0).any(1) | surface.biases
    return ActivationPatterns(found, margin, held)


def flat_directions(
    surface: Perceptron, w: Float[Tensor, "B P"], patterns: ActivationPatterns | None = None
) -> FlatDirections:
    """All flat directions of each point.

    Args:
        surface: The surface.
        w: The points; memory for a matrix of P x P each is taken.
        patterns: Their patterns, where known.
    """
    pattern = activation_patterns(surface, w) if patterns is None else patterns
    B, P = w.shape
    counts = w.new_zeros(B, dtype=torch.long)
    if not pattern.gates:
        none = w.new_zeros(B, P, P)
        return FlatDirections([], pattern.margin, counts, counts, counts, none)
    effective, reaching = _effective(pattern.gates)
    held = torch.zeros_like(effective[0], dtype=torch.bool)
    if pattern.held is not None:
        held = pattern.held
    opened = [g != 0 for g in effective]
    opened[0] = opened[0] | held
    dead = sum(((~o).all(-1).sum(-1) for o in opened), counts)
    matrices = surface.columns.split(w)
    keeps = _keeps(surface, opened)
    inert = P - sum((_traces(keep) for keep in keeps), w.new_zeros(B)).round().long()
    velocities = [
        _velocities(
            matrices, keeps, k, (g, held if k == 0 else None, reaching[k]), biases=surface.biases
        )
        for k, g in enumerate(effective)
    ]
    U, rank = _basis(torch.cat(velocities, dim=-1))
    projector = U @ U.mT
    start = 0
    for keep in keeps:
        for block in _blocks(keep):
            size = block.shape[-1]
            span = slice(start, start + size)
            eye = torch.eye(size, dtype=w.dtype, device=w.device)
            projector[:, span, span] += eye - block
            start += size
    back = surface.columns.back
    if back is not None:
        projector = projector[:, back][:, :, back]
    return FlatDirections(pattern.gates, pattern.margin, dead, inert, rank, projector)


def _effective(gates: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """The gates that reach the output, and on which samples the layer above does."""
    above = torch.ones_like(gates[-1][:, 0], dtype=torch.bool)
    found, reaching = [], []
    for g in reversed(gates):
        reaching.append(above)
        found.append(g * above[:, None, :])
        above = (found[-1] != 0).any(1)
    return found[::-1], reaching[::-1]


def _keeps(surface: Perceptron, read: list[Tensor]) -> list[Tensor]:
    """Projectors on what counts: of each first row (B, d_1, d, d), else masks (B, d_k, d)."""
    X = surface.inputs
    if surface.biases:
        X = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)
    opened = [part.to(X.dtype) for part in read]
    outer = (X[:, :, None] * X[:, None, :]).flatten(1)
    gram = (opened[0] @ outer).unflatten(-1, (X.shape[1],) * 2)
    values, vectors = torch.linalg.eigh(gram)
    used = (values > _NULL * values[..., -1:]).to(X.dtype) * (values[..., -1:] > 0)
    keeps = [(vectors * used[..., None, :]) @ vectors.mT]
    opened.append(torch.ones_like(opened[-1][:, :1]).expand(-1, surface.widths[-1], -1))
    for below, above in pairwise(opened):
        if surface.biases:
            below = torch.cat([below, torch.ones_like(below[:, :1])], dim=1)
        keeps.append((above @ below.mT > 0).to(X.dtype))
    return keeps


def _traces(keep: Tensor) -> Tensor:
    if keep.ndim == 4:
        return keep.diagonal(dim1=-2, dim2=-1).sum((-2, -1))
    return keep.sum((-2, -1))


def _blocks(keep: Tensor) -> list[Tensor]:
    """The projector's diagonal blocks."""
    if keep.ndim == 4:
        return list(keep.unbind(1))
    return [torch.diag_embed(row) for row in keep.unbind(1)]


def _velocities(
    matrices: list[Tensor],
    keeps: list[Tensor],
    k: int,
    pattern: tuple[Tensor, Tensor | None, Tensor],
    *,
    biases: bool,
) -> Tensor:
    """Of the layer's groups, (B, P, d^2 [+ d]): zero columns for pairs that are not grouped."""
    own, above = matrices[k], matrices[k + 1]
    B, d, width = own.shape
    effective, held, reaching = pattern
    if held is None:
        held = torch.zeros_like(effective, dtype=torch.bool)
    ratio, constant = _ratios(effective, held, reaching)
    scaled = effective / ratio[..., None]
    alive = (effective != 0).any(-1) | held.any(-1)
    same = (scaled[:, :, None] == scaled[:, None]).all(-1) & alive[:, :, None] & alive[:, None]
    same &= (held[:, :, None] == held[:, None]).all(-1)
    eye = torch.eye(d, dtype=own.dtype, device=own.device)
    # Row i takes up row j: axes (B, row, column, i, j).
    rows = eye[None, :, None, :, None] * own.transpose(1, 2)[:, None, :, None, :]
    unit = torch.eye(above.shape[-1], dtype=own.dtype, device=own.device)[:, :d]
    lost = above[:, :, None, :d, None] * (ratio[:, :, None] / ratio[:, None])[:, None, None]
    columns = -lost * unit[None, None, :, None, :]
    rows, columns = (part * same[:, None, None] for part in (rows, columns))
    parts = [(rows.flatten(-2), columns.flatten(-2))]
    if biases:
        last = torch.eye(width, dtype=own.dtype, device=own.device)[-1]
        shift = (eye[:, None, :] * last[None, :, None]).expand(B, d, width, d)
        top = torch.eye(above.shape[-1], dtype=own.dtype, device=own.device)[-1]
        carried = -(above[:, :, None, :d] * ratio[:, None, None]) * top[None, None, :, None]
        shift, carried = (part * constant[:, None, None] for part in (shift, carried))
        parts.append((shift, carried))
    M = own.new_zeros(B, sum(W.shape[-2] * W.shape[-1] for W in matrices), d * d + biases * d)
    start = sum(W.shape[-2] * W.shape[-1] for W in matrices[:k])
    for layer, part in zip((k, k + 1), zip(*parts, strict=True), strict=True):
        v = _kept(keeps[layer], torch.cat(part, dim=-1))
        M[:, start : start + v.shape[1] * v.shape[2]] = v.flatten(1, 2)
        start += v.shape[1] * v.shape[2]
    return M


def _kept(keep: Tensor, v: Tensor) -> Tensor:
    """What counts of velocities (B, rows, columns, g)."""
    return keep @ v if keep.ndim == 4 else keep[..., None] * v


def _ratios(effective: Tensor, held: Tensor, reaching: Tensor) -> tuple[Tensor, Tensor]:
    """Of each unit its gate where that is constant, else 1; and whether it is."""
    largest = effective.amax(-1)
    constant = ((effective == largest[..., None]) | ~reaching[:, None]).all(-1) & (largest != 0)
    constant &= ~held.any(-1)
    return torch.where(constant, largest, torch.ones_like(largest)), constant


def _basis(M: Tensor) -> tuple[Tensor, Tensor]:
    """Columns that span the velocities, zero ones among them, and how many do not vanish."""
    sizes = M.norm(dim=1, keepdim=True)
    M = M / torch.where(sizes > 0, sizes, torch.ones_like(sizes))
    values, vectors = torch.linalg.eigh(M.mT @ M)
    used = values > _DEPENDENT * values[:, -1:].clamp(min=1e-300)
    scale = torch.where(used, values, torch.ones_like(values)).rsqrt() * used
    return M @ (vectors * scale[:, None]), used.sum(-1)
