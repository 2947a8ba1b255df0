"""The front door: an ensemble of networks learns from the same samples."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from jaxtyping import Float, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas._progress import Listener, listener
from lossatlas.surfaces import Perceptron

from ._choose_engine import Engine, choose_engine
from ._engine import AbstractEngine
from ._forecast import require_memory
from ._history import Progress, Recorder
from ._learner import AbstractLearner, AbstractState
from ._losses import finite
from ._trained import Trained
from ._validate import check_count, check_held_out, check_seeds, check_starts, check_surface


def train(
    surface: Perceptron,
    starts: Float[Tensor, "M P"],
    *,
    seeds: Sequence[int] | UInt64[ndarray, " M"],
    method: AbstractLearner[Any],
    held_out: Mapping[str, Perceptron] | None = None,
    engine: Engine = "auto",
    num_records: int = 17,
    progress: Listener[Progress] | bool = False,
) -> Trained:
    """Train M networks of one architecture together.

    A network's way depends on its start and its seed alone. Trained with other neighbours it ends
    at the same place: to the bit with the kernel, to rounding with torch. A network that becomes
    NaN or infinite is kept as it is and marked.

    Args:
        surface: The training loss, with the reduction "mean".
        starts: The networks to begin with, of the surface's type; they are not changed.
        seeds: A whole number a network, from 0 to below 2^64: its own randomness.
        method: How they learn.
        held_out: Losses on other samples that are recorded too, by name.
        engine: What takes the steps: "kernel" (on the processor, the network in the cache), "torch"
            (batched products, any device), or "auto", the kernel where it can. An engine made for
            this surface will do as well.
        num_records: About how many losses of each network the history keeps, at least 2.
        progress: Called after every epoch with a `Progress`; what it raises ends the training. True
            prints a line every two seconds, False nothing.

    Returns:
        The ends, their losses, and the losses on the way.

    Raises:
        ValueError: If surface, starts, seeds or held-out losses do not fit each other, or the engine
            or the method does not fit the surface.
        MemoryForecastError: If the ensemble would not fit the memory; nothing is allocated then.

    Example:
        >>> import torch
        >>> from lossatlas import ensembles, surfaces
        >>> X, Y = torch.eye(2), torch.tensor([[1.0], [-1.0]])
        >>> surface = surfaces.Perceptron(
        ...     (2, 3, 1), surfaces.Tanh(), surfaces.SquaredError(), X, Y, reduction="mean"
        ... )
        >>> starts = ensembles.draw_starts(surface, range(5), law=ensembles.UniformCube(1.0))
        >>> method = ensembles.SGD(rate=ensembles.Constant(0.3), epochs=100)
        >>> trained = ensembles.train(surface, starts, seeds=range(5), method=method, engine="torch")
        >>> bool((trained.loss < 1e-6).all())
        True
    """
    check_surface(surface)
    check_starts(surface, starts)
    keys = check_seeds(seeds, num_networks=len(starts))
    others = dict(held_out or {})
    check_held_out(surface, others)
    check_count("num_records", num_records, least=2)
    chosen = choose_engine(surface, engine)
    require_memory(surface, len(starts), method, others, chosen)
    recorder = Recorder(surface, others, method.num_epochs, num_records)
    with torch.no_grad():
        state = _learn(surface, starts, keys, method, chosen, recorder, listener(progress))
    history = recorder.history()
    loss = history.losses[:, -1]
    spent = method.num_epochs * method.evaluations_per_epoch(surface)
    points: Tensor = state.points
    return Trained(
        points=points,
        seeds=keys,
        loss=loss,
        held_out={name: column[:, -1] for name, column in history.held_out.items()},
        finite=loss.isfinite() & finite(points),
        evaluations=torch.full((len(points),), spent, dtype=torch.float64),
        history=history,
        engine=chosen.name,
        details=state.details,
    )


def _learn(
    surface: Perceptron,
    starts: Tensor,
    seeds: ndarray,
    method: AbstractLearner[Any],
    engine: AbstractEngine,
    recorder: Recorder,
    tell: Listener[Progress] | None,
) -> AbstractState:
    """All epochs, one after another; the last state."""
    state: AbstractState = method.begin(surface, starts, seeds, engine)
    recorder.look(0, state.points)
    for epoch in range(method.num_epochs):
        method.epoch(state, epoch)
        recorder.look(epoch + 1, state.points)
        if tell is not None:
            tell(Progress(epoch + 1, method.num_epochs, len(starts)))
    return state
