"""The grid of work: which function runs on which piece, each of at most a minute."""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

from pydantic import BaseModel

from lossatlas.execution import Task, task_seed

from ._judge import STUDY
from ._pieces import (
    CovariancePiece,
    CurvePiece,
    DegreePiece,
    DescentPiece,
    EnumerationPiece,
    MappingPiece,
    SaddlePiece,
    TuningPiece,
)
from ._rows import GRADIENT
from ._settings import Choromanska2015GlassSettings, EnumerationChoice, Method, SizeChoice

_ROOM = "lossatlas.studies.choromanska2015_glass"


class _Work(NamedTuple):
    """A function of this room and what it is told."""

    function: str
    told: BaseModel


def study_tasks(settings: Choromanska2015GlassSettings) -> list[Task]:
    """Every task of the study, the long ones first, so that no worker is left with one at the end."""
    plain = settings.model_dump(mode="json")
    works = [*_descents(settings), *_enumerations(settings), *_tunings(settings), *_once(settings)]
    return [_task(plain, work.function, work.told.model_dump(mode="json")) for work in works]


def _task(plain: dict[str, Any], function: str, told: dict[str, Any]) -> Task:
    return Task(f"{_ROOM}.{function}", told, task_seed(STUDY, plain, [function, told]))


def _base(settings: Choromanska2015GlassSettings, use: str, size: int) -> tuple[int, ...]:
    """The entropy of the couplings of a size: it does not change with what else is asked for."""
    return task_seed(STUDY, {"seed": settings.seed, "order": settings.order}, [use, size])


def _descents(settings: Choromanska2015GlassSettings) -> Iterator[_Work]:
    for choice in sorted(settings.sizes, key=lambda choice: -choice.size):
        for method in choice.methods:
            for first, skipped in _parts(choice, method):
                told = _descent(settings, choice, method, first, skipped)
                yield _Work("_descents:descend", told)


def _num_disorders(choice: SizeChoice, method: str) -> int:
    if method == GRADIENT or choice.noisy is None:
        return choice.disorders
    return min(choice.noisy, choice.disorders)


def _parts(choice: SizeChoice, method: str) -> Iterator[tuple[int, int]]:
    """The first coupling of each task, and how many runs on each coupling others do."""
    disorders = range(0, _num_disorders(choice, method), choice.group)
    yield from product(disorders, range(0, choice.runs, choice.batch or choice.runs))


def _descent(
    settings: Choromanska2015GlassSettings,
    choice: SizeChoice,
    method: Method,
    first: int,
    skipped: int,
) -> DescentPiece:
    plain = method == GRADIENT
    return DescentPiece(
        order=settings.order,
        size=choice.size,
        method=method,
        schedule=0 if method == GRADIENT else settings.schedules[method],
        step=choice.step,
        couplings=_base(settings, "descents", choice.size),
        first=first,
        number=min(choice.group, _num_disorders(choice, method) - first),
        starts=choice.runs,
        skipped=skipped,
        runs=min(choice.batch or choice.runs, choice.runs - skipped),
        evaluations=choice.evaluations,
        tolerance=settings.tolerance,
        precision=choice.precision,
        finished=choice.finished if plain and skipped == 0 else 0,
        certified=choice.size <= settings.certified_to and choice.precision == "float64",
    )


def _enumerations(settings: Choromanska2015GlassSettings) -> Iterator[_Work]:
    for choice in sorted(settings.enumerations, key=lambda choice: -choice.size):
        for first in range(0, choice.instances, choice.group):
            yield _Work("_enumerations:enumerate_glasses", _enumeration(settings, choice, first))


def _enumeration(
    settings: Choromanska2015GlassSettings, choice: EnumerationChoice, first: int
) -> EnumerationPiece:
    return EnumerationPiece(
        order=settings.order,
        size=choice.size,
        couplings=_base(settings, "enumeration", choice.size),
        first=first,
        number=min(choice.group, choice.instances - first),
        barriers=max(0, min(choice.group, choice.barriers - first)),
    )


def _tunings(settings: Choromanska2015GlassSettings) -> Iterator[_Work]:
    for size in settings.tuned_at:
        for method, place in settings.schedules.items():
            told = TuningPiece(
                order=settings.order,
                size=size,
                method=method,
                chosen=place,
                couplings=_base(settings, "tuning", size),
                disorders=settings.tuning_disorders,
                runs=settings.tuning_runs,
                evaluations=settings.tuning_evaluations,
            )
            yield _Work("_tuning:compare", told)


def _once(settings: Choromanska2015GlassSettings) -> Iterator[_Work]:
    order = settings.order
    for choice in settings.saddles:
        for disorder in range(choice.disorders):
            told = SaddlePiece(
                order=order,
                size=choice.size,
                couplings=_base(settings, "saddles", choice.size),
                disorder=disorder,
                indices=choice.indices,
                searches=choice.searches,
            )
            yield _Work("_saddles:search", told)
    for size in sorted({*settings.curve_sizes, *(c.size for c in settings.enumerations)}):
        yield _Work("_curves:trace", CurvePiece(order=order, size=size))
    for p in settings.covariance_orders:
        for size in settings.covariance_sizes:
            number = settings.covariance_instances
            told_pairs = CovariancePiece(order=p, size=size, instances=number)
            yield _Work("_covariance:covary", told_pairs)
    for network in settings.networks:
        yield _Work("_degree:scale", DegreePiece(layers=network.layers, draws=network.draws))
    yield _Work("_mapping:map_networks", MappingPiece(widths=settings.mapped_widths))
