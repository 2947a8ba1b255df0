"""Complexities of the limit as curves, for the figure: all points, and each of the first indices."""

from math import inf
from typing import Any

import numpy as np

from lossatlas.catalogue import Record
from lossatlas.theory.kac_rice import complexity, ground_state, layer, threshold

from ._judge import STUDY
from ._pieces import CurvePiece

INDICES = (0, 1, 2, 3, 10)
_LEVELS = 161


def trace(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """The curves of one order.

    Args:
        settings: A `CurvePiece`.
        seed: Not used; nothing is random.

    Returns:
        Records of kind "complexity": the array holds energies, then the complexity at each. Two
        of every curve, over the whole range and in the band.
    """
    order = CurvePiece.model_validate(settings).order
    edge, bottom = threshold(order), ground_state(order)
    width = bottom - edge
    ranges = {
        "whole": np.linspace(-1.02 * bottom, 0.1, _LEVELS),
        "band": np.linspace(-bottom - 0.1 * width, -edge + 0.15 * width, _LEVELS),
    }
    about = {"order": order, "threshold": edge, "ground_state": bottom}
    records = []
    for name, energies in ranges.items():
        for index in (None, *INDICES):
            told = {
                **about,
                "range": name,
                "index": index,
                "layer": layer(order, index) if index is not None else None,
                "limit": complexity(inf, order, index),
            }
            array = np.concatenate([energies, complexity(energies, order, index)])
            records.append(Record(STUDY, "complexity", told, array))
    return records
