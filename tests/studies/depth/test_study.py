"""The study from end to end on settings that run in seconds."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from pydantic import ValidationError
from tests.studies._performed import performed, whole

from lossatlas.catalogue import AbstractStore, MemoryStore
from lossatlas.evidence import Ruling
from lossatlas.studies._choices import DigitsChoice
from lossatlas.studies.depth import Depth
from lossatlas.studies.depth._claims import DEPTHS, DESCENTS_NEEDED
from lossatlas.studies.depth._descents import spectra
from lossatlas.studies.depth._instance import instance
from lossatlas.studies.depth._shapes import hidden_width, number_of_weights

STUDY = Depth()


@pytest.fixture(scope="module")
def store(tiny: dict[str, Any]) -> AbstractStore:
    return whole(STUDY, tiny)


def rows(store: AbstractStore, kind: str, **where: Any) -> list[dict[str, Any]]:
    return [dict(r.attributes) for r in store.records(STUDY.name, kind, where=where)]


def test_a_tiny_run_is_undecided_and_draws_both_figures(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    outcome = STUDY.judge(STUDY.settings("quick", **tiny), store)
    assert outcome.verdicts[0].ruling is Ruling.UNDECIDED
    assert len(outcome.figures) == 2


def test_every_descent_and_network_is_there_once(store: AbstractStore) -> None:
    for depth in (1, 2, 3):
        assert sorted(r["run"] for r in rows(store, "end", hidden_layers=depth)) == list(range(10))
        found = rows(store, "network", hidden_layers=depth)
        assert sorted(r["network"] for r in found) == list(range(4))
        assert sum(r["curvature_converged"] for r in found) == 2


def test_most_ends_are_certified_and_at_the_global_value(store: AbstractStore) -> None:
    found = rows(store, "end")
    certified = [row for row in found if row["certified"]]
    assert len(certified) > len(found) / 2
    assert all(abs(row["above"]) <= 1e-8 and row["theorem"] for row in certified)


def test_the_global_value_is_that_of_least_squares_where_nothing_is_narrow(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    data = instance(DigitsChoice(**tiny["families"]["three"]["data"]), (5,)).dataset
    _, residuals, _, _ = np.linalg.lstsq(data.inputs, data.targets, rcond=None)
    for row in rows(store, "end"):
        widths = [int(word) for word in row["architecture"].split("-")]
        if min(widths) >= 3:
            assert row["global_value"] == pytest.approx(residuals.sum() / 2, rel=1e-9)


def test_a_proved_end_is_one_that_was_asked_for(store: AbstractStore) -> None:
    for row in rows(store, "end"):
        asked = row["run"] == 0
        assert asked == (row["not_proved"] != "not asked for")
        assert row["proved"] == (row["not_proved"] == "")


def test_a_stored_end_has_the_loss_and_shape_that_its_record_says(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    data = DigitsChoice(**tiny["families"]["three"]["data"])
    for record in store.records(STUDY.name, "end"):
        row = record.attributes
        widths = [int(word) for word in row["architecture"].split("-")]
        network = instance(data, tuple(widths[1:-1]))
        assert record.point is not None
        assert number_of_weights(tuple(widths)) == len(record.point) == row["parameters"]
        weights = network.surface.weights(torch.from_numpy(record.point.copy()))
        M = np.linalg.multi_dot([W.numpy() for W in weights[::-1]])
        residual = network.dataset.inputs @ M.T - network.dataset.targets
        assert row["loss"] == pytest.approx(0.5 * np.square(residual).sum(), rel=1e-9)


def test_what_a_gradient_leaves_open_is_the_change_over_the_newton_step(
    tiny: dict[str, Any],
) -> None:
    network = instance(DigitsChoice(**tiny["families"]["three"]["data"]), (3,))
    w = network.surface.random_point(torch.Generator().manual_seed(0), (2,))
    values, error = spectra(network, w)
    for i in range(2):
        H, g = network.surface.hessian(w[i]).numpy(), network.surface.gradient(w[i]).numpy()
        known, Q = np.linalg.eigh(H)
        assert values[i].numpy() == pytest.approx(known, abs=1e-9 * abs(known).max())
        # eigenvalues that symmetry makes zero carry no gradient: the sum is over the others
        kept = abs(known) > 1e-8 * abs(known).max()
        summed = (np.square(Q.T @ g)[kept] / (2 * abs(known[kept]))).sum()
        assert error[i].item() == pytest.approx(summed, rel=1e-6)


@given(
    inputs=st.integers(1, 30),
    outputs=st.integers(1, 20),
    layers=st.integers(1, 8),
    parameters=st.integers(1, 3000),
)
def test_no_other_width_has_a_nearer_number_of_weights(
    inputs: int, outputs: int, layers: int, parameters: int
) -> None:
    def distance(w: int) -> int:
        return abs(number_of_weights((inputs, *[w] * layers, outputs)) - parameters)

    chosen = hidden_width(inputs, outputs, layers, parameters)
    assert distance(chosen) == min(distance(w) for w in range(1, parameters + 2))


@pytest.mark.parametrize("preset", ["standard", "paper"])
def test_the_presets_that_judge_have_the_descents_that_the_rule_asks_for(preset: str) -> None:
    for family in STUDY.settings(preset).families.values():
        assert set(DEPTHS) <= set(family.depths)
        assert family.descents >= DESCENTS_NEEDED


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"family": {}}, "family"),
        ({"families": {}}, "families"),
        ({"scales": [2, 1]}, "scales"),
        ({"scales": [0, 1]}, "scales"),
        ({"training": {"epochs": 0}}, "epochs"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", **fields)


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"depths": [2, 1]}, "depths"), ({"depths": []}, "depths"), ({"descents": -1}, "descents")],
)
def test_a_wrong_field_of_a_family_is_named(
    tiny: dict[str, Any], fields: dict[str, Any], word: str
) -> None:
    family = {**tiny["families"]["three"], **fields}
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", families={"three": family})


def test_pixels_without_components_are_refused_with_the_reason(tiny: dict[str, Any]) -> None:
    family = tiny["families"]["three"]
    raw = {**family, "data": {**family["data"], "components": None}}
    with pytest.raises(ValidationError, match="full rank"):
        STUDY.settings("quick", families={"three": raw})


def test_the_same_task_gives_the_same_bits(tiny: dict[str, Any]) -> None:
    task = STUDY.tasks(STUDY.settings("quick", **tiny))[0]
    stores = [MemoryStore(), MemoryStore()]
    for one in stores:
        one.commit(task.key, task.json, performed(task))
    assert stores[0].digest() == stores[1].digest()
