"""What an ensemble will need in memory, told before anything is allocated.

Counted are the networks and their velocities, the orders, the engine's working space, and the
passes that compute the losses of the records; the samples themselves and the starts are there
already.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lossatlas.linalg import forecast
from lossatlas.surfaces import Perceptron

from ._choose_engine import Engine, choose_engine
from ._engine import AbstractEngine
from ._learner import AbstractLearner
from ._losses import evaluation_bytes
from ._validate import check_count, check_surface

# What the libraries and the allocator keep for themselves; 20 MB were measured.
_OVERHEAD = 2**25
_NONE: Mapping[str, Perceptron] = MappingProxyType({})


def forecast_bytes(
    surface: Perceptron,
    num_networks: int,
    *,
    method: AbstractLearner[Any],
    held_out: Mapping[str, Perceptron] = _NONE,
    engine: Engine = "auto",
) -> int:
    """The bytes that `train` needs at its peak, beside the starts and the samples.

    Args:
        surface: The training loss.
        num_networks: The networks that are trained together.
        method: How they learn.
        held_out: The losses that are recorded beside the training loss.
        engine: As in `train`.

    Raises:
        ValueError: If the surface is not a perceptron with the reduction "mean", or the number is
            below 1.

    Example:
        >>> import torch
        >>> from lossatlas import ensembles, surfaces
        >>> X, Y = torch.zeros(400, 100), torch.zeros(400, 10)
        >>> surface = surfaces.Perceptron(
        ...     (100, 25, 10), surfaces.ReLU(), surfaces.SquaredError(), X, Y, reduction="mean"
        ... )
        >>> method = ensembles.SGD(rate=ensembles.Constant(0.1), epochs=1)
        >>> 11_000_000 < ensembles.forecast_bytes(surface, 1000, method=method) < 150_000_000
        True
    """
    check_surface(surface)
    check_count("num_networks", num_networks, least=1)
    chosen = choose_engine(surface, engine)
    return peak_bytes(surface, num_networks, method, held_out, chosen)


def peak_bytes(
    surface: Perceptron,
    num_networks: int,
    method: AbstractLearner[Any],
    held_out: Mapping[str, Perceptron],
    engine: AbstractEngine,
) -> int:
    """What learning needs, and the passes of the records beside the state."""
    learning = method.working_bytes(surface, num_networks, engine)
    looking = max(evaluation_bytes(s, num_networks) for s in (surface, *held_out.values()))
    return learning + looking + _OVERHEAD


def require_memory(
    surface: Perceptron,
    num_networks: int,
    method: AbstractLearner[Any],
    held_out: Mapping[str, Perceptron],
    engine: AbstractEngine,
) -> None:
    """Refuse an ensemble that would not fit.

    Raises:
        MemoryForecastError: If more is needed than is free.
    """
    forecast(
        peak_bytes(surface, num_networks, method, held_out, engine),
        purpose=f"Training {num_networks} networks of {surface.dimension} weights together",
        remedy="Train them in parts: a network's way does not depend on the others.",
        device=surface.device,
    )
