"""The study from end to end on settings that run in seconds."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from tests.studies._performed import performed

from lossatlas.catalogue import AbstractStore, MemoryStore, Record
from lossatlas.evidence import Ruling
from lossatlas.execution import open_run
from lossatlas.studies.nonlinearity import Nonlinearity, TeacherData
from lossatlas.studies.nonlinearity._claims import SEARCHES_NEEDED, SMOOTH, WIDTHS_NEEDED
from lossatlas.studies.nonlinearity._data import samples
from lossatlas.studies.nonlinearity._pieces import SearchPiece
from lossatlas.studies.nonlinearity._problem import problem
from lossatlas.verification import Outcome, verify_catalogue

STUDY = Nonlinearity()


def pieces(tiny: dict[str, Any]) -> list[SearchPiece]:
    tasks = STUDY.tasks(STUDY.settings("quick", **tiny))
    return [SearchPiece.model_validate(t.settings) for t in tasks if "searches" in t.function]


@pytest.fixture(scope="module")
def store(tiny: dict[str, Any]) -> Iterator[AbstractStore]:
    with MemoryStore() as store:
        for task in STUDY.tasks(STUDY.settings("quick", **tiny)):
            store.commit(task.key, task.json, performed(task))
        yield store


def rows(store: AbstractStore, kind: str, **where: Any) -> list[dict[str, Any]]:
    return [dict(r.attributes) for r in store.records(STUDY.name, kind, where=where)]


def verified(records: list[Record], folder: Path) -> Counter[tuple[str, Outcome]]:
    """What the checker finds in a run of these records."""
    run = open_run(folder / "run", {"preset": "quick"})
    with run.store() as catalogue:
        catalogue.commit("task", "{}", records)
    return Counter((s.kind, s.finding.outcome) for s in verify_catalogue(run.database))


def test_a_tiny_run_decides_nothing_but_draws_its_figures(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    outcome = STUDY.judge(STUDY.settings("quick", **tiny), store)
    assert {v.ruling for v in outcome.verdicts} == {Ruling.UNDECIDED}
    assert len(outcome.figures) == 4


def test_every_search_is_there_once_and_in_one_share(store: AbstractStore) -> None:
    found = rows(store, "end", family="taught")
    for activation in ("identity", "leaky ReLU 0.5", "ReLU", "tanh"):
        own = [row for row in found if row["activation"] == activation]
        assert sorted(row["run"] for row in own) == list(range(24))
        for row in own:
            at_best = row["share"] == "at the best known value"
            assert at_best == (row["above"] <= 1e-8)


def test_the_identity_ends_at_the_global_value_and_nowhere_else(store: AbstractStore) -> None:
    found = rows(store, "end", activation="identity")
    assert {row["share"] for row in found if row["passes"]} == {"at the best known value"}
    (network,) = rows(store, "network", activation="identity", family="taught")
    X, Y = samples(TeacherData(inputs=2, hidden=(2,), samples=20))
    _, residual, _, _ = np.linalg.lstsq(X, Y, rcond=None)
    assert network["best"] == pytest.approx(residual.sum() / 2, rel=1e-9)


def test_a_bad_minimum_is_proved_and_lies_above_a_point_that_is_stored(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    found = rows(store, "point", role="class of ends", family="taught", bad=True)
    assert found
    networks = {
        (r.attributes["family"], r.attributes["activation"]): r.point
        for r in store.records(STUDY.name, "network")
    }
    surfaces = {(p.family, p.activation): problem(p).surface for p in pieces(tiny)}
    for row in found:
        key = row["family"], row["activation"]
        lowest = networks[key]
        assert lowest is not None
        loss = float(surfaces[key].loss(torch.from_numpy(lowest.copy())))
        assert row["proved"]
        assert loss <= row["lower_loss_high"] + 1e-14
        assert row["lower_loss_high"] + row["gap"] == pytest.approx(row["loss_low"])


def test_every_proved_minimum_is_certified_and_proved_again_by_the_checker(
    store: AbstractStore, tmp_path: Path
) -> None:
    found = rows(store, "point", role="class of ends")
    assert all(row["certified"] == row["proved"] for row in found)
    statements = verified(list(store.records(STUDY.name)), tmp_path)
    assert statements["bad minimum", Outcome.PROVED] == sum(row["bad"] for row in found) > 3
    others = sum(row["proved"] and not row["bad"] for row in found)
    assert statements["minimum", Outcome.PROVED] == others
    assert {outcome for _, outcome in statements} == {Outcome.PROVED}


def test_a_bad_minimum_holds_what_lies_near(store: AbstractStore, tiny: dict[str, Any]) -> None:
    surfaces = {(p.family, p.activation): problem(p).surface for p in pieces(tiny)}
    generator = torch.Generator().manual_seed(0)
    for record in store.records(STUDY.name, "point", where={"bad": True, "family": "taught"}):
        row, point = record.attributes, record.point
        assert point is not None
        w = torch.from_numpy(point.copy())
        surface = surfaces[row["family"], row["activation"]]
        away = torch.randn(200, len(w), generator=generator, dtype=w.dtype)
        away *= 0.5 * min(row["radius"], 1e-2) / away.norm(dim=-1, keepdim=True)
        loss = float(surface.loss(w))
        assert bool((surface.loss(w + away) >= loss - 1e-12 * (1 + loss)).all())


def test_ends_of_one_class_have_one_loss(store: AbstractStore) -> None:
    for point in rows(store, "point", role="class of ends"):
        where = {name: point[name] for name in ("family", "architecture", "activation", "minimum")}
        losses = [row["loss"] for row in rows(store, "end", **where)]
        assert len(losses) == point["ends"]
        assert max(losses) - min(losses) <= 1e-7 * (1 + max(losses))


def test_starts_are_the_same_for_all_activations(tiny: dict[str, Any]) -> None:
    taught = [piece for piece in pieces(tiny) if piece.family == "taught"]
    assert len({piece.base for piece in taught}) == 1
    assert len({piece.activation for piece in taught}) == 4


def test_the_lowest_end_of_a_linear_network_stands_with_its_draw_and_its_certificate(
    store: AbstractStore,
) -> None:
    draws = rows(store, "instance", surface="deep linear")
    assert draws
    ends = [rows(store, "point", instance=draw["instance"]) for draw in draws]
    assert [len(own) for own in ends] == [1] * len(draws)
    for (point,) in ends:
        assert point["index"] == 0 if point["certified"] else point["reason"]
    assert any(point["certified"] for (point,) in ends)


def test_a_student_as_wide_as_its_teacher_can_reach_zero_loss() -> None:
    teacher = TeacherData(inputs=3, hidden=(4, 2), outputs=2, samples=30, seed=5)
    X, Y = samples(teacher)
    assert X.shape == (30, 3)
    assert Y.shape == (30, 2)
    assert np.array_equal(samples(teacher.model_copy()).targets, Y)


@pytest.mark.parametrize("preset", ["standard", "paper"])
def test_the_presets_that_judge_have_what_the_rules_ask_for(preset: str) -> None:
    families = STUDY.settings(preset).families.values()
    assert all(family.searches >= SEARCHES_NEEDED for family in families)
    assert any({0.0, 1.0} <= set(f.slopes) and set(SMOOTH) <= set(f.smooth) for f in families)
    assert all(len(family.hidden) >= WIDTHS_NEEDED for family in families if family.sweep)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"family": {}}, "family"),
        ({"families": {}}, "families"),
        ({"proofs": 0}, "proofs"),
        ({"plain_steps": 0}, "plain_steps"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", **fields)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"slopes": [0.5, 0.5]}, "slopes"),
        ({"slopes": [], "smooth": []}, "slopes"),
        ({"slopes": [2.0]}, "slopes"),
        ({"smooth": ["sine"]}, "smooth"),
        ({"hidden": []}, "hidden"),
        ({"hidden": [[3], [2]], "sweep": True}, "hidden"),
        ({"hidden": [[2, 2], [3, 3]], "sweep": True}, "hidden"),
    ],
)
def test_a_wrong_field_of_a_family_is_named(
    tiny: dict[str, Any], fields: dict[str, Any], word: str
) -> None:
    family = {**tiny["families"]["taught"], **fields}
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", families={"taught": family})


@pytest.mark.parametrize(
    ("choice", "word"),
    [({"components": None}, "components"), ({"classes": [1, 2, 3]}, "classes")],
)
def test_digits_that_do_not_fit_are_refused_with_the_reason(
    tiny: dict[str, Any], choice: dict[str, Any], word: str
) -> None:
    family = tiny["families"]["digits"]
    data = {**family["data"], "choice": {**family["data"]["choice"], **choice}}
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", families={"digits": {**family, "data": data}})


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"`preset` should be one of quick"):
        STUDY.settings("fast")


@pytest.mark.parametrize("preset", STUDY.presets)
def test_settings_survive_json(preset: str) -> None:
    settings = STUDY.settings(preset)
    assert STUDY.settings(preset, **settings.model_dump(mode="json")) == settings


@pytest.mark.parametrize("preset", STUDY.presets)
def test_tasks_have_different_keys_and_seeds(preset: str) -> None:
    tasks = STUDY.tasks(STUDY.settings(preset))
    assert len({task.key for task in tasks}) == len({task.seed for task in tasks}) == len(tasks)


def test_the_same_task_gives_the_same_bits(tiny: dict[str, Any]) -> None:
    task = STUDY.tasks(STUDY.settings("quick", **tiny))[0]
    stores = [MemoryStore(), MemoryStore()]
    for one in stores:
        one.commit(task.key, task.json, performed(task))
    assert stores[0].digest() == stores[1].digest()


def test_every_construction_is_proved_and_its_linear_twin_has_no_bad_minimum(
    tiny: dict[str, Any], tmp_path: Path
) -> None:
    fields = {**tiny, "constructions": True, "students": [6], "twin_searches": 8}
    task = STUDY.tasks(STUDY.settings("quick", **fields))[-1]
    records = performed(task)
    found = [record for record in records if record.kind == "construction"]
    assert len(found) > 10
    with_two_slopes = sum(record.attributes["certified"] for record in found)
    assert verified(records, tmp_path) == {("bad minimum", Outcome.PROVED): with_two_slopes}
    assert with_two_slopes == 10
    for record in found:
        row = record.attributes
        assert row["proved"], row["not_proved"]
        assert row["bad"], row["not_proved"]
        assert row["lower_loss_high"] < row["loss_low"]
        assert row["twin_above"] == 0
        assert row["twin_minima"] == row["twin_searches"]
    store = MemoryStore()
    store.commit(task.key, task.json, records)
    verdicts = {v.claim.id: v for v in STUDY.judge(STUDY.settings("quick"), store).verdicts}
    assert verdicts["N3"].ruling is Ruling.HOLDS
    proved = [str(row[3]).split(" of ") for row in verdicts["N3"].tables[0].rows]
    assert [sum(int(pair[i]) for pair in proved) for i in (0, 1)] == [len(found)] * 2
