"""The grid of work: which function runs on which network, in pieces of at most a minute."""

from collections.abc import Iterator
from math import comb
from typing import Any, NamedTuple

from lossatlas.execution import Task, task_seed

from ._judge import STUDY
from ._settings import Kawaguchi2016Settings, NetworkChoice, Piece

_ROOM = "lossatlas.studies.kawaguchi2016"
_EXACT_BATCH = 10


class _Work(NamedTuple):
    """A function of this room and what it is told."""

    function: str
    told: dict[str, Any]


def study_tasks(settings: Kawaguchi2016Settings) -> list[Task]:
    """Every task of the study, the long ones first, so that no worker is left with one at the end."""
    plain = settings.model_dump(mode="json")
    works = [*_searches(settings), *_constructions(settings), *_exact(settings), *_once(settings)]
    return [
        Task(
            f"{_ROOM}.{work.function}",
            work.told,
            task_seed(STUDY, plain, [work.function, work.told]),
        )
        for work in works
    ]


def _searches(settings: Kawaguchi2016Settings) -> Iterator[_Work]:
    for position, network in enumerate(settings.networks):
        searches, descents = (
            total if network.runs is None else network.runs
            for total in (settings.searches, settings.descents)
        )
        yield from _batches(settings, position, settings.search_methods, searches)
        yield from _batches(settings, position, ("Descent",), descents)


def _batches(
    settings: Kawaguchi2016Settings, position: int, methods: tuple[str, ...], total: int
) -> Iterator[_Work]:
    """Fixed batches, the methods in turn."""
    batch = settings.networks[position].batch or settings.batch
    for i, first in enumerate(range(0, total, batch)):
        number = min(batch, total - first)
        yield _on(
            settings, position, "_search:search", method=methods[i % len(methods)],
            number=number, first=first,
        )  # fmt: skip


def _constructions(settings: Kawaguchi2016Settings) -> Iterator[_Work]:
    for position, network in enumerate(settings.networks):
        told = {
            "draws": settings.draws if network.draws is None else network.draws,
            "subsets": settings.subsets,
            "number": network.group,
        }
        for first in range(0, _num_subsets(settings, network), network.group):
            yield _on(settings, position, "_constructed:construct", first=first, **told)


def _num_subsets(settings: Kawaguchi2016Settings, network: NetworkChoice) -> int:
    """At most so many subsets are constructed; a task whose subsets do not exist has no points."""
    choice = settings.data[network.data]
    outputs = len(choice.classes) if choice.classes is not None else 10
    largest = min(*network.hidden, outputs)
    return min(settings.subsets, sum(comb(outputs, r) for r in range(largest + 1)))


def _exact(settings: Kawaguchi2016Settings) -> Iterator[_Work]:
    yield _Work("_exact:worked_examples", {})
    for first in range(0, settings.rational_instances, _EXACT_BATCH):
        number = min(_EXACT_BATCH, settings.rational_instances - first)
        yield _Work("_exact:random_instances", {"first": first, "number": number})


def _once(settings: Kawaguchi2016Settings) -> Iterator[_Work]:
    for name, choice in settings.data.items():
        yield _Work("_assumed:assume", {"data_name": name, "data": choice.model_dump(mode="json")})
    for position, network in enumerate(settings.networks):
        yield _on(settings, position, "_curvature:curve", number=8)
        if network.runs != 0:
            yield from _pictures(settings, position, network)


def _pictures(
    settings: Kawaguchi2016Settings, position: int, network: NetworkChoice
) -> Iterator[_Work]:
    yield _on(settings, position, "_balanced:balance")
    if position in _first_on_each_data(settings):
        number = settings.cross_entropy_descents
        yield _on(settings, position, "_cross_entropy:observe", number=number)
    if len(network.hidden) > 1:
        yield _on(settings, position, "_escape:escape", number=settings.escapes)
        yield _on(settings, position, "_slice:cut", cells=settings.slice_cells)


def _first_on_each_data(settings: Kawaguchi2016Settings) -> set[int]:
    """The first network on each data choice, among those with the study's own number of runs."""
    first: dict[str, int] = {}
    for position, network in enumerate(settings.networks):
        if network.runs is None:
            first.setdefault(network.data, position)
    return set(first.values())


def _on(settings: Kawaguchi2016Settings, position: int, function: str, **told: Any) -> _Work:
    network = settings.networks[position]
    piece = Piece(
        network=position,
        data_name=network.data,
        data=settings.data[network.data],
        hidden=network.hidden,
        **told,
    )
    return _Work(function, piece.model_dump(mode="json"))
