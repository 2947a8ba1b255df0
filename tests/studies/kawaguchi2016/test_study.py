"""The study from end to end on settings that run in seconds."""

from typing import Any

import numpy as np
import pytest
import torch
from tests.studies._performed import performed, whole

from lossatlas.catalogue import AbstractStore, MemoryStore
from lossatlas.evidence import Outcome, Ruling, Strength
from lossatlas.studies.kawaguchi2016 import Kawaguchi2016

STUDY = Kawaguchi2016()
POINT = {
    "architecture", "data", "method", "start_seed", "loss", "gradient_norm", "newton_step",
    "status", "index", "undecided", "positive", "nullity", "kind", "subset", "rank", "label",
    "unlabelled_reason", "gap", "strength",
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tiny: dict[str, Any]) -> AbstractStore:
    return whole(STUDY, tiny)


@pytest.fixture(scope="module")
def outcome(store: AbstractStore, tiny: dict[str, Any]) -> Outcome:
    return STUDY.judge(STUDY.settings("quick", **tiny), store)


def test_nothing_fails_and_only_the_number_of_runs_is_missing(outcome: Outcome) -> None:
    rulings = {verdict.claim.id: verdict.ruling for verdict in outcome.verdicts}
    assert rulings.pop("K2") is Ruling.UNDECIDED
    assert set(rulings.values()) == {Ruling.HOLDS}


def test_every_claim_has_a_verdict_and_every_figure_its_limits(outcome: Outcome) -> None:
    assert [verdict.claim for verdict in outcome.verdicts] == list(STUDY.claims)
    figures = {figure.id: figure for figure in outcome.figures}
    assert set(figures) == {
        "critical-values", "spectrum", "slice", "escape", "kinds", "cross-entropy",
    }  # fmt: skip
    assert all(figure.caption and figure.limits and figure.panels for figure in figures.values())


def test_every_point_has_every_attribute(store: AbstractStore) -> None:
    names = {frozenset(record.attributes) for record in store.records(kind="point")}
    assert len(names) == 1
    assert next(iter(names)) >= POINT


def test_a_stored_point_has_the_loss_of_its_record(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    from lossatlas.data import digits
    from lossatlas.surfaces import DeepLinear

    fields = {k: v for k, v in tiny["data"]["digits"].items() if k != "source"}
    data = digits(**fields, centred=False)
    for record in store.records(kind="point", where={"data": "digits", "role": "descent"}):
        widths = [int(width) for width in record.attributes["architecture"].split("-")]
        X, Y = (torch.from_numpy(np.array(part)) for part in (data.inputs, data.targets))
        assert record.point is not None
        loss = DeepLinear(widths, X, Y).loss(torch.from_numpy(record.point.copy())).item()
        assert loss == pytest.approx(record.attributes["loss"], rel=1e-12)


def test_points_found_are_measured_and_points_constructed_are_proved(
    store: AbstractStore,
) -> None:
    for record in store.records(kind="point"):
        row = record.attributes
        certain = row["role"] == "exact" or (row["role"] == "constructed" and row["theorem"])
        assert (row["strength"] == Strength.PROVED) == certain or row["data"] == "raw"


def test_a_broken_assumption_is_named_with_its_number(outcome: Outcome) -> None:
    reasons = " ".join(verdict.reason for verdict in outcome.verdicts)
    assert "On centred an assumption is broken on purpose. HA2" in reasons
    assert "On raw an assumption is broken on purpose. HA1" in reasons
    assert "With cross-entropy in place of the squared error" in reasons


def test_the_origin_of_each_deep_network_is_a_bad_saddle(store: AbstractStore) -> None:
    origins = [
        record
        for record in store.records(kind="point", where={"origin": True, "role": "constructed"})
        if record.attributes["hidden_layers"] > 1
    ]
    assert len(origins) == 3
    for record in origins:
        assert record.attributes["kind"] == "bad saddle"
        assert record.attributes["descent"] < 0
        assert not np.any(record.point)


def test_the_same_task_gives_the_same_bits(tiny: dict[str, Any]) -> None:
    tasks = STUDY.tasks(STUDY.settings("quick", **tiny))
    task = next(task for task in tasks if task.function.endswith(":search"))
    stores = [MemoryStore(), MemoryStore()]
    for store in stores:
        store.commit(task.key, task.json, performed(task))
    assert stores[0].digest() == stores[1].digest()
