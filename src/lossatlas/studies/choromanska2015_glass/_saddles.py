"""Saddles by their index: searches that follow the lowest modes, and what their energies predict."""

from typing import Any

import numpy as np

from lossatlas.catalogue import Record
from lossatlas.critical import Found, ModeFollowing, find
from lossatlas.surfaces import SpinGlass
from lossatlas.theory.kac_rice import index_fraction, index_law

from ._glass import about, draw_glass, draw_starts, eigenvalues, signs
from ._judge import STUDY
from ._pieces import SaddlePiece


def search(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Search one instance for points of given indices, from the same starts for each.

    Args:
        settings: A `SaddlePiece`.
        seed: Not used; instance and starts have their own.

    Returns:
        A record of kind "saddle" a search, whatever came of it, with the point.
    """
    piece = SaddlePiece.model_validate(settings)
    glass = draw_glass(piece.couplings, piece.disorder, order=piece.order, size=piece.size)
    starts = draw_starts(glass, piece.couplings, piece.disorder, piece.searches)
    return [
        record
        for index in piece.indices
        for record in _records(
            glass, piece, index, find(glass, starts, method=ModeFollowing(index))
        )
    ]


def _records(glass: SpinGlass, piece: SaddlePiece, target: int, found: Found) -> list[Record]:
    values, error = eigenvalues(glass, found.points)
    return [
        Record(
            STUDY,
            "saddle",
            {
                **about(glass),
                "disorder": piece.disorder,
                "target": target,
                "run": i,
                "status": found.status[i].value,
                "gradient_norm": found.gradient_norm[i].item(),
                "newton_step": found.newton_step[i].item(),
                "index": negative,
                "undecided": undecided,
                **_predicted(glass, found.loss[i].item() / glass.size),
            },
            found.points[i].numpy(),
        )
        for i, (negative, undecided) in enumerate(signs(values, error))
    ]


def _predicted(glass: SpinGlass, energy: float) -> dict[str, float]:
    """What the theory says of the index at this energy, exactly and in the limit."""
    law = index_law(glass.size, glass.order, energy)
    return {
        "energy": energy,
        "expected_index": float(law @ np.arange(len(law))),
        "predicted_fraction": float(index_fraction(energy, glass.order)),
    }
