"""The five schedules of a method, tried on couplings that no verdict sees."""

from typing import Any

from lossatlas.catalogue import Record
from lossatlas.dynamics import tune
from lossatlas.execution import torch_generator

from ._glass import about, draw_glass, draw_starts
from ._judge import STUDY
from ._methods import in_words, schedules
from ._pieces import TuningPiece
from ._statistics import clustered_mean


def compare(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Try the schedules of a method from the same starts with the same noise.

    Args:
        settings: A `TuningPiece`.
        seed: The entropy of the methods' noise.

    Returns:
        A record of kind "tuning" a schedule.
    """
    piece = TuningPiece.model_validate(settings)
    generator = torch_generator(seed)
    energies: list[list[list[float]]] = []
    for disorder in range(piece.disorders):
        glass = draw_glass(piece.couplings, disorder, order=piece.order, size=piece.size)
        starts = draw_starts(glass, piece.couplings, disorder, piece.runs)
        methods = schedules(piece.method, glass, piece.evaluations)
        tuning = tune(glass, starts, methods=methods, generator=generator)
        energies.append([(ends.loss / glass.size).tolist() for ends in tuning.ends])
    common = {**about(glass), "method": piece.method, "evaluations": piece.evaluations}
    records = []
    for place, method in enumerate(methods):
        reached = [own[place] for own in energies]
        clusters = [number for number, own in enumerate(reached) for _ in own]
        mean = clustered_mean([u for own in reached for u in own], clusters)
        told = {
            **common,
            "schedule": in_words(method),
            "chosen": place == piece.chosen,
            "mean": mean.value,
            "standard_error": mean.standard_error,
            "runs": mean.values,
        }
        records.append(Record(STUDY, "tuning", told))
    return records
