"""The study from end to end on settings that run in seconds."""

from typing import Any

import numpy as np
import pytest
from tests.studies._performed import performed, whole

from lossatlas.catalogue import AbstractStore, MemoryStore
from lossatlas.evidence import Ruling
from lossatlas.execution import Task
from lossatlas.studies.choromanska2015_networks import Choromanska2015Networks

STUDY = Choromanska2015Networks()
KINDS = {
    "network": 11, "index": 2, "index settled": 2, "index estimate": 1, "few values": 8, "further": 2, "comparison": 75,
}  # fmt: skip


def tasks(tiny: dict[str, Any], function: str, **fields: Any) -> list[Task]:
    found = STUDY.tasks(STUDY.settings("quick", **{**tiny, **fields}))
    return [task for task in found if task.function.endswith(function)]


@pytest.fixture(scope="module")
def store(tiny: dict[str, Any]) -> AbstractStore:
    return whole(STUDY, tiny)


def rows(store: AbstractStore, kind: str, **where: Any) -> list[dict[str, Any]]:
    return [dict(r.attributes) for r in store.records(STUDY.name, kind, where=where)]


def test_every_kind_of_record_is_there_and_too_few_to_judge(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    assert {kind: len(rows(store, kind)) for kind in KINDS} == KINDS
    outcome = STUDY.judge(STUDY.settings("quick", **tiny), store)
    assert {verdict.ruling for verdict in outcome.verdicts} == {Ruling.UNDECIDED}
    assert len(outcome.figures) == 8


def test_a_network_ends_where_its_way_ends(store: AbstractStore) -> None:
    for record in store.records(STUDY.name, "network"):
        row, array = record.attributes, record.point
        assert array is not None
        epochs, train, test = np.split(array, 3)
        assert epochs.tolist() == [0.0, 1.0, 2.0]
        assert train[-1] == pytest.approx(row["train_loss"], rel=1e-6)
        assert test[-1] == pytest.approx(row["test_loss"], rel=1e-6)
        assert row["finite"]
        assert train[-1] < train[0]
        assert 0 <= row["test_error"] <= 1


def test_a_network_does_not_depend_on_how_networks_are_put_into_tasks(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    widths = [{**tiny["widths"][0], "group": 5}]
    [task] = tasks(tiny, ":train", widths=widths)
    together = {r.attributes["network"]: dict(r.attributes) for r in performed(task)}
    apart = {row["network"]: row for row in rows(store, "network", width=3)}
    assert together == apart
    assert len({row["seed"] for row in apart.values()}) == 5


def test_an_index_is_taken_where_the_recorded_network_ends(store: AbstractStore) -> None:
    ends = {(r["width"], r["network"]): r for r in rows(store, "network")}
    for row in [*rows(store, "index"), *rows(store, "index estimate")]:
        end = ends[row["width"], row["network"]]
        assert row["train_loss"] == pytest.approx(end["train_loss"], rel=1e-5)
        assert row["gradient_norm"] == pytest.approx(end["gradient_norm"], rel=1e-3)
        assert row["seed"] == end["seed"]
    for row in rows(store, "index settled"):
        assert row["train_loss"] < ends[row["width"], row["network"]]["train_loss"]
    for row in rows(store, "further"):
        end = ends[row["width"], row["network"]]
        assert row["train_loss_before"] == end["train_loss"]
        assert row["best_test_loss"] <= min(row["test_loss"], row["test_loss_before"]) + 1e-12


def test_both_sides_spend_the_same_evaluations(store: AbstractStore) -> None:
    for budget in (2, 3):
        own = rows(store, "comparison", budget=budget)
        spent = [row["evaluations"] for row in own]
        assert max(spent) == pytest.approx(min(spent), rel=0.02)
        assert {row["method"] for row in own} >= {"descent", "annealing"}
    assert len(rows(store, "comparison", method="annealing over three values")) == 15


def test_a_network_that_breaks_is_recorded_and_its_neighbours_are_not_touched(
    tiny: dict[str, Any],
) -> None:
    wild = {**tiny["protocol"], "rate": 1e20, "activation": "identity"}
    task = tasks(tiny, ":train", protocol=wild)[-1]
    found = [record.attributes for record in performed(task)]
    assert not any(row["finite"] for row in found)
    assert all(np.isnan(row["test_error"]) for row in found)


def test_the_engines_agree_to_rounding(tiny: dict[str, Any]) -> None:
    ends = []
    for engine in ("kernel", "torch"):
        protocol = {**tiny["protocol"], "engine": engine, "precision": "float64"}
        task = tasks(tiny, ":train", protocol=protocol)[-1]
        found = performed(task)
        assert {record.attributes["engine"] for record in found} == {engine}
        ends.append([record.attributes["test_loss"] for record in found])
    assert ends[0] == pytest.approx(ends[1], rel=1e-9)


def test_the_same_task_gives_the_same_bits(tiny: dict[str, Any]) -> None:
    for function in (":measure", ":compare"):
        task = tasks(tiny, function)[-1]
        stores = [MemoryStore(), MemoryStore()]
        for one in stores:
            one.commit(task.key, task.json, performed(task))
        assert stores[0].digest() == stores[1].digest()
