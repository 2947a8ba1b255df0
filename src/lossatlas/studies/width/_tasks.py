"""The grid of work: which networks are trained together, in pieces of at most a minute."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic import BaseModel

from lossatlas.execution import Task, task_seed
from lossatlas.studies._choices import network_widths

from ._judge import STUDY
from ._pieces import BandsPiece, NetworksPiece
from ._settings import BandChoice, FamilyChoice, WidthSettings

_ROOM = "lossatlas.studies.width"
# Multiplications of one task, at 6 a weight and sample: about twenty seconds of one core.
_WORK = 2e11
_LARGEST_GROUP = 200


class _Work(NamedTuple):
    """A function of this room, what it is told, and how long it takes, in some unit."""

    function: str
    told: BaseModel
    cost: float


def study_tasks(settings: WidthSettings) -> list[Task]:
    """Every task of the study, the long ones first, so that no worker is left with one at the end."""
    plain = settings.model_dump(mode="json")
    works = sorted([*_bands(settings), *_families(settings)], key=lambda work: -work.cost)
    return [_task(plain, work.function, work.told.model_dump(mode="json")) for work in works]


def _task(plain: dict[str, Any], function: str, told: dict[str, Any]) -> Task:
    return Task(f"{_ROOM}.{function}", told, task_seed(STUDY, plain, [function, told]))


def _base(settings: WidthSettings, use: str, layers: int, width: int) -> tuple[int, ...]:
    """The entropy of the networks of a shape: it does not change with what else is asked for."""
    return task_seed(STUDY, {"seed": settings.seed}, [use, layers, width])


def _families(settings: WidthSettings) -> Iterator[_Work]:
    for family in settings.families:
        for width in family.widths:
            each = _cost(settings, family.hidden_layers, width)
            group = _group(each)
            for first in range(0, family.networks, group):
                number = min(group, family.networks - first)
                told = _networks(settings, family, width, first, number)
                yield _Work("_networks:train", told, number * each)


def _cost(settings: WidthSettings, layers: int, width: int) -> float:
    """The multiplications that one network takes."""
    widths = network_widths(settings.data, (width,) * layers)
    weights = sum(below * above for below, above in pairwise(widths))
    return 6.0 * weights * settings.data.train * settings.training.epochs


def _group(cost: float) -> int:
    """An even number of networks, so that the two of a pair are trained in one task."""
    return max(2, min(_LARGEST_GROUP, 2 * int(_WORK / cost / 2)))


def _networks(
    settings: WidthSettings, family: FamilyChoice, width: int, first: int, number: int
) -> NetworksPiece:
    return NetworksPiece(
        data=settings.data,
        training=settings.training,
        hidden_layers=family.hidden_layers,
        width=width,
        base=_base(settings, "networks", family.hidden_layers, width),
        first=first,
        number=number,
        curvatures=max(0, min(number, family.curvatures - first)),
        lines=max(0, min(number // 2, family.lines - first // 2)),
        line_points=settings.line_points,
    )


def _bands(settings: WidthSettings) -> Iterator[_Work]:
    for choice in settings.bands:
        for width in choice.widths:
            for first in range(0, choice.pairs, choice.group):
                told = _band(settings, choice, width, first)
                # bands are few and slow: before all else, the widest first
                yield _Work("_bands:lay", told, 1e15 * width * choice.hidden_layers)


def _band(settings: WidthSettings, choice: BandChoice, width: int, first: int) -> BandsPiece:
    return BandsPiece(
        data=settings.band_data,
        training=settings.band_training,
        hidden_layers=choice.hidden_layers,
        width=width,
        base=_base(settings, "bands", choice.hidden_layers, width),
        first=first,
        number=min(choice.group, choice.pairs - first),
        images=choice.images,
        max_steps=choice.max_steps,
        newton_steps=choice.newton_steps,
    )
