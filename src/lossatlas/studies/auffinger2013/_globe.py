"""The landscape of three spins, with its critical points and the lines that join them."""

from typing import Any

import numpy as np

from lossatlas.catalogue import Record
from lossatlas.critical import enumerate_points_batch
from lossatlas.evidence import Globe
from lossatlas.execution import torch_generator
from lossatlas.surfaces import SpinGlass
from lossatlas.topography import globe_data

from ._judge import STUDY
from ._pieces import GlobePiece
from ._stored import stored

NAME = "globe"
_ROWS, _COLUMNS = 61, 120


def turn(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """The richest landscape of a number of draws whose points are proved complete.

    Args:
        settings: A `GlobePiece`.
        seed: Drives the homotopy; couplings come from the piece.

    Returns:
        The instance with its points and proofs; a record of kind "globe" with the field, and one of
        kind "line" a line. Nothing where no draw was proved complete.
    """
    piece = GlobePiece.model_validate(settings)
    glasses = [
        SpinGlass(piece.order, 3, generator=torch_generator((*piece.base, number)))
        for number in range(piece.draws)
    ]
    found = enumerate_points_batch(glasses, generator=torch_generator(seed))
    proved = [i for i, own in enumerate(found) if own.proved]
    if not proved:
        return []
    best = max(proved, key=lambda i: (len(found[i]), -i))
    data = globe_data(
        glasses[best], found[best].points, found[best].index, rows=_ROWS, columns=_COLUMNS
    )
    told = {
        "instance": NAME,
        "order": piece.order,
        "rows": _ROWS,
        "draw": best,
        "draws": piece.draws,
        "euler": data.euler,
        "lost": data.lost,
        "astray": data.astray,
        "whole": data.whole,
    }
    field = np.asarray(data.globe.energy, dtype=float).ravel()
    return [
        *stored(NAME, glasses[best], found[best]),
        Record(STUDY, "globe", told, field),
        *_lines(data.globe),
    ]


def _lines(globe: Globe) -> list[Record]:
    return [
        Record(
            STUDY,
            "line",
            {"instance": NAME, "start": start, "end": end, "place": place},
            np.asarray(line, dtype=float).ravel(),
        )
        for place, (line, start, end) in enumerate(
            zip(globe.lines, globe.starts, globe.ends, strict=True)
        )
    ]
