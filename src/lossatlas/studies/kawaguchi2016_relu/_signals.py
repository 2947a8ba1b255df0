"""G1: what reaches the units of random networks, at a few samples (`_signal_law.py`)."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas import audits
from lossatlas.catalogue import Record

from ._course import Group
from ._names import END, START, STUDY
from ._pieces import SignalsPiece
from ._signal_law import POWERS

_LEAST_NETWORKS = 8
"""Of a distribution over networks, as `audits.gaussian_limit` asks for."""


def look_at_signals(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """The moments of every layer's signals.

    Args:
        settings: A `SignalsPiece`.
        seed: Not used: every network has its own.

    Returns:
        A record of kind "signals" a layer, with the means over units of the first four powers, in units
        of the standard deviation at the start, for each network and sample.
    """
    piece = SignalsPiece.model_validate(settings)
    numbers = range(piece.first, piece.first + piece.number)
    group = Group.of(piece.data, piece.training, piece.hidden, base=piece.base, numbers=numbers)
    points = group.ends() if piece.trained else group.starts()
    finite = points.isfinite().all(-1)
    matrices = [W.numpy() for W in group.surface.weights(points[finite])]
    X, _ = group.samples(piece.samples)
    told = {
        "stage": END if piece.trained else START,
        "hidden_layers": piece.hidden_layers,
        "width": piece.width,
        "first": piece.first,
        "networks": int(finite.sum()),
        "lost": int((~finite).sum()),
        "samples": len(X),
    }
    return list(_layers(told, matrices, X))


def _layers(
    told: dict[str, Any], matrices: list[Float[ndarray, "M _ _"]], X: Float[ndarray, "n d"]
) -> Iterator[Record]:
    enough = len(matrices[0]) >= _LEAST_NETWORKS
    limit = audits.gaussian_limit(matrices, X) if enough else None
    h = np.broadcast_to(X, (len(matrices[0]), *X.shape))
    unit = np.sqrt(2 * np.square(X).sum(1) / X.shape[1])[:, None]  # the deviation at the start
    for layer, W in enumerate(matrices, start=1):
        z = h @ W.transpose(0, 2, 1)  # (M, n, units)
        moments = np.stack([((z / unit) ** k).mean(2) for k in POWERS], axis=-1)
        which = {"layer": layer, "output": layer == len(matrices)}
        found = {} if limit is None else {
            name: float(getattr(limit, name)[layer - 1])
            for name in ("kurtosis", "ks", "share")
        }  # fmt: skip
        yield Record(STUDY, "signals", {**told, **which, **found}, moments.ravel())
        h = np.maximum(z, 0.0)
