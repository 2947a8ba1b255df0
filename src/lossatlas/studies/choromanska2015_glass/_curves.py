"""The exact curve of minima at a size: how many, where, and how many in the literal band."""

from math import inf
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.catalogue import Record
from lossatlas.theory.kac_rice import (
    energy_rule,
    ground_state,
    layer,
    mean_count,
    mean_energy_of_minima,
    threshold,
)

from ._claims import EPSILON
from ._judge import STUDY
from ._pieces import CurvePiece

_LEVELS = 41


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
    edge, first = threshold(order), -layer(order, 1)
    mean, spread = mean_energy_of_minima(size, order)

    def below(energy: float, index: int | None = 0) -> float:
        return mean_count(size, order, index=index, between=(-inf, energy))

    told = {
        "order": order,
        "size": size,
        "threshold": edge,
        "minima": mean_count(size, order, index=0),
        "mean": mean,
        "spread": spread,
        "below": below(-edge),
        "below_epsilon": below(EPSILON - edge),
        "below_ground": below(-ground_state(order), None),
        "saddles_below": below(first, None) - below(first),
    }
    return [Record(STUDY, "curve", told, _distribution(size, order))]


def _distribution(size: int, order: int) -> Float[ndarray, " q"]:
    """Energies and the share of minima below each, from the nodes of the quadrature rule."""
    energies, weights = energy_rule(size, order, 0)
    ranks = np.argsort(energies)
    shares = np.cumsum(weights[ranks]) - weights[ranks] / 2
    levels = np.linspace(0.0, 1.0, _LEVELS)[1:-1]
    return np.concatenate([np.interp(levels, shares, energies[ranks]), levels])
