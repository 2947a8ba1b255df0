"""The study from its tasks to its outcome, in seconds; and its settings."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from tests.studies._performed import performed

from lossatlas.catalogue import AbstractStore, MemoryStore
from lossatlas.evidence import Ruling
from lossatlas.studies.kawaguchi2016_relu import Kawaguchi2016Relu
from lossatlas.studies.kawaguchi2016_relu._claims import (
    CASES_NEEDED,
    DEPTHS,
    DRAWS_NEEDED,
    MATRICES_NEEDED,
    NETWORKS_NEEDED,
    SHAPES_NEEDED,
    STARTS_NEEDED,
    TUPLES_NEEDED,
    WIDTHS_NEEDED,
)
from lossatlas.studies.kawaguchi2016_relu._rows import KINDS

STUDY = Kawaguchi2016Relu()


@pytest.fixture(scope="module")
def store(tiny: dict[str, Any]) -> AbstractStore:
    filled = MemoryStore()
    for task in STUDY.tasks(STUDY.settings("quick", **tiny)):
        filled.commit(task.key, task.json, performed(task))
    return filled


def test_every_kind_of_record_is_measured(store: AbstractStore) -> None:
    assert {record.kind for record in store.records(STUDY.name)} == set(KINDS)


def test_what_needs_no_large_sample_holds_and_the_rest_is_open(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    outcome = STUDY.judge(STUDY.settings("quick", **tiny), store)
    rulings = {v.claim.id: v.ruling for v in outcome.verdicts}
    assert rulings["C1"] is Ruling.HOLDS
    others = {ruling for id, ruling in rulings.items() if id != "C1"}
    assert others == {Ruling.UNDECIDED}
    assert len(outcome.figures) == 5


def test_checkpoints_are_the_beginning_of_one_training(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    """A study with fewer checkpoints sees the same networks where both look."""
    settings = STUDY.settings("quick", **{**tiny, "checkpoints": [0, 4]})
    fewer = MemoryStore()
    for task in STUDY.tasks(settings):
        if task.function.endswith("follow"):
            fewer.commit(task.key, task.json, performed(task))
    names = ("hidden_layers", "network", "epoch")
    known = {
        tuple(r.attributes[name] for name in names): r.attributes
        for r in store.records(STUDY.name, "checkpoint")
    }
    looked = [r.attributes for r in fewer.records(STUDY.name, "checkpoint")]
    assert len(looked) == 2 * 2 * 3
    assert all(row == known[tuple(row[name] for name in names)] for row in looked)


def test_followed_networks_are_audited_at_every_checkpoint_and_others_at_the_ends(
    store: AbstractStore,
) -> None:
    epochs: dict[int, set[int]] = {}
    for record in store.records(STUDY.name, "audit"):
        row = record.attributes
        epochs.setdefault(row["network"], set()).add(row["epoch"])
    assert epochs == {0: {0, 2, 4}, 1: {0, 4}, 2: {0, 4}}


def test_the_same_task_gives_the_same_bits(tiny: dict[str, Any]) -> None:
    tasks = STUDY.tasks(STUDY.settings("quick", **tiny))
    one_of_each = {task.function: task for task in tasks}
    stores = [MemoryStore(), MemoryStore()]
    for one in stores:
        for task in one_of_each.values():
            one.commit(task.key, task.json, performed(task))
    assert stores[0].digest() == stores[1].digest()


def test_sampled_rates_average_to_rho(store: AbstractStore) -> None:
    for record in store.records(STUDY.name, "rates"):
        rates = np.asarray(record.point)
        error = rates.std() / len(rates) ** 0.5
        assert abs(rates.mean() - record.attributes["rho"]) <= 4 * error + 1e-12


@pytest.mark.parametrize("preset", ["standard", "paper"])
def test_the_presets_that_judge_have_what_the_rules_ask_for(preset: str) -> None:
    settings = STUDY.settings(preset)
    for family in settings.families.values():
        assert set(DEPTHS) <= set(family.hidden_layers)
        assert family.networks >= NETWORKS_NEEDED
        matrices = family.networks * sum(depth + 1 for depth in family.hidden_layers)
        assert matrices >= MATRICES_NEEDED
    cases = settings.reduction
    assert len(cases.shapes) * len(cases.probabilities) * cases.points >= CASES_NEEDED
    assert {len(shape) - 2 for shape in cases.shapes} == set(DEPTHS)
    assert cases.draws >= DRAWS_NEEDED
    assert settings.shapes >= SHAPES_NEEDED
    assert settings.tables >= TUPLES_NEEDED
    assert len(settings.widths.widths) >= WIDTHS_NEEDED
    assert settings.widths.starts >= STARTS_NEEDED
    assert settings.widths.trained > 0


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"checkpoints": [0, 3]}, "checkpoints"),
        ({"checkpoints": [1, 243]}, "checkpoints"),
        ({"checkpoints": [0, 9, 3, 243]}, "checkpoints"),
        ({"training": {"epochs": 243, "activation": "tanh"}}, "activation"),
        ({"families": {}}, "families"),
        ({"widths": {"widths": [8]}}, "widths"),
        ({"widths": {"widths": [16, 8]}}, "widths"),
        ({"reduction": {"probabilities": [0.0]}}, "probabilities"),
        ({"reduction": {"shapes": [[3, 2]]}}, "shapes"),
        ({"noise": 3}, "noise"),
        ({"families": {"x": {"data": {"train": 9, "test": 9}, "width": 0}}}, "width"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", **fields)


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"`preset` should be one of quick"):
        STUDY.settings("fast")


def test_settings_survive_json() -> None:
    settings = STUDY.settings("quick")
    assert STUDY.settings("quick", **settings.model_dump(mode="json")) == settings


@pytest.mark.parametrize("preset", STUDY.presets)
def test_tasks_have_different_keys_and_seeds(preset: str) -> None:
    tasks = STUDY.tasks(STUDY.settings(preset))
    assert len({task.key for task in tasks}) == len({task.seed for task in tasks}) == len(tasks)
