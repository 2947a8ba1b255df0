"""The grid of work: which function runs on which piece, each of at most a minute."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from lossatlas.execution import Task, task_seed

from ._judge import STUDY
from ._pieces import ComparisonPiece, FewValuesPiece, FurtherPiece, IndexPiece, NetworksPiece
from ._rows import ANNEALING, DESCENT, FEW_VALUED, Side
from ._settings import (
    LARGEST_EXACT,
    AnnealingChoice,
    Choromanska2015NetworksSettings,
    ProtocolChoice,
    WidthChoice,
)

_ROOM = "lossatlas.studies.choromanska2015_networks"
_NUM_SCHEDULES = 5


class _Work(NamedTuple):
    """A function of this room and what it is told."""

    function: str
    told: BaseModel


def study_tasks(settings: Choromanska2015NetworksSettings) -> list[Task]:
    """Every task of the study, wide networks first, so that no worker ends with a long one."""
    plain = settings.model_dump(mode="json")
    widths = sorted(settings.widths, key=lambda choice: -choice.width)
    works = [
        *(work for choice in settings.annealings for work in _comparisons(settings, choice)),
        *(work for choice in widths for work in _of_width(settings, choice)),
    ]
    return [_task(plain, work.function, work.told.model_dump(mode="json")) for work in works]


def _task(plain: dict[str, Any], function: str, told: dict[str, Any]) -> Task:
    return Task(f"{_ROOM}.{function}", told, task_seed(STUDY, plain, [function, told]))


def _networks(
    settings: Choromanska2015NetworksSettings, use: str, width: int, first: int, number: int
) -> NetworksPiece:
    """Networks of a width; their seeds do not change with what else is asked for."""
    base = task_seed(STUDY, {"seed": settings.seed}, [use, width])
    return NetworksPiece(
        protocol=settings.protocol, width=width, base=base, first=first, number=number
    )


def _of_width(settings: Choromanska2015NetworksSettings, choice: WidthChoice) -> Iterator[_Work]:
    def pieces(number: int, group: int) -> Iterator[NetworksPiece]:
        for first in range(0, number, group):
            yield _networks(settings, "networks", choice.width, first, min(group, number - first))

    for piece in pieces(choice.networks, choice.group):
        yield _Work("_networks:train", piece)
    exact = choice.width <= LARGEST_EXACT
    for settling in sorted({0, settings.settling if exact else 0}):
        for piece in pieces(choice.indexed, choice.index_group):
            told = IndexPiece(
                networks=piece,
                exact=exact,
                settling=settling,
                probes=settings.probes,
                steps=settings.steps,
                block=settings.block,
            )
            yield _Work("_indices:measure", told)
    for piece in pieces(choice.rounded, choice.group):
        yield _Work(
            "_few_values:replace_weights",
            FewValuesPiece(networks=piece, numbers=settings.few_values),
        )
    # as many epochs again at least: half as many networks a task
    for piece in pieces(choice.continued, max(1, choice.group // 2)):
        yield _Work(
            "_further:continue_training",
            FurtherPiece(
                networks=piece, epochs=settings.further_epochs, rate=settings.further_rate
            ),
        )


def _comparisons(
    settings: Choromanska2015NetworksSettings, choice: AnnealingChoice
) -> Iterator[_Work]:
    for budget in sorted(choice.budgets, reverse=True):
        for first in range(0, choice.networks, choice.group):
            number = min(choice.group, choice.networks - first)
            piece = _networks(settings, "comparison", choice.width, first, number)
            few = choice.few and budget == choice.budgets[-1]
            for side, place, protocol in _candidates(settings, few=few):
                told = ComparisonPiece(
                    networks=piece.model_copy(update={"protocol": protocol}),
                    samples=choice.samples,
                    budget=budget,
                    side=side,
                    place=place,
                )
                yield _Work("_comparison:compare", told)


def _candidates(
    settings: Choromanska2015NetworksSettings, *, few: bool
) -> Iterator[tuple[Side, int, ProtocolChoice]]:
    """Descent at each rate, the five schedules, and where asked for the five over few values."""
    protocol = settings.protocol
    for place, rate in enumerate(settings.rates):
        yield DESCENT, place, protocol.model_copy(update={"rate": rate})
    sides: tuple[Side, ...] = (ANNEALING, FEW_VALUED) if few else (ANNEALING,)
    for side in sides:
        for place in range(_NUM_SCHEDULES):
            yield side, place, protocol
