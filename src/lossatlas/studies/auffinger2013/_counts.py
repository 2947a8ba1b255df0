"""Instances whose critical points are all looked for: how many of each index, in each window."""

from typing import Any

import numpy as np
import torch

from lossatlas.catalogue import Record
from lossatlas.critical import Enumeration, enumerate_points_batch
from lossatlas.execution import torch_generator
from lossatlas.surfaces import SpinGlass

from ._judge import STUDY
from ._pieces import CountPiece
from ._stored import stored
from ._windows import windows


def count(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Counts of a batch of instances, and the points of the first of them.

    Args:
        settings: A `CountPiece`.
        seed: Drives the homotopy; couplings come from the piece.

    Returns:
        One record of kind "count" an instance; for the stored ones their points with what proves
        them.
    """
    piece = CountPiece.model_validate(settings)
    numbers = range(piece.first, piece.first + piece.number)
    glasses = [
        SpinGlass(piece.order, piece.size, generator=torch_generator((*piece.base, number)))
        for number in numbers
    ]
    found = enumerate_points_batch(glasses, generator=torch_generator(seed))
    names = [f"p{piece.order}-N{piece.size}-{number}" for number in numbers]
    records = [_counted(piece.order, name, own) for name, own in zip(names, found, strict=True)]
    kept = list(zip(names, glasses, found, strict=True))[: piece.stored]
    return [*records, *(record for told in kept for record in stored(*told))]


def _counted(order: int, name: str, found: Enumeration) -> Record:
    counts = {f"index_{k}": number for k, number in found.counts.items()}
    told = {
        "instance": name,
        "order": order,
        "size": found.points.shape[1],
        "completeness": found.completeness.value,
        "total": len(found),
        "certified": sum(proof is not None for proof in found.certificates),
        "euler": found.euler,
        "euler_expected": found.euler_expected,
        **counts,
        **_in_windows(order, found),
    }
    return Record(STUDY, "count", told)


def _in_windows(order: int, found: Enumeration) -> dict[str, int]:
    edges = torch.tensor([high for _, high in windows(order)][:-1], dtype=torch.float64)
    place = torch.bucketize(found.energy, edges)
    numbers = np.bincount(place.numpy(), minlength=len(edges) + 1)
    return {f"window_{j}": int(number) for j, number in enumerate(numbers)}
