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
        held: Where pre-activations are held at zero, like the gates, which are those of below zero
            there; None for nowhere.
    """

    gates: list[Tensor]
    margin: Float[Tensor, " B"]
    held: list[Tensor] | None = None

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

    Where a unit on its kink is all that a sample passes on, the units above are zero with it: their
    gates are those of what its output is multiplied by, and so is their margin.

    Args:
        surface: The surface.
        w: The points.
        on_kink: Pre-activations of at most this share of their terms' sizes are held at zero; 0 for
            none.
    """
    margin = w.new_full((len(w),), torch.inf)
    below = slope_below(surface.activation)
    if below is None or below == 1:
        ones = [w.new_ones(len(w), d, len(surface.inputs)) for d in surface.widths[1:-1]]
        return ActivationPatterns([] if below is None else ones, margin)
    x = surface.inputs.T
    alive = (x != 0).any(0).expand(len(w), -1) | surface.biases  # (B, n)
    follows = torch.zeros_like(alive)
    found, kinks = [], []
    for W in surface.columns.split(w)[:-1]:
        z = W[..., : x.shape[-2]] @ x
        if surface.biases:
            z = z + W[..., -1:]
        signed = alive[:, None, :]
        held = torch.zeros_like(z, dtype=torch.bool)
        if on_kink > 0:
            lengths = (x.square().sum(-2) + surface.biases).sqrt()
            sizes = W.norm(dim=-1)[..., None] * lengths[..., None, :]
            held = (z.abs() <= on_kink * sizes) & (sizes > 0) & signed & ~follows[:, None, :]
        distance = torch.where(signed & ~held, z.abs(), torch.inf)
        margin = torch.minimum(margin, distance.flatten(1).amin(1))
        # Of plain numbers `where` makes float32, in which a slope such as 0.1 is another.
        slope = torch.where((z > 0) & ~held, torch.ones_like(z), z.new_tensor(below)) * signed
        found.append(slope)
        kinks.append(held)
        alone = alone_on_kinks(slope, held, biases=surface.biases)
        x = torch.where(alone[:, None, :], held.to(z.dtype), slope * z * ~held)
        follows = follows | alone
        alive = ((slope != 0) | held).any(1) | surface.biases
    return ActivationPatterns(found, margin, kinks if on_kink > 0 else None)


def alone_on_kinks(gates: Tensor, held: Tensor, *, biases: bool) -> Bool[Tensor, "B n"]:
    """The samples on which nothing but one unit on its kink passes on anything.

    Args:
        gates: (B, d, n).
        held: Where units are held on their kinks, likewise.
        biases: Whether the layer above has biases.
    """
    return ~(gates != 0).any(1) & (held.sum(1) == 1) & (not biases)


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
    held = pattern.held or [torch.zeros_like(g, dtype=torch.bool) for g in pattern.gates]
    reaching = reaching_samples(pattern.gates, held)
    effective, held = (
        [part * above[:, None, :] for part, above in zip(parts, reaching, strict=True)]
        for parts in (pattern.gates, held)
    )
    opened = [(g != 0) | on_kinks for g, on_kinks in zip(effective, held, strict=True)]
    dead = sum(((~o).all(-1).sum(-1) for o in opened), counts)
    matrices = surface.columns.split(w)
    keeps = _keeps(surface, opened)
    inert = P - sum((_traces(keep) for keep in keeps), w.new_zeros(B)).round().long()
    velocities = [
        _velocities(matrices, keeps, k, (g, held[k], reaching[k]), biases=surface.biases)
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


def reaching_samples(gates: list[Tensor], held: list[Tensor]) -> list[Tensor]:
    """The samples on which the layer above each hidden one passes on what it reads, (B, n) each.

    Args:
        gates: (B, d_k, n) each.
        held: Where units are held on their kinks, likewise.
    """
    above = torch.ones_like(gates[-1][:, 0], dtype=torch.bool)
    found = []
    for g, on_kinks in zip(reversed(gates), reversed(held), strict=True):
        found.append(above)
        above = above & ((g != 0) | on_kinks).any(1)
    return found[::-1]


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
    pattern: tuple[Tensor, Tensor, Tensor],
    *,
    biases: bool,
) -> Tensor:
    """Of the layer's groups, (B, P, d^2 [+ d]): zero columns for pairs that are not grouped."""
    own, above = matrices[k], matrices[k + 1]
    B, d, width = own.shape
    effective, held, reaching = pattern
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
