"""The study from end to end on settings that run in seconds."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.studies._performed import performed, whole

from lossatlas.catalogue import AbstractStore, MemoryStore, SqliteStore
from lossatlas.evidence import Ruling
from lossatlas.studies.choromanska2015_glass import Choromanska2015Glass
from lossatlas.studies.choromanska2015_glass._finish import distance
from lossatlas.studies.choromanska2015_glass._glass import draw_glass
from lossatlas.theory.random_matrix import semicircle_distribution
from lossatlas.verification import Outcome, verify_catalogue

STUDY = Choromanska2015Glass()


@pytest.fixture(scope="module")
def store(tiny: dict[str, Any]) -> AbstractStore:
    return whole(STUDY, tiny)


def rows(store: AbstractStore, kind: str, **where: Any) -> list[dict[str, Any]]:
    return [dict(r.attributes) for r in store.records(STUDY.name, kind, where=where)]


def test_nothing_fails_and_what_needs_more_is_undecided(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    outcome = STUDY.judge(STUDY.settings("quick", **tiny), store)
    rulings = {verdict.claim.id: verdict.ruling for verdict in outcome.verdicts}
    assert rulings == {
        "C5": Ruling.HOLDS,
        "C7": Ruling.UNDECIDED,
        "C11": Ruling.HOLDS,
        "C12": Ruling.UNDECIDED,
        "C23": Ruling.HOLDS,
    }
    assert len(outcome.figures) == 7


def test_no_method_spends_more_than_its_budget_and_noisy_ones_spend_it(
    store: AbstractStore,
) -> None:
    for row in rows(store, "run"):
        # shares of an evaluation are added up
        assert row["evaluations"] <= row["budget"] * (1 + 1e-9)
        if row["method"] != "gradient descent":
            # the closing descent may arrive before its share of the budget is spent
            assert row["evaluations"] >= 0.65 * row["budget"]


def test_runs_are_all_there_and_stand_on_the_same_couplings(store: AbstractStore) -> None:
    runs = rows(store, "run", size=9)
    by_method: dict[str, set[tuple[int, int]]] = {}
    for row in runs:
        by_method.setdefault(row["method"], set()).add((row["disorder"], row["run"]))
    assert by_method.pop("gradient descent") == {(d, r) for d in range(3) for r in range(4)}
    assert len(by_method) == 3
    for found in by_method.values():
        assert found == {(d, r) for d in range(2) for r in range(4)}


def test_a_run_does_not_depend_on_how_runs_are_put_into_tasks(tiny: dict[str, Any]) -> None:
    energies = []
    for fields in ({"group": 3}, {"group": 1, "batch": 3}):
        choice = {**tiny["sizes"][0], "methods": ["gradient descent"], **fields}
        tasks = STUDY.tasks(STUDY.settings("quick", **{**tiny, "sizes": [choice]}))
        found = [r for t in tasks if t.function.endswith(":descend") for r in performed(t)]
        runs = [r.attributes for r in found if r.kind == "run"]
        energies.append({(r["disorder"], r["run"]): r["energy"] for r in runs})
    assert energies[0].keys() == energies[1].keys()
    for key, energy in energies[0].items():
        assert energy == pytest.approx(energies[1][key], abs=1e-9)


def test_a_finished_end_is_a_minimum_of_its_couplings(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    task = next(
        task
        for task in STUDY.tasks(STUDY.settings("quick", **tiny))
        if task.function.endswith(":descend") and task.settings["size"] == 9
    )
    base = tuple(task.settings["couplings"])
    for record in store.records(STUDY.name, "minimum", where={"size": 9}):
        row = record.attributes
        assert record.point is not None
        glass = draw_glass(base, row["disorder"], order=3, size=9)
        w = torch.from_numpy(record.point.copy())
        assert glass.energy(w).item() == pytest.approx(row["energy"], rel=1e-12)
        assert (row["status"], row["index"], row["undecided"]) == ("critical", 0, 0)
        assert row["lowest"] > 0
        assert row["certified"]


def test_stored_instances_are_proved_again(store: AbstractStore, tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "atlas.db") as kept:
        for place, kind in enumerate(("instance", "point", "complex roots")):
            kept.commit(str(place), "{}", list(store.records(STUDY.name, kind)))
    found = list(verify_catalogue(tmp_path / "atlas.db"))
    assert {statement.finding.outcome for statement in found} == {Outcome.PROVED}
    assert len(found) > 40
    instances = {statement.instance for statement in found}
    assert {name.partition("/")[0] for name in instances} == {"4", "descents 9"}


def test_sums_over_minima_are_those_of_the_stored_points(store: AbstractStore) -> None:
    for row in rows(store, "enumeration"):
        points = rows(store, "point", instance=row["instance"], index=0)
        assert row["minima"] == len(points)
        assert row["energy_sum"] == pytest.approx(sum(point["energy"] for point in points))
        assert row["euler"] == 1 + (-1) ** (row["size"] - 1)


def test_a_level_lies_above_both_minima_that_it_joins(store: AbstractStore) -> None:
    for row in rows(store, "pair"):
        minima = rows(store, "point", instance=row["instance"], index=0)
        heights = sorted(row["size"] * point["energy"] for point in minima)
        assert row["minimax"] > heights[1] - 1e-9
    for row in rows(store, "barrier"):
        assert row["height"] > 0
        assert (row["parts"], row["lost"]) == (1, 0)


def test_saddles_have_the_index_asked_for(store: AbstractStore) -> None:
    found = [row for row in rows(store, "saddle") if row["status"] == "critical"]
    assert found
    assert all(row["index"] == row["target"] and row["undecided"] == 0 for row in found)


def test_the_distance_from_a_semicircle_is_that_of_kolmogorov_and_smirnov() -> None:
    from scipy.stats import kstest

    values = np.sort(np.random.default_rng(0).normal(1.0, 0.7, size=60))
    law = kstest(values, lambda x: semicircle_distribution(x, centre=1.0, radius=1.5))
    assert distance(values, 1.0, 1.5) == pytest.approx(law.statistic, rel=1e-12)


def test_the_same_task_gives_the_same_bits(tiny: dict[str, Any]) -> None:
    tasks = STUDY.tasks(STUDY.settings("quick", **tiny))
    task = next(task for task in tasks if task.settings.get("method") == "annealing")
    stores = [MemoryStore(), MemoryStore()]
    for one in stores:
        one.commit(task.key, task.json, performed(task))
    assert stores[0].digest() == stores[1].digest()
