"""A2p with the values retrained: towards the network's own answers, and held to other samples."""

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from numpy.random import Generator
from torch import nn

from lossatlas.audits import Audit, audit
from lossatlas.audits._few_values import few_values, halvings, predictions
from lossatlas.audits._jackknife import grouped
from lossatlas.audits._network import Network
from lossatlas.audits._read import read
from lossatlas.audits._redundancy import audit_redundancy
from lossatlas.audits._retrained import STEPS, _lead, _trained, changed_by_retrained, halves
from lossatlas.evidence import Ruling


def _network(rng: Generator, widths: tuple[int, ...] = (6, 9, 3), n: int = 120) -> Network:
    pairs = zip(widths[1:], widths[:-1], strict=True)
    return read([rng.standard_normal(p) for p in pairs], rng.standard_normal((n, widths[0])))


def _module(rng: Generator) -> Network:
    torch.manual_seed(3)
    module = nn.Sequential(nn.Conv1d(1, 3, 2), nn.GELU(), nn.Flatten(), nn.Linear(9, 3))
    return read(module, rng.standard_normal((60, 1, 4)))


def _gated(rng: Generator) -> Network:
    weights, X = (
        [rng.standard_normal((9, 6)), rng.standard_normal((3, 9))],
        rng.standard_normal((60, 6)),
    )
    return read(weights, X, [rng.random((60, 9)) < 0.5])


def _biased(rng: Generator) -> Network:
    module = nn.Sequential(nn.Linear(6, 9), nn.Tanh(), nn.Linear(9, 1))
    return read(module, rng.standard_normal((60, 6)))


