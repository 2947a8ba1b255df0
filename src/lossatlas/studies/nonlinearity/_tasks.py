"""The grid of work: all searches of one network make a task, each of about a minute at most."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from lossatlas.execution import Task, task_seed

from ._pieces import ConstructionsPiece, SearchPiece
from ._settings import NonlinearitySettings
from ._words import STUDY

_ROOM = "lossatlas.studies.nonlinearity"


class _Work(NamedTuple):
    """A function of this room and what it is told."""

    function: str
    told: BaseModel


def study_tasks(settings: NonlinearitySettings) -> list[Task]:
    """Every task of the study, the large networks first, which take longest."""
    plain = settings.model_dump(mode="json")
    works = [work for name in settings.families for work in _searches(settings, name)]
    if settings.constructions:
        works.append(_constructions(settings))
    return [_task(plain, work.function, work.told.model_dump(mode="json")) for work in works]


def _task(plain: dict[str, Any], function: str, told: dict[str, Any]) -> Task:
    return Task(f"{_ROOM}.{function}", told, task_seed(STUDY, plain, [function, told]))


def _searches(settings: NonlinearitySettings, name: str) -> Iterator[_Work]:
    family = settings.families[name]
    for hidden in reversed(family.hidden):
        # the entropy of a shape's starts does not change with what else is asked for
        base = task_seed(STUDY, {"seed": settings.seed}, [name, list(hidden)])
        for activation in family.activations:
            slope, smooth = activation
            told = SearchPiece(
                family=name,
                data=family.data,
                hidden=hidden,
                slope=slope,
                smooth=smooth,
                sweep=family.sweep,
                base=base,
                searches=family.searches,
                plain_steps=settings.plain_steps,
                newton_steps=settings.newton_steps,
                finishing_steps=settings.finishing_steps,
                proofs=settings.proofs,
            )
            yield _Work("_searches:search", told)


def _constructions(settings: NonlinearitySettings) -> _Work:
    told = ConstructionsPiece(
        students=settings.students,
        twin_searches=settings.twin_searches,
        plain_steps=settings.plain_steps,
        newton_steps=settings.newton_steps,
        finishing_steps=settings.finishing_steps,
    )
    return _Work("_constructions:prove", told)
