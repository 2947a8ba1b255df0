"""Instances all of whose critical points are found, kept with their proofs, and their passes.

The records "instance", "point" and "complex roots" are those that `lossatlas verify` proves again;
"enumeration" holds what the verdicts read.
"""

from typing import Any

from lossatlas.catalogue import Record
from lossatlas.critical import Enumeration, enumerate_points_batch
from lossatlas.execution import torch_generator
from lossatlas.surfaces import SpinGlass

from ._barriers import measure_barriers
from ._glass import about, draw_glass
from ._judge import STUDY
from ._pieces import EnumerationPiece
from ._proofs import instance_record, point_record, roots_record


def enumerate_glasses(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Find every critical point of some instances.

    Args:
        settings: An `EnumerationPiece`.
        seed: The entropy of the homotopy's start; what is proved does not depend on it.

    Returns:
        For each instance a record of kind "enumeration" and what proves it; for the first ones, and
        only where the points are proved complete, a record of kind "barrier" and one of kind "pair"
        for any two minima.
    """
    piece = EnumerationPiece.model_validate(settings)
    numbers = range(piece.first, piece.first + piece.number)
    glasses = [
        draw_glass(piece.couplings, number, order=piece.order, size=piece.size)
        for number in numbers
    ]
    found = enumerate_points_batch(glasses, generator=torch_generator(seed))
    records = []
    for place, (glass, points) in enumerate(zip(glasses, found, strict=True)):
        name = f"{piece.size}/{numbers[place]}"
        records += [_summary(glass, points, name), *_proofs(glass, points, name)]
        if place < piece.barriers and points.proved:
            records += measure_barriers(glass, points, name)
    return records


def _summary(glass: SpinGlass, found: Enumeration, name: str) -> Record:
    energies = found.energy[found.index == 0].numpy()
    told = {
        **about(glass),
        "instance": name,
        "completeness": found.completeness.value,
        "reason": found.reason,
        "points": len(found),
        "expected_pairs": found.expected_pairs,
        "found_pairs": found.found_pairs,
        "euler": found.euler,
        "minima": len(energies),
        "energy_sum": float(energies.sum()),
        "below": int((energies < -about(glass)["threshold"]).sum()),
    }
    return Record(STUDY, "enumeration", told)


def _proofs(glass: SpinGlass, found: Enumeration, name: str) -> list[Record]:
    """The instance, its points with their certificates, and the complex roots of a proof."""
    points = [
        point_record(glass, name, w, index=int(index), proof=proof)
        for w, index, proof in zip(found.points, found.index, found.certificates, strict=True)
    ]
    proved = found.proved and glass.order > 2
    roots = [roots_record(glass, name, found.roots.numpy())] if proved else []
    return [instance_record(glass, name, complete=found.proved), *points, *roots]