@pytest.mark.parametrize("make", [_network, _module, _gated, _biased])
def test_several_networks_at_once_give_what_each_gives(make: object, rng: Generator) -> None:
    network = make(rng)
    flats = network.parameters * rng.uniform(0.5, 1.5, (4, len(network.parameters)))
    places = rng.integers(0, 60, (4, 7))
    found = network.trace(torch.from_numpy(flats), torch.from_numpy(places)).numpy()
    for one, flat, at in zip(found, flats, places, strict=True):
        np.testing.assert_allclose(one, network.predict(flat)[at], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("make", [_network, _module, _gated, _biased])
def test_training_is_adams_on_the_cross_entropy_to_the_networks_own_outputs(
    make: object, rng: Generator
) -> None:
    """The witness is PyTorch's optimiser on a network with each parameter looked up in the values."""
    network, few = make(rng), None
    few = few_values(network.parameters, 5)
    parts = halves(grouped(len(network.outputs), rng))
    found = _trained(network, [few], parts, _lead(network.outputs))[0]
    ordered = np.sort(network.outputs, 1)
    one = network.outputs.shape[1] == 1
    lead = np.abs(ordered).mean() if one else (ordered[:, -1] - ordered[:, -2]).mean()

    def logits(outputs: torch.Tensor) -> torch.Tensor:
        two = nn.functional.pad(outputs, (1, 0)) if one else outputs
        return 4 * two / float(lead)

    for own, trained in zip(parts, found, strict=True):
        values = nn.Parameter(torch.from_numpy(few.values.copy()))
        size = float(values.detach().square().mean().sqrt())
        optimizer = torch.optim.Adam([values], betas=(0.9, 0.98), eps=0.0)
        goal = logits(torch.from_numpy(network.outputs)).softmax(1)
        order = np.resize(own, STEPS * min(map(len, parts))).reshape(STEPS, -1)
        for step, at in enumerate(order):
            optimizer.param_groups[0]["lr"] = 0.025 * (1 + np.cos(np.pi * step / STEPS)) * size
            optimizer.zero_grad()
            outputs = network.trace(values[few.labels][None], torch.from_numpy(at)[None])[0]
            nn.functional.cross_entropy(logits(outputs), goal[at]).backward()
            optimizer.step()
        np.testing.assert_allclose(trained, values.detach().numpy(), rtol=1e-9, atol=1e-12)


def test_the_halves_are_all_samples_once(rng: Generator) -> None:
    groups = grouped(77, rng)
    one, other = halves(groups)
    assert sorted([*one, *other]) == list(range(77))
    assert abs(len(one) - len(other)) <= 7


def test_an_answer_is_given_by_values_that_did_not_see_its_sample(rng: Generator) -> None:
    """Other inputs in one half leave what that half trained, and so the other half's answers."""
    weights, X = (
        [rng.standard_normal((9, 6)), rng.standard_normal((3, 9))],
        rng.standard_normal((200, 6)),
    )
    groups = grouped(200, rng)
    even, odd = halves(groups)
    few = few_values(read(weights, X).parameters, 4)
    before = changed_by_retrained(read(weights, X), [few], groups)[0]
    moved = X.copy()
    moved[odd[0]] += 1e-9  # too little to change an answer; enough to change every value
    after = changed_by_retrained(read(weights, moved), [few], groups)[0]
    assert np.array_equal(before, after)
    trained = [
        _trained(read(weights, rows), [few], (even, odd), _lead(read(weights, X).outputs))[0]
        for rows in (X, moved)
    ]
    assert np.array_equal(trained[0][0], trained[1][0])
    assert not np.array_equal(trained[0][1], trained[1][1])


def test_each_half_is_answered_by_the_values_of_the_other(rng: Generator) -> None:
    network, groups = _network(rng), grouped(120, rng)
    few, before = few_values(network.parameters, 4), predictions(network.outputs)
    parts = halves(groups)
    values = _trained(network, [few], parts, _lead(network.outputs))[0]
    rounded = predictions(network.predict(few.flat)) != before
    found = changed_by_retrained(network, [few], groups)[0]
    for own, other, trained in zip(parts, parts[::-1], values, strict=True):
        changed = predictions(network.predict(trained[few.labels])) != before
        better = changed[own].sum() < rounded[own].sum()
        assert np.array_equal(found[other], (changed if better else rounded)[other])
        assert not np.array_equal(changed, rounded)


def test_candidates_together_change_what_each_changes_alone(rng: Generator) -> None:
    network, groups = _network(rng), grouped(120, rng)
    several = [few_values(network.parameters, s) for s in (2, 3, 8)]
    together = changed_by_retrained(network, several, groups)
    for few, found in zip(several, together, strict=True):
        assert np.array_equal(found, changed_by_retrained(network, [few], groups)[0])


def test_a_value_that_rounding_misplaces_is_found_by_retraining(rng: Generator) -> None:
    """Two weights share a value; the large input needs it to be the one, the small one never matters."""
    X = rng.standard_normal((400, 3)) * np.array([100.0, 0.1, 50.0])
    found = _of([np.array([[1.0, 1.6, -2.0]])], X, levels=2)
    assert found.details["changed by rounding"] > 0.03
    assert found.details["changed after retraining"] < 0.01
    assert found.parts[1].verdict is Ruling.FAILS
    assert found.verdict is not Ruling.FAILS
    assert found.details["least s after retraining"] == 2
    assert "once the values are retrained" in found.sentence


def _of(weights: list[np.ndarray], X: np.ndarray, levels: int) -> Audit:
    network = read(weights, X)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lossatlas.audits._redundancy.num_levels", lambda _: levels)
        return audit_redundancy(network, None, grouped(len(X), np.random.default_rng(0)))


@given(
    st.integers(0, 1000), st.sampled_from([(4, 5, 1), (6, 8, 3), (3, 4, 4, 2)]), st.integers(2, 60)
)
def test_retraining_is_never_worse_than_rounding(
    seed: int, widths: tuple[int, ...], n: int
) -> None:
    rng = np.random.default_rng(seed)
    pairs = zip(widths[1:], widths[:-1], strict=True)
    found = audit([rng.standard_normal(p) for p in pairs], rng.standard_normal((n, widths[0])))[
        "A2p"
    ]
    assert found.details["changed after retraining"] <= found.details["changed by rounding"]
    assert found.parts[0].measured == found.details["changed after retraining"]
    assert found.verdict is found.parts[0].verdict
    least = found.details.get("least s")
    assert least is None or found.details["least s after retraining"] <= least


def test_the_least_number_of_values_is_the_last_that_answers_the_same(rng: Generator) -> None:
    weights = [rng.standard_normal((30, 8)), rng.standard_normal((3, 30))]
    X = rng.standard_normal((500, 8))
    network, found = read(weights, X), audit(weights, X)["A2p"]
    shares = []
    for s in halvings(found.details["values s"]):
        outputs = network.predict(few_values(network.parameters, s).flat)
        shares.append(np.mean(predictions(outputs) != predictions(network.outputs)))
    same = [bool(share <= 0.01) for share in shares]
    place = same.index(False)
    assert ("least s" in found.details) is same[0]
    if place:
        assert found.details["least s"] == halvings(found.details["values s"])[place - 1]


def test_one_sample_and_equal_outputs_train_nothing(rng: Generator) -> None:
    weights = [rng.standard_normal((9, 6)), rng.standard_normal((3, 9))]
    for network, n in ((weights, 1), ([weights[0], 0 * weights[1]], 30)):
        read_ = read(network, rng.standard_normal((n, 6)))
        few = few_values(read_.parameters, 2)
        assert changed_by_retrained(read_, [few], grouped(n, rng)) == [None]
        assert audit(network, rng.standard_normal((n, 6)))["A2p"].measured is not None


def test_all_halves_down_to_one() -> None:
    assert halvings(11) == [11, 5, 2, 1]
    assert halvings(1) == [1]
