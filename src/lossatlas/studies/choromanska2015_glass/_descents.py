"""Descents: many replicas on each of many couplings, by one method within one budget.

Those that the settings ask for are taken on by Newton's method to the critical point itself, whose
index is counted and whose spectrum is held against the semicircle.
"""

from math import sqrt
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.dynamics import AbstractDynamics, Ends, run_together
from lossatlas.execution import torch_generator
from lossatlas.surfaces import SpinGlass

from ._finish import finish
from ._glass import about, draw_glass, draw_starts
from ._judge import STUDY
from ._methods import in_words, is_plain, plain_descent, schedules
from ._pieces import DescentPiece
from ._rows import GRADIENT


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
    disorders = range(piece.first, piece.first + piece.number)
    glasses = [_glass(piece, disorder) for disorder in disorders]
    starts = torch.stack([_starts(piece, *pair) for pair in zip(glasses, disorders, strict=True)])
    method = _method(piece, glasses[0])
    ends = run_together(glasses, starts, method=method, generator=torch_generator(seed))
    records = []
    for disorder, glass, own in zip(disorders, glasses, ends, strict=True):
        told = {"disorder": disorder, "schedule": in_words(method)}
        records += _runs(piece, glass, own, told)
        if piece.finished:
            records += finish(
                glass, own.points[: piece.finished], disorder, certified=piece.certified
            )
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


def _starts(piece: DescentPiece, glass: SpinGlass, disorder: int) -> Float[Tensor, "R N"]:
    # all are drawn, since fewer normal numbers are not the first of more
    starts = draw_starts(glass, piece.couplings, disorder, piece.starts)
    return starts[piece.skipped : piece.skipped + piece.runs]


def _method(piece: DescentPiece, glass: SpinGlass) -> AbstractDynamics:
    if piece.method != GRADIENT:
        return schedules(piece.method, glass, piece.evaluations)[piece.schedule]
    return plain_descent(
        piece.order,
        step=piece.step,
        evaluations=piece.evaluations,
        tolerance=piece.tolerance,
    )


def _runs(piece: DescentPiece, glass: SpinGlass, ends: Ends, told: dict[str, Any]) -> list[Record]:
    plain = piece.method == GRADIENT and is_plain(piece.order, piece.step, piece.tolerance)
    common = {
        **about(glass),
        **told,
        "method": piece.method,
        "plain": plain,
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
        Record(
            STUDY,
            "run",
            {**common, "run": piece.skipped + i, **{k: v[i] for k, v in columns.items()}},
        )
        for i in range(len(ends))
    ]
