"""The grid of work: which descents and which networks make a task, each of at most a minute."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from lossatlas.execution import Task, task_seed
from lossatlas.studies._choices import network_widths

from ._judge import STUDY
from ._pieces import DescentsPiece, NetworksPiece
from ._settings import DepthSettings, FamilyChoice
from ._shapes import hidden_width, number_of_weights

_ROOM = "lossatlas.studies.depth"
# Multiplications of one task of training, at 6 a weight and sample: some twenty seconds of one core.
_WORK = 2e11
_LARGEST_GROUP = 200


class _Work(NamedTuple):
    """A function of this room and what it is told."""

    function: str
    told: BaseModel


def study_tasks(settings: DepthSettings) -> list[Task]:
    """Every task of the study, the deep ones first, which take longest."""
    plain = settings.model_dump(mode="json")
    works = [work for name in settings.families for work in _family(settings, name)]
    return [_task(plain, work.function, work.told.model_dump(mode="json")) for work in works]


def _task(plain: dict[str, Any], function: str, told: dict[str, Any]) -> Task:
    return Task(f"{_ROOM}.{function}", told, task_seed(STUDY, plain, [function, told]))


def _family(settings: DepthSettings, name: str) -> Iterator[_Work]:
    family = settings.families[name]
    for layers in reversed(family.depths):
        shape = {
            "family": name,
            "data": family.data,
            "hidden_layers": layers,
            "width": _width(family, layers),
        }
        yield from _descents(settings, family, shape)
        yield from _networks(settings, family, shape)


def _width(family: FamilyChoice, layers: int) -> int:
    inputs, outputs = network_widths(family.data, ())
    return hidden_width(inputs, outputs, layers, family.parameters)


def _descents(
    settings: DepthSettings, family: FamilyChoice, shape: dict[str, Any]
) -> Iterator[_Work]:
    for first in range(0, family.descents, family.batch):
        number = min(family.batch, family.descents - first)
        yield _Work(
            "_descents:descend",
            DescentsPiece(
                **shape,
                first=first,
                number=number,
                proofs=max(0, min(number, family.proofs - first)),
                scales=settings.scales,
                plain_steps=settings.plain_steps,
                newton_steps=settings.newton_steps,
            ),
        )


def _networks(
    settings: DepthSettings, family: FamilyChoice, shape: dict[str, Any]
) -> Iterator[_Work]:
    layers, width = shape["hidden_layers"], shape["width"]
    inputs, outputs = network_widths(family.data, ())
    weights = number_of_weights((inputs, *[width] * layers, outputs))
    cost = 6.0 * weights * family.data.train * settings.training.epochs
    group = max(1, min(_LARGEST_GROUP, int(_WORK / cost)))
    # the entropy of a shape's networks does not change with what else is asked for
    base = task_seed(STUDY, {"seed": settings.seed}, [shape["family"], layers, width])
    for first in range(0, family.networks, group):
        number = min(group, family.networks - first)
        yield _Work(
            "_networks:train",
            NetworksPiece(
                **shape,
                training=settings.training,
                base=base,
                first=first,
                number=number,
                curvatures=max(0, min(number, family.curvatures - first)),
            ),
        )
