"""The exact curve of minima at a size: how many, where, and how many in the literal band."""

from math import inf
from typing import Any

import numpy as np

from lossatlas.catalogue import Record
from lossatlas.theory.kac_rice import (
    ground_state,
    layer,
    mean_count,
    mean_energy_of_minima,
    threshold,
)

from ._claims import EPSILON
from ._judge import STUDY
from ._pieces import CurvePiece

_LEVELS = 25
_DEVIATIONS = 4.0


def trace(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """The curve at one size.

    Args:
        settings: A `CurvePiece`.
        seed: Not used; nothing is random.

    Returns:
        One record of kind "curve"; the array holds energies and then the share of minima below each.
    """
    piece = CurvePiece.model_validate(settings)
    size, order = piece.size, piece.order
    edge = threshold(order)
    mean, spread = mean_energy_of_minima(size, order)
    minima = mean_count(size, order, index=0)

    def below(energy: float, index: int | None = 0) -> float:
        return mean_count(size, order, index=index, between=(-inf, energy))

    energies = np.linspace(mean - _DEVIATIONS * spread, mean + _DEVIATIONS * spread, _LEVELS)
    shares = np.array([below(u) for u in energies]) / minima
    at_edge = below(-layer(order, 1))
    told = {
        "order": order,
        "size": size,
        "threshold": edge,
        "minima": minima,
        "mean": mean,
        "spread": spread,
        "below": below(-edge),
        "below_epsilon": below(EPSILON - edge),
        "below_ground": below(-ground_state(order), None),
        "saddles_below": below(-layer(order, 1), None) - at_edge,
    }
    return [Record(STUDY, "curve", told, np.concatenate([energies, shares]))]
