"""Five schedules of a method, tried on couplings that no verdict sees."""

from typing import Any

from lossatlas.catalogue import Record
from lossatlas.dynamics import run
from lossatlas.execution import torch_generator

from ._glass import about, draw_glass, draw_starts
from ._judge import STUDY
from ._methods import in_words, make_method
from ._pieces import TuningPiece
from ._statistics import clustered_mean


def tune(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Try schedules on the same couplings and starts.

    Args:
        settings: A `TuningPiece`.
        seed: The entropy of the methods' noise; each schedule meets the same.

    Returns:
        A record of kind "tuning" a schedule.
    """
    piece = TuningPiece.model_validate(settings)
    records = []
    for schedule in piece.schedules:
        generator = torch_generator(seed)
        method = make_method(
            piece.method, schedule,
            order=piece.order, evaluations=piece.evaluations, tolerance=piece.tolerance,
        )  # fmt: skip
        energies: list[float] = []
        for disorder in range(piece.disorders):
            glass = draw_glass(piece.couplings, disorder, order=piece.order, size=piece.size)
            starts = draw_starts(glass, piece.couplings, disorder, piece.runs)
            ends = run(glass, starts, method=method, generator=generator)
            energies += (ends.loss / glass.size).tolist()
        clusters = [i // piece.runs for i in range(len(energies))]
        mean = clustered_mean(energies, clusters)
        told = {
            **about(glass),
            "method": piece.method,
            "schedule": in_words(piece.method, schedule),
            "chosen": schedule == piece.chosen,
            "evaluations": piece.evaluations,
            "mean": mean.value,
            "standard_error": mean.standard_error,
            "runs": mean.values,
        }
        records.append(Record(STUDY, "tuning", told))
    return records
