"""The front door: a batch of replicas goes its way on a surface."""

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._progress import Listener, listener
from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._ends import Ends
from ._history import Progress, Watch
from ._method import AbstractDynamics, Journey
from ._validate import check_count


def run(
    surface: AbstractSurface,
    starts: Float[Tensor, "R P"],
    *,
    method: AbstractDynamics,
    generator: Generator | None = None,
    progress: Listener[Progress] | bool = False,
    num_records: int = 17,
) -> Ends:
    """Move a batch of replicas from their starts.

    The replicas do not know each other, but their products are formed in one block: the same
    starts in the same batch, with a generator in the same state, give the same bits.

    Args:
        surface: The surface; its manifold may be curved.
        starts: The starts, of the surface's floating type and on its manifold. A start that is not
            finite is kept where it is.
        method: How to move.
        generator: The source of randomness, for methods that need one.
        progress: Called after every step with a `Progress`; what it raises ends the run. True
            prints a line every two seconds, False nothing.
        num_records: About how many losses of each replica the history keeps if all steps are done,
            at least 2; each costs an evaluation that is not counted.

    Returns:
        The ends, what each cost, and the losses on the way.

    Raises:
        ValueError: If the starts are not a batch of points of this surface, fewer than 2 records are
            asked for, or the method lacks a generator or does not work on this kind of surface.

    Example:
        >>> import torch
        >>> from lossatlas import dynamics, surfaces
        >>> X, Y = torch.eye(2).double(), torch.diag(torch.tensor([2.0, 1.0])).double()
        >>> surface = surfaces.DeepLinear((2, 2, 2), inputs=X, targets=Y)
        >>> starts = surface.random_point(torch.Generator().manual_seed(0), (20,))
        >>> method = dynamics.GradientDescent(step=0.1, decay=0.0, tolerance=1e-6, max_steps=2000)
        >>> ends = dynamics.run(surface, starts, method=method)
        >>> int(ends.converged.sum()), bool(ends.loss.max() < 1e-9)
        (20, True)
    """
    check_starts(surface, starts)
    watch = begin_watch(surface, starts, method, num_records, progress)
    return arrive(surface, method.move(surface, starts, generator, watch), watch)


def begin_watch(
    surface: AbstractSurface,
    starts: Tensor,
    method: AbstractDynamics,
    num_records: int,
    progress: Listener[Progress] | bool,
) -> Watch:
    """A watch that has seen the starts."""
    check_count("num_records", num_records, least=2)
    watch = Watch(surface, method.num_steps, num_records, listener(progress))
    watch.begin(starts)
    return watch


def arrive(surface: AbstractSurface, journey: Journey, watch: Watch) -> Ends:
    """What a finished journey tells."""
    w = journey.points
    loss = surface.loss(w)
    gradient_norm = torch.linalg.vector_norm(surface.gradient(w), dim=-1)
    return Ends(
        points=w,
        loss=loss,
        gradient_norm=gradient_norm,
        evaluations=journey.evaluations,
        steps=journey.steps,
        history=watch.history(w, loss),
        converged=journey.converged,
        details=journey.details,
    )


def check_starts(surface: AbstractSurface, starts: Tensor) -> None:
    """A batch of points of the surface, of its type, on its manifold."""
    if starts.ndim != 2 or starts.shape[-1] != surface.dimension:
        raise misuse(
            "starts",
            should=f"have the shape (R, {surface.dimension})",
            got=tuple(starts.shape),
            remedy="Stack the starts as rows; one start needs a leading axis too.",
        )
    if starts.dtype != surface.dtype:
        raise misuse(
            "starts",
            should=f"be {surface.dtype}, as the surface is",
            got=starts.dtype,
            remedy="Convert them with `.to(surface.dtype)`.",
        )
    _check_on_manifold(surface, starts)


def _check_on_manifold(surface: AbstractSurface, starts: Tensor) -> None:
    """A step of length zero must not move a start."""
    finite = starts[starts.isfinite().all(-1)]
    moved = surface.manifold.retract(finite, torch.zeros_like(finite)) - finite
    slack = 1e3 * torch.finfo(starts.dtype).eps * (1 + torch.linalg.vector_norm(finite, dim=-1))
    off = torch.linalg.vector_norm(moved, dim=-1)
    if bool((off > slack).any()):
        raise misuse(
            "starts",
            should="lie on the surface's manifold",
            got=f"a point at distance {float(off.max()):.3g} from it",
            remedy="Retract them first, or draw them with `surface.random_point`.",
        )
