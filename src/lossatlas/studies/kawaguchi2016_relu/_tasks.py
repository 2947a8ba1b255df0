"""The grid of work, in pieces of at most a minute: networks first, which take longest."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic import BaseModel

from lossatlas.execution import Task, task_seed
from lossatlas.studies._choices import network_widths

from ._names import STUDY
from ._pieces import (
    CoursePiece,
    LinearPiece,
    PathSumPiece,
    ReductionPiece,
    SignalsPiece,
    SizesPiece,
    TuplesPiece,
)
from ._settings import FamilyChoice, Kawaguchi2016ReluSettings

# Multiplications of one task of training, at 6 a weight and sample: some thirty seconds of one core.
_WORK = 1e12
_ROOM = "lossatlas.studies.kawaguchi2016_relu"
_SUMMED = (
    (3, 2, 3, 1),
    (6, 5, 3),
    (5, 4, 4, 3),
    (4, 3, 3, 3, 2),
    (3, 2, 3, 2, 3, 2),
    (64, 32, 10),
    (64, 32, 32, 10),
    (100, 50, 50, 50, 10),
    (64, 16, 16, 16, 16, 10),
)


class _Work(NamedTuple):
    """A function of this room and what it is told."""

    function: str
    told: BaseModel


def study_tasks(settings: Kawaguchi2016ReluSettings) -> list[Task]:
    """Every task of the study."""
    plain = settings.model_dump(mode="json")
    works = [*_courses(settings), *_signals(settings), *_linear(settings), *_exact(settings)]
    return [_task(plain, work.function, work.told.model_dump(mode="json")) for work in works]


def _task(plain: dict[str, Any], function: str, told: dict[str, Any]) -> Task:
    # settings that say only how much is done are no part of a seed
    return Task(
        f"{_ROOM}.{function}", told, task_seed(STUDY, {"seed": plain["seed"]}, [function, told])
    )


def _base(settings: Kawaguchi2016ReluSettings, *shape: Any) -> tuple[int, ...]:
    """The entropy of the networks of a shape: it does not change with what else is asked for."""
    return task_seed(STUDY, {"seed": settings.seed}, list(shape))


def _courses(settings: Kawaguchi2016ReluSettings) -> Iterator[_Work]:
    for name, family in settings.families.items():
        for layers in reversed(family.hidden_layers):
            for first in range(0, family.networks, family.batch):
                yield _Work("_networks:follow", _course(settings, name, family, layers, first))


def _course(
    settings: Kawaguchi2016ReluSettings, name: str, family: FamilyChoice, layers: int, first: int
) -> CoursePiece:
    number = min(family.batch, family.networks - first)
    return CoursePiece(
        family=name,
        data=family.data,
        training=settings.training,
        hidden_layers=layers,
        width=family.width,
        base=_base(settings, "networks", name, layers, family.width),
        first=first,
        number=number,
        checkpoints=settings.checkpoints,
        followed=max(0, min(number, family.followed - first)),
        samples=min(settings.statistics_samples, family.data.train),
        values=settings.values,
        noise=settings.noise,
        shown=first == 0,
    )


def _signals(settings: Kawaguchi2016ReluSettings) -> Iterator[_Work]:
    choice = settings.widths
    name, family = next(iter(settings.families.items()))
    for trained, number in ((True, choice.trained), (False, choice.starts)):
        for width in reversed(choice.widths):
            batch = _trainable(settings, family, width) if trained else choice.batch
            for first in range(0, number, batch):
                yield _Work(
                    "_signals:look_at_signals",
                    SignalsPiece(
                        family=name,
                        data=family.data,
                        training=settings.training,
                        hidden_layers=choice.hidden_layers,
                        width=width,
                        base=_base(settings, "signals", name, choice.hidden_layers, width),
                        first=first,
                        number=min(batch, number - first),
                        trained=trained,
                        samples=min(choice.samples, family.data.train),
                    ),
                )


def _trainable(settings: Kawaguchi2016ReluSettings, family: FamilyChoice, width: int) -> int:
    """How many networks of a width one task trains."""
    hidden = (width,) * settings.widths.hidden_layers
    weights = sum(a * b for a, b in pairwise(network_widths(family.data, hidden)))
    each = 6.0 * weights * family.data.train * settings.training.epochs
    return max(1, int(_WORK / each))


def _linear(settings: Kawaguchi2016ReluSettings) -> Iterator[_Work]:
    for name, family in settings.families.items():
        for layers in family.hidden_layers:
            told = LinearPiece(
                family=name, data=family.data, hidden_layers=layers, width=family.width
            )
            yield _Work("_linear_theory:list_values", told)


def _exact(settings: Kawaguchi2016ReluSettings) -> Iterator[_Work]:
    choice = settings.reduction
    for shape in choice.shapes:
        for rho in choice.probabilities:
            told = ReductionPiece(
                shape=shape,
                probability=rho,
                points=choice.points,
                samples=choice.samples,
                draws=choice.draws,
            )
            yield _Work("_reduction:draw_gates", told)
    yield _Work("_path_sums:sum_paths", PathSumPiece(shapes=_SUMMED, samples=20))
    yield _Work("_sizes:compare_sizes", SizesPiece(shapes=settings.shapes))
    yield _Work(
        "_tuples:draw_tables", TuplesPiece(tables=settings.tables, draws=settings.table_draws)
    )
