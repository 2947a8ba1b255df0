"""Which kind of point is it? Inertia with all its errors, symmetry, and a look around.

The point is known up to its remaining Newton step p only, so the Hessian at the critical point
meant differs from the one computed by the rounding of forming it and by its change over p. Both
enter the counts: an eigenvalue is certainly negative when it is so for every matrix that near. The
step here leaves nothing out as rounding of the gradient: that too moves the point.
"""

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Vector
from lossatlas.linalg import Inertia, inertia
from lossatlas.surfaces import AbstractSurface

from ._blocks import blocks
from ._certify import certify_batch
from ._critical_point import CriticalPoint, Kind
from ._examine import Examination, examine, minimum_norm_step
from ._probe import Frame, lower_points
from ._status import Status, statuses
from ._tangent import TangentSpace

# The critical point lies at w + p up to O(|p|^2): twice the change over p covers that.
_BEYOND_THE_STEP = 2


def classify(
    surface: AbstractSurface,
    w: Vector,
    *,
    global_value: float | None = None,
    tolerance: float = 1e-8,
    generator: Generator | None = None,
    certified: bool = False,
) -> CriticalPoint:
    """Count the signs of the Hessian's eigenvalues at a critical point, and name its kind.

    See `classify_batch` for the arguments; `Kind` says what each kind means.

    Args:
        surface: The surface.
        w: The point, as a search left it.
        global_value: The least value of the loss, where it is known.
        tolerance: How near to it counts as equal, relative to the larger of its own size and the
            loss at the origin.
        generator: Draws the directions in which lower points are looked for; a fresh one with
            torch's default seed when not given.
        certified: Whether to prove the point too (`certify`): its certificate, or why there is none,
            comes with the answer.

    Returns:
        What is known of the point.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces
        >>> X, Y = torch.eye(2).double(), torch.diag(torch.tensor([2.0, 1.0])).double()
        >>> shallow = surfaces.DeepLinear((2, 2, 2), inputs=X, targets=Y)
        >>> critical.classify(shallow, torch.zeros(8).double())
        CriticalPoint(strict saddle, loss 2.5, critical, -4 ?0 +4)
        >>> deep = surfaces.DeepLinear((2, 2, 2, 2), inputs=X, targets=Y)
        >>> critical.classify(deep, torch.zeros(12).double())
        CriticalPoint(bad saddle, loss 2.5, critical, -0 ?12 +0)
    """
    return classify_batch(
        surface,
        w[None],
        global_value=global_value,
        tolerance=tolerance,
        generator=generator,
        certified=certified,
    )[0]


def classify_batch(
    surface: AbstractSurface,
    w: Float[Tensor, "B P"],
    *,
    global_value: float | None = None,
    tolerance: float = 1e-8,
    generator: Generator | None = None,
    certified: bool = False,
) -> list[CriticalPoint]:
    """Classify many points at once.

    Args:
        surface: The surface.
        w: The points, as a search left them.
        global_value: The least value of the loss, where it is known.
        tolerance: How near to it counts as equal, relative to the larger of its own size and the
            loss at the origin.
        generator: Draws the directions in which lower points are looked for; a fresh one with
            torch's default seed when not given.
        certified: Whether to prove the point too (`certify`): its certificate, or why there is none,
            comes with the answer.

    Returns:
        What is known of each point, in order. A point that is not finite has every eigenvalue
        undecided.
    """
    generator = generator or Generator(device=w.device)
    here = examine(surface, w)
    signs = _signs(surface, w, here)
    loss, lengths = surface.loss(w), w.norm(dim=-1)
    status = statuses(
        here.gradient_norm, here.gradient_scale, here.newton_step, here.flatness, lengths
    )
    level = _global_level(surface, global_value, tolerance)
    proofs = certify_batch(surface, w) if certified else [None] * len(w)
    points = [
        CriticalPoint(
            loss=float(loss[i]),
            gradient_norm=float(here.gradient_norm[i]),
            newton_step=float(here.newton_step[i]),
            status=status[i],
            inertia=_single(signs, i),
            kind=Kind.UNDETERMINED,
            certificate=proofs[i],
        )
        for i in range(len(w))
    ]
    return [
        _named(surface, w[i], here.step[i], point, level, generator)
        for i, point in enumerate(points)
    ]


