"""The grid of work: which function runs on what, the long tasks first."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import BaseModel

from lossatlas.execution import Task, task_seed

from ._judge import STUDY
from ._pieces import TABLES, CountPiece, CurvePiece, ExpectedPiece, GlobePiece, TablePiece
from ._settings import Auffinger2013Settings

_ROOM = "lossatlas.studies.auffinger2013"


class _Work(NamedTuple):
    """A function of this room and what it is told."""

    function: str
    told: BaseModel


def study_tasks(settings: Auffinger2013Settings) -> list[Task]:
    """Every task of the study."""
    plain = settings.model_dump(mode="json")
    tasks = []
    for work in (*_counts(settings), *_exact(settings), *_once(settings)):
        told = work.told.model_dump(mode="json")
        tasks.append(
            Task(f"{_ROOM}.{work.function}", told, task_seed(STUDY, plain, [work.function, told]))
        )
    return tasks


def _base(settings: Auffinger2013Settings, purpose: str, order: int, size: int) -> tuple[int, ...]:
    """Entropy of the couplings: an instance has its number, whatever task it falls into."""
    return task_seed(STUDY, {"seed": settings.seed}, [purpose, order, size])


def _counts(settings: Auffinger2013Settings) -> Iterator[_Work]:
    for choice in sorted(settings.counts, key=lambda c: -c.size * c.order):
        base = _base(settings, "count", choice.order, choice.size)
        for first in range(0, choice.instances, choice.group):
            told = CountPiece(
                order=choice.order,
                size=choice.size,
                first=first,
                number=min(choice.group, choice.instances - first),
                stored=min(max(choice.stored - first, 0), choice.group),
                base=base,
            )
            yield _Work("_counts:count", told)


def _exact(settings: Auffinger2013Settings) -> Iterator[_Work]:
    for table in settings.tables:
        for name in TABLES:
            for size in reversed(getattr(table, name)):
                told = TablePiece(table=name, order=table.order, size=size)
                yield _Work("_tables:tabulate", told)


def _once(settings: Auffinger2013Settings) -> Iterator[_Work]:
    for choice in settings.counts:
        yield _Work("_tables:expect", ExpectedPiece(order=choice.order, size=choice.size))
    for table in settings.tables:
        yield _Work("_curves:trace", CurvePiece(order=table.order))
    if settings.globe_draws:
        base = _base(settings, "globe", 3, 3)
        yield _Work("_globe:turn", GlobePiece(order=3, draws=settings.globe_draws, base=base))
