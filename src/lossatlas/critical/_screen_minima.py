"""Which of thousands of ends may be proved to be minima? All together, in float64.

Inert directions, those of the pattern's symmetry and the normals of kinks that are held are moved out
of the Hessian's way: on their span it is replaced by a multiple of the identity above all its
eigenvalues.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import (
    ActivationPatterns,
    Perceptron,
    activation_patterns,
    reaching_samples,
)

from ._constrained import across, constrained

# Gradients above this share of their scale are not those of a point worth a proof.
_CRITICAL = 1e-10
# Eigenvalues of less than this share of the largest are not told from zero.
_ZERO = 1e-9
_ENTRIES = 2**23
# Slopes off kinks of this share of the change of slope are not told from zero, as of dead units.
_LEVEL = 1e-10
# Pre-activations of at most this share of their terms' sizes count as zero, as in the proof.
ON_KINK = 1e-9


@final
@dataclass(frozen=True, eq=False)
class MinimaScreen:
    """Estimates, one row a point: nothing here is proved.

    Attributes:
        loss: The loss.
        gradient: ||gradient|| / `gradient_scale`; of a point on kinks, of what they do not explain.
        margin: The least distance of another pre-activation from zero, infinite without kinks.
        kinks: Pre-activations that are zero to rounding and read above.
        rise: The least slope off these, on either side, as a share of the largest change of slope at
            one of them; infinite where there are none.
        dead_units: Hidden units that reach the output on no sample.
        inert: Directions that do not enter the loss near the point.
        symmetry: The dimension of the pattern's orbit.
        slice_eigenvalue: The Hessian's least eigenvalue across both; NaN if nothing is left.
        largest_eigenvalue: The largest absolute one; NaN likewise.
    """

    loss: Float[Tensor, " B"]
    gradient: Float[Tensor, " B"]
    margin: Float[Tensor, " B"]
    kinks: Int[Tensor, " B"]
    rise: Float[Tensor, " B"]
    dead_units: Int[Tensor, " B"]
    inert: Int[Tensor, " B"]
    symmetry: Int[Tensor, " B"]
    slice_eigenvalue: Float[Tensor, " B"]
    largest_eigenvalue: Float[Tensor, " B"]

    @property
    def candidates(self) -> Bool[Tensor, " B"]:
        """Points worth a proof: critical to rounding, no negative eigenvalue, no way down a kink."""
        flat = self.slice_eigenvalue >= -_ZERO * self.largest_eigenvalue
        nothing_left = self.slice_eigenvalue.isnan() & self.loss.isfinite()
        signed = (self.margin > 0) & (self.rise > -_LEVEL)
        return (self.gradient <= _CRITICAL) & signed & (flat | nothing_left)

    @property
    def strict(self) -> Bool[Tensor, " B"]:
        """Candidates without inert directions whose least eigenvalue is clearly positive."""
        clearly = self.slice_eigenvalue > _ZERO * self.largest_eigenvalue
        vertex = self.slice_eigenvalue.isnan() & (self.kinks > 0)
        return self.candidates & (clearly | vertex) & (self.inert == 0)


def screen_minima(surface: Perceptron, points: Float[Tensor, "B P"]) -> MinimaScreen:
    """Estimate for every point what `prove_minimum` would have to prove.

    Args:
        surface: The surface, with the squared error.
        points: The points.

    Returns:
        One row a point; a point that is not finite is marked by NaN.

    Raises:
        ValueError: If the surface is no `Perceptron`, or the points are not a batch.

    Example:
        >>> import torch
        >>> from lossatlas import critical
        >>> from lossatlas.surfaces import Perceptron, ReLU, SquaredError
        >>> X = torch.tensor([[1.0], [2.0]]).double()
        >>> surface = Perceptron((1, 2, 1), ReLU(), SquaredError(), X, X)
        >>> found = critical.screen_minima(surface, torch.tensor([[1, -1, 1, 0.5]]).double())
        >>> found.candidates, found.dead_units, found.slice_eigenvalue
        (tensor([True]), tensor([1]), tensor([10.], dtype=torch.float64))
    """
    check_batch(surface, points)
    parts = [_screened(surface, part) for part in points.split(chunk(surface))]
    columns = [torch.cat(column) for column in zip(*parts, strict=True)]
    return MinimaScreen(*columns)


def _screened(surface: Perceptron, w: Tensor) -> tuple[Tensor, ...]:
    finite = w.isfinite().all(-1)
    safe = torch.where(finite[:, None], w, 0.0)
    patterns = activation_patterns(surface, safe, on_kink=ON_KINK)
    found = constrained(surface, safe, patterns)
    values, _ = across(found, safe)
    scale = surface.gradient_scale(safe)
    relative = found.rest.norm(dim=-1) / torch.where(scale > 0, scale, torch.ones_like(scale))
    last = (found.free - 1).clamp(min=0)[:, None]
    lowest = torch.where(found.free > 0, values[:, 0], torch.nan)
    highest = torch.where(found.free > 0, values.gather(1, last)[:, 0], torch.nan)
    largest = torch.maximum(lowest.abs(), highest.abs())
    numbers = [surface.loss(safe), relative, patterns.margin, found.rise, lowest, largest]
    loss, relative, margin, rise, lowest, largest = (
        torch.where(finite, number, torch.nan) for number in numbers
    )
    flat = found.flat
    counts = (flat.dead_units, flat.inert, flat.symmetry)
    margin = torch.where(_idle(patterns), torch.zeros_like(margin), margin)
    return loss, relative, margin, found.kinks.valid.sum(-1), rise, *counts, lowest, largest


def _idle(patterns: ActivationPatterns) -> Tensor:
    """Which points have a pre-activation at zero that nothing above reads: no sign, and no kink."""
    found = torch.zeros_like(patterns.margin, dtype=torch.bool)
    if patterns.held:
        reaching = reaching_samples(patterns.gates, patterns.held)
        for held, above in zip(patterns.held, reaching, strict=True):
            found |= (held & ~above[:, None, :]).flatten(1).any(1)
    return found


def chunk(surface: Perceptron) -> int:
    """Points at a time, such that their Hessians and what these are summed from stay small."""
    pairs = len(surface.inputs) * sum(surface.widths[1:]) ** 2
    return max(1, _ENTRIES // max(surface.dimension * (surface.dimension + 1), pairs))


def check_batch(surface: Perceptron, points: Tensor) -> None:
    """Refuse what is no batch of points of a perceptron."""
    if not isinstance(surface, Perceptron):
        raise misuse(
            "surface",
            should="be a Perceptron",
            got=type(surface).__name__,
            remedy="Other surfaces go through `classify` and `certify`.",
        )
    if points.ndim != 2 or points.shape[-1] != surface.dimension:
        raise misuse(
            "points",
            should=f"be a batch (B, {surface.dimension})",
            got=tuple(points.shape),
            remedy="Pass one point as `w[None]`.",
        )
