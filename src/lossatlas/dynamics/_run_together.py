"""The front door for several surfaces: as many runs, in one block where the method can."""

from collections.abc import Sequence
from functools import partial

from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._progress import Listener
from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._ends import Ends
from ._history import Progress
from ._method import AbstractDynamics
from ._run import arrive, begin_watch, check_starts, run
from ._together import AbstractTogether


def run_together(
    surfaces: Sequence[AbstractSurface],
    starts: Float[Tensor, "D R P"],
    *,
    method: AbstractDynamics,
    generator: Generator | None = None,
    progress: Listener[Progress] | bool = False,
    num_records: int = 17,
) -> list[Ends]:
    """Move a batch of replicas on each of several surfaces.

    The law of each result is that of `run` on its surface alone; the random numbers are others.
    `Annealing` moves all of them in one block, which is several times faster where a few replicas
    on a small glass would leave the processor idle between its many small steps; the surfaces then
    share the pairs of coordinates, not the angles. Other methods take one surface after another.

    Args:
        surfaces: The surfaces; for `Annealing`, spin glasses of one order, size and type.
        starts: The starts on each, the same number.
        method: How to move.
        generator: The source of randomness, for methods that need one.
        progress: As in `run`; where all move in one block, it hears of the first surface.
        num_records: As in `run`.

    Returns:
        The ends on each surface.

    Raises:
        ValueError: As in `run`, or if there are not as many blocks of starts as surfaces.

    Example:
        >>> import torch
        >>> from lossatlas import dynamics, surfaces
        >>> g = torch.Generator().manual_seed(0)
        >>> glasses = [surfaces.SpinGlass(order=3, size=8, generator=g) for _ in range(5)]
        >>> starts = glasses[0].random_point(g, (5, 4))
        >>> method = dynamics.Annealing(sweeps=50)
        >>> ends = dynamics.run_together(glasses, starts, method=method, generator=g)
        >>> len(ends), len(ends[0])
        (5, 4)
    """
    _check(surfaces, starts)
    if not isinstance(method, AbstractTogether):
        alone = partial(run, method=method, generator=generator, progress=progress)
        pairs = zip(surfaces, starts, strict=True)
        return [alone(surface, own, num_records=num_records) for surface, own in pairs]
    listeners = [progress, *[False] * (len(surfaces) - 1)]
    watches = [
        begin_watch(surface, own, method, num_records, listener)
        for surface, own, listener in zip(surfaces, starts, listeners, strict=True)
    ]
    journeys = method.move_together(surfaces, starts, generator, watches)
    return [arrive(*each) for each in zip(surfaces, journeys, watches, strict=True)]


def _check(surfaces: Sequence[AbstractSurface], starts: Tensor) -> None:
    if not surfaces or starts.ndim != 3 or len(starts) != len(surfaces):
        raise misuse(
            "starts",
            should=f"be a block (R, P) for each of the {len(surfaces)} surfaces, at least one",
            got=tuple(starts.shape),
            remedy="Stack the starts of each surface along a first axis.",
        )
    for surface, own in zip(surfaces, starts, strict=True):
        check_starts(surface, own)
