"""Bad minima that can be written down, each proved, each beside the linear network of its shape."""

from collections.abc import Iterator
from math import nan
from typing import Any

import torch

from lossatlas._types import Vector
from lossatlas.catalogue import Record
from lossatlas.critical import (
    Lower,
    MinimumProof,
    NotCertified,
    certify,
    prove_construction,
    prove_lower,
    prove_minimum,
)
from lossatlas.execution import numpy_generator, torch_generator
from lossatlas.surfaces import Identity, Perceptron, SquaredError, StudentTeacher
from lossatlas.theory.bad_minima import (
    Construction,
    all_constructions,
    linear_counterpart,
    linear_student_minimum,
    spurious_student,
)

from ._certificates import construction_records, flat
from ._claims import VALUE_TOLERANCE
from ._ends import searched
from ._pieces import ConstructionsPiece
from ._words import STUDY

_SAFRAN = "Safran & Shamir (2018), arXiv 1712.08968"


def prove(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Prove every construction, and search its linear twin.

    Args:
        settings: A `ConstructionsPiece`.
        seed: The entropy of the data where any will do, and of the starts.

    Returns:
        A record of kind "construction" each, with the point, and what `lossatlas verify` needs of those
        that its checker knows.
    """
    piece = ConstructionsPiece.model_validate(settings)
    return [*_written_down(piece, seed), *(_student(units) for units in piece.students)]


def _written_down(piece: ConstructionsPiece, seed: tuple[int, ...]) -> Iterator[Record]:
    for construction in all_constructions(numpy_generator(seed)):
        proof = prove_construction(construction)
        failed = proof.reason if isinstance(proof, NotCertified) else ""
        known = {} if isinstance(proof, NotCertified) else proof.attributes()
        told = {
            "name": construction.name,
            "source": construction.source,
            "architecture": "-".join(map(str, construction.widths)),
            "proved": not failed,
            "bad": not failed,
            "not_proved": failed,
            "strict": bool(known.get("strict", construction.strict)),
            "argument": construction.argument.value,
            "loss_low": known.get("loss_low", nan),
            "loss_high": known.get("loss_high", nan),
            "lower_loss_high": known.get("lower_loss_high", nan),
            **_twin(construction, piece, seed),
        }
        beside, certified = (
            ([], {"certified": False})
            if isinstance(proof, NotCertified)
            else construction_records(construction, proof)
        )
        yield from beside
        yield Record(STUDY, "construction", {**told, **certified}, flat(construction.minimum))


def _twin(
    construction: Construction, piece: ConstructionsPiece, seed: tuple[int, ...]
) -> dict[str, Any]:
    """How searches of the linear network of the same shape on the same data ended."""
    X, Y = (torch.from_numpy(part) for part in (construction.inputs, construction.targets))
    surface = Perceptron(
        construction.widths, Identity(), SquaredError(), X, Y, biases=construction.biases
    )
    least = linear_counterpart(construction).minimum
    starts = surface.random_point(torch_generator(seed), (piece.twin_searches,))
    ends = searched(
        surface,
        starts,
        plain_steps=piece.plain_steps,
        newton_steps=piece.newton_steps,
        finishing_steps=piece.finishing_steps,
    )
    high = (ends.loss - least).abs() > VALUE_TOLERANCE * float(Y.square().sum() / 2)
    return {
        "twin_least": least,
        "twin_searches": len(starts),
        "twin_minima": int(ends.passes.sum()),
        "twin_above": int((ends.passes & high).sum()),
    }


def _student(units: int) -> Record:
    """The symmetric minimum of as many students as teachers, which is not the teacher."""
    point = spurious_student(units).student
    teacher = torch.eye(units, dtype=torch.float64)
    surface = StudentTeacher(teacher, units)
    proof = prove_minimum(surface, torch.from_numpy(point.copy()).flatten())
    lower = _below(surface, proof, teacher.flatten())
    known = None if isinstance(proof, NotCertified) else proof
    low, high = (nan, nan) if known is None else known.loss
    told = {
        "name": f"{units} students of {units} orthonormal teachers, ReLU",
        "source": _SAFRAN,
        "architecture": f"{units}-{units}-1",
        "certified": False,  # by a checker that knows networks with data alone
        "proved": known is not None,
        "bad": isinstance(lower, Lower),
        "not_proved": "" if isinstance(lower, Lower) else lower.reason,
        "strict": known is not None and known.strict,
        "argument": "critical, and the Hessian positive definite",
        "loss_low": low,
        "loss_high": high,
        "lower_loss_high": lower.loss[1] if isinstance(lower, Lower) else nan,
        # the loss of a linear student is convex in the sum of its units: nothing to search
        "twin_least": linear_student_minimum(teacher.numpy()),
        "twin_searches": 0,
        "twin_minima": 0,
        "twin_above": 0,
    }
    return Record(STUDY, "construction", told, point.ravel())


def _below(
    surface: StudentTeacher, proof: MinimumProof | NotCertified, teacher: Vector
) -> Lower | NotCertified:
    """That the teacher lies below the minimum, or why that or the minimum is not proved."""
    if isinstance(proof, NotCertified):
        return proof
    known = certify(surface, teacher)
    return known if isinstance(known, NotCertified) else prove_lower(surface, proof, known)