def _signs(surface: AbstractSurface, w: Tensor, here: Examination) -> Inertia:
    """The inertia of each point, within all errors; undecided altogether where not finite."""
    size = surface.dimension
    negative, positive = (torch.zeros(len(w), dtype=torch.int64, device=w.device) for _ in "-+")
    undecided = torch.full_like(negative, surface.manifold.dimension)
    shift = w.new_full((len(w),), torch.nan)
    finite = (w.isfinite() & here.step.isfinite()).all(-1).nonzero()[:, 0]
    for part in blocks(len(finite), size):
        rows = finite[part]
        H, space = surface.hessian(w[rows]), TangentSpace.at(surface, w[rows])
        reduced, error = space.matrix(H), space.matrix_error(H, surface.hessian_error(w[rows]))
        along = space.coordinates(surface.gradient(w[rows]))
        step = space.vector(minimum_norm_step(reduced, along, error))
        # Where the set is curved the normal is a zero eigenvalue of both matrices compared here, so
        # that the bound on what moves holds for the eigenvalues on the tangent spaces too.
        beyond = surface.manifold.retract(w[rows], step)
        change = torch.linalg.matrix_norm(surface.hessian(beyond) - H)
        found = inertia(reduced, error=error + _BEYOND_THE_STEP * change)
        negative[rows], positive[rows] = found.negative, found.positive
        undecided[rows], shift[rows] = found.undecided, found.shift
    return Inertia(negative, undecided, positive, shift)


def _single(signs: Inertia, i: int) -> Inertia:
    return Inertia(signs.negative[i], signs.undecided[i], signs.positive[i], signs.shift[i])


def _global_level(
    surface: AbstractSurface, global_value: float | None, tolerance: float
) -> float | None:
    """The loss at or below which a point counts as globally minimal."""
    if global_value is None:
        return None
    origin = torch.zeros(surface.dimension, dtype=surface.dtype, device=surface.device)
    return global_value + tolerance * max(abs(global_value), abs(float(surface.loss(origin))))


def _named(
    surface: AbstractSurface,
    w: Vector,
    step: Vector,
    point: CriticalPoint,
    level: float | None,
    generator: Generator,
) -> CriticalPoint:
    """The point with its kind."""
    if point.status is not Status.CRITICAL:
        return point
    negative, positive = int(point.inertia.negative), int(point.inertia.positive)
    if negative and positive:
        return replace(point, kind=Kind.STRICT_SADDLE)
    orbit = surface.orbit_dimension(w)
    explained = int(point.inertia.undecided) <= orbit
    point = replace(point, orbit_dimension=orbit)
    if negative:
        return replace(point, kind=Kind.MAXIMUM if explained else Kind.STRICT_SADDLE)
    if level is not None and point.loss <= level:
        return replace(point, kind=Kind.GLOBAL_MINIMUM)
    if explained:
        return replace(point, kind=Kind.LOCAL_MINIMUM)
    return _looked_around(surface, w, step, point, generator)


def _looked_around(
    surface: AbstractSurface, w: Vector, step: Vector, point: CriticalPoint, generator: Generator
) -> CriticalPoint:
    """A bad saddle if there are lower points nearby; else it stays undetermined."""
    frame = Frame.at(surface, w, 2 * float(point.inertia.shift))
    remaining = float((surface.gradient(w) @ step).abs())
    lower = lower_points(surface, w, frame, remaining=remaining, generator=generator)
    return replace(point, kind=Kind.BAD_SADDLE, lower=lower) if lower else point
