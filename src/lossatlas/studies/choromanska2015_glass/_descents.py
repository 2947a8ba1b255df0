"""Descents: many replicas on each of many couplings, by one method within one budget.

Those that the settings ask for are taken on by Newton's method to the critical point itself, whose
index is counted and whose spectrum is held against the semicircle.
"""

from math import sqrt
from typing import Any

from lossatlas.catalogue import Record
from lossatlas.dynamics import Ends, run
from lossatlas.execution import torch_generator
from lossatlas.surfaces import SpinGlass

from ._finish import finish
from ._glass import about, draw_glass, draw_starts
from ._judge import STUDY
from ._methods import in_words, is_plain, make_method
from ._pieces import DescentPiece


def descend(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Descend from random starts on some couplings.

    Args:
        settings: A `DescentPiece`.
        seed: The entropy of the method's own noise.

    Returns:
        A record of kind "run" for every run, and of kinds "minimum" and "spectrum" for every run
        that was finished.
    """
    piece = DescentPiece.model_validate(settings)
    generator = torch_generator(seed)
    method = make_method(
        piece.method,
        piece.schedule,
        order=piece.order,
        evaluations=piece.evaluations,
        tolerance=piece.tolerance,
    )
    records = []
    for disorder in range(piece.first, piece.first + piece.number):
        glass = _glass(piece, disorder)
        starts = draw_starts(glass, piece.couplings, disorder, piece.runs)
        ends = run(glass, starts, method=method, generator=generator)
        records += _runs(piece, glass, disorder, ends)
        if piece.finished:
            records += finish(glass, ends.points[: piece.finished], disorder)
    return records


def _glass(piece: DescentPiece, disorder: int) -> SpinGlass:
    return draw_glass(
        piece.couplings,
        disorder,
        order=piece.order,
        size=piece.size,
        replicas=piece.runs,
        precision=piece.precision,
    )


def _runs(piece: DescentPiece, glass: SpinGlass, disorder: int, ends: Ends) -> list[Record]:
    common = {
        **about(glass),
        "disorder": disorder,
        "method": piece.method,
        "schedule": in_words(piece.method, piece.schedule),
        "plain": is_plain(
            piece.method, piece.schedule, order=piece.order, tolerance=piece.tolerance
        ),
        "budget": piece.evaluations,
        "precision": piece.precision,
    }
    columns = {
        "energy": (ends.loss.double() / glass.size).tolist(),
        "gradient": (ends.gradient_norm.double() / sqrt(glass.size)).tolist(),
        "evaluations": ends.evaluations.double().tolist(),
        "steps": ends.steps.tolist(),
        "converged": ends.converged.tolist(),
    }
    return [
        Record(STUDY, "run", {**common, "run": i, **{k: v[i] for k, v in columns.items()}})
        for i in range(len(ends))
    ]
