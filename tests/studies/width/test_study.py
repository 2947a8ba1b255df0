"""The study from end to end on settings that run in seconds, and its measures one by one."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays
from tests.studies._performed import performed, whole

from lossatlas.catalogue import AbstractStore, MemoryStore
from lossatlas.evidence import Ruling
from lossatlas.studies._curvature import largest_curvature
from lossatlas.studies._ensemble import train_networks
from lossatlas.studies.width import Width
from lossatlas.studies.width._lines import height, losses_between, roughness
from lossatlas.studies.width._pieces import NetworksPiece

STUDY = Width()


@pytest.fixture(scope="module")
def store(tiny: dict[str, Any]) -> AbstractStore:
    return whole(STUDY, tiny)


def rows(store: AbstractStore, kind: str, **where: Any) -> list[dict[str, Any]]:
    return [dict(r.attributes) for r in store.records(STUDY.name, kind, where=where)]


def test_a_tiny_run_decides_nothing_and_draws_everything(
    store: AbstractStore, tiny: dict[str, Any]
) -> None:
    outcome = STUDY.judge(STUDY.settings("quick", **tiny), store)
    assert {verdict.ruling for verdict in outcome.verdicts} == {Ruling.UNDECIDED}
    assert len(outcome.figures) == 6


def test_every_network_and_pair_is_there_once(store: AbstractStore) -> None:
    for layers in (1, 2):
        for width in (4, 8):
            own = rows(store, "network", hidden_layers=layers, width=width)
            assert sorted(row["network"] for row in own) == list(range(5))
            assert sum(row["looked_at"] for row in own) == 2
            pairs = rows(store, "line", hidden_layers=layers, width=width)
            assert sorted((r["first"], r["second"]) for r in pairs) == [(0, 1), (2, 3)]
    for width in (2, 3):
        pairs = rows(store, "band", width=width)
        assert sorted((r["first"], r["second"]) for r in pairs) == [(0, 1), (2, 3), (4, 5)]


def piece(tiny: dict[str, Any], layers: int) -> NetworksPiece:
    tasks = STUDY.tasks(STUDY.settings("quick", **tiny))
    return next(
        NetworksPiece.model_validate(task.settings)
        for task in tasks
        if task.function.endswith(":train") and task.settings["hidden_layers"] == layers
    )


def test_a_network_depends_on_its_number_alone(tiny: dict[str, Any]) -> None:
    one = piece(tiny, 2)
    hidden = (one.width,) * 2
    all_five, last_two = (
        train_networks(one.data, one.training, hidden, base=one.base, numbers=numbers)
        for numbers in (range(5), range(3, 5))
    )
    assert all_five.seeds[3:].tolist() == last_two.seeds.tolist()
    torch.testing.assert_close(all_five.points[3:], last_two.points, rtol=1e-4, atol=1e-5)
    assert len({tuple(w.tolist()) for w in all_five.points}) == 5


def test_the_largest_curvature_is_the_largest_eigenvalue(tiny: dict[str, Any]) -> None:
    one = piece(tiny, 1)
    group = train_networks(one.data, one.training, (one.width,), base=one.base, numbers=range(2))
    for w in group.points:
        told = largest_curvature(group.surface, w)
        known = torch.linalg.eigvalsh(group.surface.hessian(w))[-1].item()
        assert told["curvature_converged"]
        assert told["curvature"] == pytest.approx(known, rel=1e-4)


def test_a_network_that_is_not_finite_has_no_curvature(tiny: dict[str, Any]) -> None:
    one = piece(tiny, 1)
    group = train_networks(one.data, one.training, (one.width,), base=one.base, numbers=range(1))
    told = largest_curvature(group.surface, torch.full_like(group.points[0], torch.nan))
    assert np.isnan(told["curvature"])
    assert not told["curvature_converged"]


def test_a_line_begins_and_ends_at_its_networks(store: AbstractStore) -> None:
    for record in store.records(STUDY.name, "line"):
        row = record.attributes
        assert record.point is not None
        where = {name: row[name] for name in ("hidden_layers", "width")}
        losses = {r["network"]: r["train_loss"] for r in rows(store, "network", **where)}
        ends = (losses[row["first"]], losses[row["second"]])
        # the networks are trained in float32 and looked at in float64
        assert (record.point[0], record.point[-1]) == pytest.approx(ends, rel=1e-5)
        assert row["roughness"] >= 0
        assert row["height"] >= 0


def test_a_band_does_not_climb_above_the_straight_line(store: AbstractStore) -> None:
    for record in store.records(STUDY.name, "band"):
        row = record.attributes
        assert record.point is not None
        assert 0 <= row["barrier"] <= row["straight_height"] + 1e-9
        ends = (row["first_loss"], row["second_loss"])
        assert (record.point[0], record.point[-1]) == pytest.approx(ends, rel=1e-12)


@given(arrays(np.float64, (3, 8), elements=st.floats(-10, 10)))
def test_a_monotone_way_has_no_roughness_and_a_hill_twice_its_height(steps: np.ndarray) -> None:
    up = torch.from_numpy(np.abs(steps).cumsum(axis=1))
    assert roughness(up).numpy() == pytest.approx(np.zeros(3), abs=1e-12)
    assert height(up).numpy() == pytest.approx(np.zeros(3), abs=1e-12)
    hill = torch.cat([up, up.flip(-1)], dim=-1)
    risen = (up[:, -1] - up[:, 0]).numpy()
    assert roughness(hill).numpy() == pytest.approx(2 * risen, abs=1e-10)
    assert height(hill).numpy() == pytest.approx(risen, abs=1e-10)


def test_losses_on_a_line_are_those_of_its_points(tiny: dict[str, Any]) -> None:
    one = piece(tiny, 1)
    group = train_networks(one.data, one.training, (one.width,), base=one.base, numbers=range(2))
    a, b = group.points[:1], group.points[1:]
    losses = losses_between(group.surface, a, b, 5)
    for i, share in enumerate((0.0, 0.25, 0.5, 0.75, 1.0)):
        known = group.surface.loss((1 - share) * a[0] + share * b[0]).item()
        assert losses[0, i].item() == pytest.approx(known, rel=1e-12)


def test_the_same_task_gives_the_same_bits(tiny: dict[str, Any]) -> None:
    task = STUDY.tasks(STUDY.settings("quick", **tiny))[0]
    stores = [MemoryStore(), MemoryStore()]
    for one in stores:
        one.commit(task.key, task.json, performed(task))
    assert stores[0].digest() == stores[1].digest()
