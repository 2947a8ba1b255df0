"""Descent and annealing with as many loss evaluations; the one place that anneals."""

from dataclasses import replace
from math import ceil
from typing import Any

from lossatlas import ensembles
from lossatlas.catalogue import Record
from lossatlas.dynamics import Constant, Geometric, Linear
from lossatlas.ensembles import Annealing, Trained, annealing_schedules, gradient_evaluations

from ._claims import FEW
from ._judge import STUDY
from ._pieces import ComparisonPiece
from ._problem import Problem, make_problem
from ._rows import DESCENT, FEW_VALUED
from ._training import network_seeds, starts_of, train_group


def compare(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Train networks on a subset of the digits by one method within a budget.

    Args:
        settings: A `ComparisonPiece`.
        seed: Not used: every network has its own.

    Returns:
        A record of kind "comparison" a network.
    """
    piece = ComparisonPiece.model_validate(settings)
    networks = piece.networks
    seeds = network_seeds(networks.base, range(networks.first, networks.first + networks.number))
    if piece.side == DESCENT:
        group = train_group(networks, samples=piece.samples, epochs=piece.budget)
        problem, trained = group.problem, group.trained
        words = f"rate {networks.protocol.rate:g}"
    else:
        problem = make_problem(networks.protocol, networks.width, samples=piece.samples)
        method = schedule(problem, piece.budget, piece.place, few=piece.side == FEW_VALUED)
        starts = starts_of(problem, networks.protocol, seeds)
        words = in_words(method)
        trained = ensembles.train(
            problem.train,
            starts,
            seeds=seeds,
            method=method,
            held_out={"test": problem.test},
            engine=networks.protocol.engine,
            num_records=2,
        )
    common = {
        "width": networks.width,
        "parameters": problem.train.dimension,
        "samples": piece.samples,
        "budget": piece.budget,
        "method": piece.side,
        "place": piece.place,
        "schedule": words,
    }
    ends = _ends(problem, trained)
    return [
        Record(
            STUDY, "comparison", {**common, "network": networks.first + i, "seed": int(word), **end}
        )
        for i, (word, end) in enumerate(zip(seeds, ends, strict=True))
    ]


def schedule(problem: Problem, budget: int, place: int, *, few: bool) -> Annealing:
    """One of the five schedules, with as many evaluations as `budget` epochs of descent take."""
    evaluations = budget * gradient_evaluations(problem.train.widths)
    method = annealing_schedules(problem.train, evaluations)[place]
    return replace(method, values=FEW) if few else method


def in_words(method: Annealing) -> str:
    """A schedule as a record and a sentence have it."""
    sweeps = f"{ceil(method.sweeps)} sweeps"
    match method.cooling:
        case Geometric(hot, cold):
            return f"T from {hot:.2g} to {cold:.2g}, geometric, {sweeps}"
        case Linear(hot, cold):
            return f"T from {hot:.2g} to {cold:.2g}, linear, {sweeps}"
        case Constant(temperature):
            return f"T = {temperature:.2g}, {sweeps}"
    return f"{method.cooling}, {sweeps}"


def _ends(problem: Problem, trained: Trained) -> list[dict[str, Any]]:
    errors = (problem.errors(trained.points, test=which).tolist() for which in (False, True))
    columns = (
        trained.loss.tolist(),
        trained.held_out["test"].tolist(),
        *errors,
        trained.finite.tolist(),
        trained.evaluations.tolist(),
    )
    names = ("train_loss", "test_loss", "train_error", "test_error", "finite", "evaluations")
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
