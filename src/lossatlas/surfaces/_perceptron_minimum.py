"""A local minimum of a perceptron near a point, proved in balls; and the loss at any point.

First the pattern: every pre-activation nonzero on a ball about w. Then the minimum, of the gated
network that the loss is on that ball: on a slice across the symmetry where it is nondegenerate; else,
with one hidden layer, as the least loss of the whole pattern. Pre-activations that all but vanish at w
are held on their kinks first (`_kinks.py`). The gated network's parameters are
those of the pattern's weights that count; the map that takes the others into them loses nothing of
the loss, and moves no point farther than its image moves.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np
from flint import arb, ctx
from jaxtyping import Float
from torch import Tensor

from lossatlas.linalg import lower_float, upper_float

from ._activations import Identity
from ._criteria import SquaredError
from ._deep_linear import DeepLinear
from ._enclosure import Unproved
from ._kinks import places_of
from ._lifts import taken_in
from ._passes_in_balls import (
    Kink,
    known,
    outputs,
    pre_activations,
    slope_below,
)
from ._pattern import Array, Pattern
from ._pattern_least_squares import LeastPoint, PatternLeastSquares
from ._pattern_symmetry import flat
from ._perceptron import Perceptron
from ._perceptron_data import PerceptronData
from ._perceptron_in_balls import Place
from ._perceptron_signs import almost_zero, neighbourhood
from ._perceptron_slice import Slice, SlicePoint
from ._surface import AbstractSurface

LARGEST_PERCEPTRON = 300


@final
@dataclass(frozen=True, eq=False)
class EnclosedMinimum:
    """What is proved of a local minimum near w; true as a condition.

    Attributes:
        within: It lies at most this far from w.
        radius: The pattern is kept on this ball about w; infinite without kinks.
        margin: No pre-activation is nearer to zero on it; infinite likewise.
        places: The pre-activations that vanish at the minimum, with the loss rising on both sides, by
            hidden layer, unit and sample, from 0; the pattern is that of all others.
        dead_units: Hidden units that reach the output on no sample.
        inert: Directions that do not enter the loss on that ball.
        symmetry: The dimension of the symmetry's orbit, where the slice proves the minimum.
        positive: Positive eigenvalues of the Hessian across it, likewise.
        by_slice: Whether the slice proves it; else it is the least of its pattern.
        loss: Bounds on the loss there.
    """

    proved: ClassVar[bool] = True
    within: float
    radius: float
    margin: float
    places: tuple[Place, ...]
    dead_units: int
    inert: int
    symmetry: int
    positive: int
    by_slice: bool
    loss: tuple[float, float]


def enclosed_minimum(
    surface: Perceptron, w: Float[Tensor, " P"], *, reach: float, precision: int
) -> EnclosedMinimum | Unproved:
    """Prove that a local minimum lies near w.

    Args:
        surface: The surface, with the squared error and an activation that is known.
        w: The point; its numbers are taken as exact.
        reach: How far from w it may lie.
        precision: The working precision in bits.
    """
    refusal = _refusal(surface, w)
    if refusal is not None:
        return refusal
    with ctx.workprec(precision):
        data = PerceptronData(surface)
        below = slope_below(surface.activation)
        if below is None:
            return _smooth(data, data.entries(w), reach)
        return _near_kinks(data, data.entries(w), below, reach)


def enclosed_loss(
    surface: AbstractSurface, w: Float[Tensor, " P"], *, precision: int
) -> tuple[float, float] | None:
    """Bounds on the loss at a point, on a kink too; None for a surface not known here."""
    if isinstance(surface, DeepLinear):
        surface = Perceptron(
            surface.widths,
            Identity(),
            SquaredError(),
            surface.inputs,
            surface.targets,
            reduction=surface.reduction,
        )
    if not isinstance(surface, Perceptron) or _unknown(surface) is not None:
        return None
    if not bool(w.isfinite().all()):
        return None
    with ctx.workprec(precision):
        data = PerceptronData(surface)
        W = data.matrices(data.entries(w))
        f = outputs(W, data.inputs, data.activation, biases=data.biases)
        pairs = zip(f, data.targets, strict=True)
        left = [a - b for row, wanted in pairs for a, b in zip(row, wanted, strict=True)]
        # Not r ** 2, which is undefined for balls that hold zero.
        loss = data.weight * sum((r * r for r in left), arb(0)) / 2
        return max(0.0, lower_float(loss)), upper_float(loss)


def _near_kinks(
    data: PerceptronData, w: list[arb], below: float, reach: float
) -> EnclosedMinimum | Unproved:
    """With the pre-activations held that all but vanish, if any; else, or failing that, without."""
    held = almost_zero(data, w, below)
    if held is None:
        return _inside_pattern(data, w, below, reach, None)
    on_kinks = _inside_pattern(data, w, below, reach, held)
    if not isinstance(on_kinks, Unproved):
        return on_kinks
    beside = _inside_pattern(data, w, below, reach, None)
    return on_kinks if isinstance(beside, Unproved) else beside


def _inside_pattern(
    data: PerceptronData, w: list[arb], below: float, reach: float, held: tuple[Array, ...] | None
) -> EnclosedMinimum | Unproved:
    W = data.matrices(w)
    found = pre_activations(W, data.inputs, below, biases=data.biases, held=held)
    if isinstance(found, Kink):
        return Unproved(
            f"the pre-activation of unit {found.unit} of hidden layer {found.layer} on sample "
            f"{found.sample} cannot be told from zero: the point lies on a kink"
        )
    read, zs, gates = found
    pattern = Pattern(data.features, gates, data.surface.widths[-1], data.biases, held)
    if pattern.idle:
        return Unproved("a pre-activation that nothing above reads cannot be told from zero")
    radius, least = neighbourhood(data, W, read, zs, below, held)
    point = _minimum(data, pattern, _reduced(data, pattern, w), reach)
    if isinstance(point, Unproved):
        return point
    within = upper_float(point.distance)
    if not within < radius:
        return Unproved(
            f"the pattern's own critical point lies {within:.1e} away, the pattern is kept only "
            f"within {radius:.1e}",
            within,
        )
    return EnclosedMinimum(
        within=within,
        radius=radius,
        margin=least,
        places=tuple(places_of(pattern.held)),
        dead_units=pattern.dead_units,
        inert=int((~flat(pattern.kept)).sum()),
        symmetry=point.symmetry if isinstance(point, SlicePoint) else 0,
        positive=point.positive if isinstance(point, SlicePoint) else 0,
        by_slice=isinstance(point, SlicePoint),
        loss=point.loss,
    )


def _minimum(
    data: PerceptronData, pattern: Pattern, start: list[arb], reach: float
) -> SlicePoint | LeastPoint | Unproved:
    """Of the gated network, near a point."""
    kept = np.flatnonzero(flat(pattern.kept)).tolist()
    across = Slice(data, pattern, kept)
    if not kept:
        loss = across.at([]).loss()
        return LeastPoint(arb(0), (lower_float(loss), upper_float(loss)))
    point = across.prove(start, reach)
    if isinstance(point, SlicePoint) or len(pattern.gates) > 1:
        return point
    below = slope_below(data.activation) or 0.0
    least = PatternLeastSquares(data, pattern, below).prove(start)
    if isinstance(least, LeastPoint):
        return least if least.distance <= reach else point
    return replace(point, reason=f"{point.reason}; {least.reason}")


def _smooth(data: PerceptronData, w: list[arb], reach: float) -> EnclosedMinimum | Unproved:
    point = Slice(data, None, range(len(w))).prove(w, reach)
    if isinstance(point, Unproved):
        return point
    return EnclosedMinimum(
        within=upper_float(point.distance),
        radius=np.inf,
        margin=np.inf,
        places=(),
        dead_units=0,
        inert=0,
        symmetry=0,
        positive=point.positive,
        by_slice=True,
        loss=point.loss,
    )


def _reduced(data: PerceptronData, pattern: Pattern, w: list[arb]) -> list[arb]:
    """The parameters that count, all others taken into them or zero."""
    mask = flat(pattern.kept).tolist()
    entries = [x if keep else arb(0) for x, keep in zip(w, mask, strict=True)]
    width = data.shapes[0][1]
    for unit, row in enumerate(pattern.kept[0]):
        kept = np.flatnonzero(row).tolist()
        opened: Array = pattern.read[0][:, unit]
        part = w[unit * width : (unit + 1) * width]
        for c, entry in zip(kept, taken_in(data.features, opened, kept, part), strict=True):
            entries[unit * width + c] = entry
    return entries


def _refusal(surface: Perceptron, w: Tensor) -> Unproved | None:
    reason = _unknown(surface)
    if surface.dimension > LARGEST_PERCEPTRON:
        reason = (
            f"{surface.dimension} weights are too many for balls (at most {LARGEST_PERCEPTRON})"
        )
    if not bool(w.isfinite().all()):
        reason = "the point is not finite"
    return None if reason is None else Unproved(reason, hopeless=True)


def _unknown(surface: Perceptron) -> str | None:
    if not isinstance(surface.criterion, SquaredError):
        return f"no enclosure in balls is known for {type(surface.criterion).__name__}"
    if not known(surface.activation):
        return f"no enclosure in balls is known for {type(surface.activation).__name__}"
    return None
