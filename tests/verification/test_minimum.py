"""Stored minima of networks with an activation proved again, and whatever was forged refused."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lossatlas.critical import Argument
from lossatlas.surfaces import AbstractActivation, Identity, Perceptron, ReLU, SquaredError, Tanh
from lossatlas.verification import MinimumClaim, Outcome, check_minimum, verify_catalogue

from .networks import NETWORKS, checked, claimed, one_by, proved

Call = Callable[..., Any]


def counts(run: Path) -> Counter[tuple[str, str]]:
    found = verify_catalogue(run / "atlas.db")
    return Counter((item.kind, item.finding.outcome.value) for item in found)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_minimum_that_the_search_proves_is_proved_again(name: str, stored: Call) -> None:
    known = proved(name)
    found = counts(stored(known.records()))
    assert sum(found.values()) == len(known.proofs) > 0
    assert {outcome for _, outcome in found} == {Outcome.PROVED.value}, found


def test_all_four_arguments_and_several_kinks_are_among_them() -> None:
    proofs = proved("one output").proofs
    assert {proof.argument for proof in proofs} == set(Argument)
    assert max(proof.kinks for proof in proofs) >= 2
    deep = [one for proof in proved("three hidden layers").proofs for one in proof.places]
    assert {layer for layer, _, _ in deep} > {1}


def test_bad_minima_are_counted_apart(stored: Call) -> None:
    known = proved("one output")
    bad = sum(known.lowest.loss[1] < proof.loss[0] for proof in known.proofs)
    found = counts(stored(known.records()))
    assert bad > 0
    assert found == {
        ("bad minimum", Outcome.PROVED.value): bad,
        ("minimum", Outcome.PROVED.value): len(known.proofs) - bad,
    }


def test_the_mean_over_the_samples_has_the_same_minima(stored: Call) -> None:
    known = proved("two outputs", "mean")
    assert known.proofs
    assert {outcome for _, outcome in counts(stored(known.records()))} == {Outcome.PROVED.value}


@pytest.mark.parametrize("argument", Argument)
def test_a_point_moved_off_its_minimum_is_refused(argument: Argument) -> None:
    known, proof = one_by(argument)
    claim = replace(claimed(known, proof), bad=False)
    network = checked(known.surface)
    assert check_minimum(network, proof.point.tolist(), claim)
    away = np.random.default_rng(0).standard_normal(network.size)
    away *= 30 * claim.within / np.linalg.norm(away)
    found = check_minimum(network, (proof.point.numpy() + away).tolist(), claim)
    assert not found
    if argument is Argument.SLICE:
        assert found.outcome is Outcome.REFUTED


@pytest.mark.parametrize("argument", Argument)
def test_a_changed_sample_is_refused(argument: Argument, stored: Call) -> None:
    known, proof = one_by(argument)
    instance, *rest = known.records([proof])
    assert instance.point is not None
    # a sample on which some unit is open counts
    for place in range(len(instance.point)):
        data = np.array(instance.point)
        data[place] += 1e-4
        surface = known.surface
        changed = Perceptron(
            surface.widths,
            surface.activation,
            SquaredError(),
            torch.from_numpy(data[:28].reshape(14, 2)),
            torch.from_numpy(data[28:].reshape(14, 1)),
        )
        if float((changed.gradient(proof.point) - surface.gradient(proof.point)).norm()) > 1e-5:
            break
    found = counts(stored([replace(instance, point=data), *rest]))
    assert found["bad minimum", Outcome.PROVED.value] == 0


def test_a_kink_that_is_not_listed_is_refused() -> None:
    for argument in (Argument.KINKS, Argument.CONVEX_KINKS):
        known, proof = one_by(argument)
        claim = replace(claimed(known, proof), bad=False)
        network = checked(known.surface)
        assert check_minimum(network, proof.point.tolist(), claim)
        fewer = replace(claim, kinks=claim.kinks[1:])
        found = check_minimum(network, proof.point.tolist(), fewer)
        assert not found
        assert "not listed" in found.reason


def test_a_kink_that_is_none_is_refused() -> None:
    known, proof = one_by(Argument.SLICE)
    claim = replace(claimed(known, proof), bad=False)
    network = checked(known.surface)
    for kink in [(0, 0, 0), (0, 1, 3), (0, 2, 13)]:
        assert not check_minimum(network, proof.point.tolist(), replace(claim, kinks=(kink,)))


@pytest.mark.parametrize(
    "kinks", [((0, 0, 14),), ((0, 3, 0),), ((1, 0, 0),), ((-1, 0, 0),), ((0, 0, 0), (0, 0, 0))]
)
def test_kinks_that_no_network_has_are_refuted(kinks: tuple[tuple[int, int, int], ...]) -> None:
    known, proof = one_by(Argument.SLICE)
    claim = replace(claimed(known, proof), kinks=kinks, bad=False)
    found = check_minimum(checked(known.surface), proof.point.tolist(), claim)
    assert found.reason == "its numbers are none of a claim"


def test_a_kink_off_which_the_loss_falls_is_refused() -> None:
    """L = 1/2 (max(0, w) - y)^2 at w = 0: with y = 1 it falls to one side, with y = -1 to none."""
    for y, falls in ((1.0, True), (-1.0, False)):
        X, Y = torch.ones(1, 1).double(), torch.full((1, 1), y).double()
        network = checked(Perceptron((1, 1, 1), ReLU(), SquaredError(), X, Y))
        claim = MinimumClaim(0.5 - 1e-9, 0.5 + 1e-9, 1e-9, 1e-3, ((0, 0, 0),))
        found = check_minimum(network, [0.0, 1.0], claim)
        assert bool(found) != falls
        if falls:
            assert "rise" in found.reason or "kink" in found.reason


@pytest.mark.parametrize("activation", [Tanh(), Identity()])
def test_a_saddle_that_claims_to_be_a_minimum_is_refuted(activation: AbstractActivation) -> None:
    """At w = 0 half (1 - w_2 phi(w_1))^2 has the Hessian [[0, -1], [-1, 0]]."""
    X = torch.ones(1, 1).double()
    surface = Perceptron((1, 1, 1), activation, SquaredError(), X, X)
    assert torch.linalg.eigvalsh(surface.hessian(torch.zeros(2).double()))[0] < -0.9
    claim = MinimumClaim(0.5 - 1e-9, 0.5 + 1e-9, 1e-9, np.inf)
    found = check_minimum(checked(surface), [0.0, 0.0], claim)
    assert found.outcome is Outcome.REFUTED
    assert "saddle" in found.reason


def _held(
    size: int, *, kink: bool, c: float = -0.5, d: float = 2.0
) -> tuple[Perceptron, list[float], MinimumClaim]:
    """One unit, w = u = (1, ..., 1), open on the unit vectors: a saddle down every direction across 1.

    The targets are u w^T plus 4 across 1. A further sample (1, -1, 0, ...) lies on the unit's kink:
    off it the loss changes at the rates -c and c + d.
    """
    one, X = np.ones((size, size)), np.eye(size)
    x = np.zeros(size)
    x[:2] = 1, -1
    Y = one + 4 * (np.eye(size) - one / size)
    if kink:
        Y = Y - c * np.outer(x, np.ones(size)) / size
        X, Y = np.vstack([X, x]), np.vstack([Y, -d * np.ones(size) / size])
    widths = (size, 1, size)
    surface = Perceptron(widths, ReLU(), SquaredError(), torch.from_numpy(X), torch.from_numpy(Y))
    w = torch.ones(2 * size).double()
    loss = float(surface.loss(w))
    kinks = ((0, 0, size),) if kink else ()
    return surface, w.tolist(), MinimumClaim(loss - 1e-9, loss + 1e-9, 1e-9, 1e-3, kinks)


def test_a_saddle_of_a_pattern_is_refuted_and_on_a_kink_it_may_be_a_minimum() -> None:
    surface, w, claim = _held(2, kink=False)
    assert torch.allclose(surface.gradient(torch.tensor(w).double()), torch.zeros(4).double())
    found = check_minimum(checked(surface), w, claim)
    assert found.outcome is Outcome.REFUTED
    assert "saddle" in found.reason
    surface, w, claim = _held(2, kink=True)  # its one way down is held
    assert _lowest_near(surface, w) >= 0
    assert check_minimum(checked(surface), w, claim)


def test_a_saddle_along_a_kink_is_refused() -> None:
    surface, w, claim = _held(3, kink=True)
    assert _lowest_near(surface, w) < -1e-6
    found = check_minimum(checked(surface), w, claim)
    assert found.reason == "the Hessian is not positive definite there"


@pytest.mark.parametrize(("c", "d"), [(0.5, 2.0), (-0.5, 0.25), (-0.5, -2.0)])
def test_a_kink_off_which_the_loss_falls_on_either_side_is_refused(c: float, d: float) -> None:
    surface, w, claim = _held(2, kink=True, c=c, d=d)
    assert _lowest_near(surface, w) < -1e-4
    found = check_minimum(checked(surface), w, claim)
    assert found.reason == "the loss is not proved to rise off every kink on both sides"


def _lowest_near(surface: Perceptron, w: list[float]) -> float:
    """The least change of the loss at many points nearby, those on the kink among them."""
    rng = torch.Generator().manual_seed(0)
    away = torch.randn(20000, len(w), generator=rng, dtype=torch.float64)
    away[::2, 0] = away[::2, 1] = (away[::2, 0] + away[::2, 1]) / 2
    centre = torch.tensor(w).double()
    return float((surface.loss(centre + 1e-2 * away) - surface.loss(centre)).min())


@pytest.mark.parametrize("biases", [False, True])
def test_a_plateau_is_refused(biases: bool) -> None:
    """Three layers at the origin: gradient and Hessian vanish, and it is no minimum."""
    X, Y = torch.eye(2).double(), torch.tensor([[1.0], [-1.0]]).double()
    surface = Perceptron((2, 2, 2, 1), Tanh(), SquaredError(), X, Y, biases=biases)
    w = torch.zeros(surface.dimension).double()
    loss = float(surface.loss(w))
    claim = MinimumClaim(loss - 1e-9, loss + 1e-9, 1e-9, np.inf)
    assert not check_minimum(checked(surface), w.tolist(), claim)


def test_a_valley_of_a_nonlinear_network_is_refused() -> None:
    """Critical and nowhere falling to second order, but flat where no symmetry is: not decided."""
    X, Y = torch.tensor([[1.0], [-1.0]]).double(), torch.tensor([[1.0], [1.0]]).double()
    surface = Perceptron((1, 1, 1), Tanh(), SquaredError(), X, Y)
    w = [0.7, 0.0]  # the output is odd, the targets are even: w_1 does not matter
    assert float(surface.gradient(torch.tensor(w).double()).norm()) < 1e-15
    found = check_minimum(checked(surface), w, MinimumClaim(1 - 1e-9, 1 + 1e-9, 1e-9, np.inf))
    assert found.outcome is Outcome.UNDECIDED


def test_a_lower_point_that_does_not_lie_lower_is_refuted(stored: Call) -> None:
    known, proof = one_by(Argument.SLICE)
    claim = claimed(known, proof)
    network = checked(known.surface)
    assert check_minimum(network, proof.point.tolist(), claim, known.lowest.point.tolist())
    higher = max(known.proofs, key=lambda one: one.loss[0]).point.tolist()
    for lower in (higher, proof.point.tolist()):
        found = check_minimum(network, proof.point.tolist(), claim, lower)
        assert not found
        assert "lower point's loss" in found.reason
    for lower in ([], [float("nan")] * network.size):
        assert not check_minimum(network, proof.point.tolist(), claim, lower)
    instance, lowest, point = known.records([proof])
    for beside in ([], [lowest, lowest]):
        found_counts = counts(stored([instance, *beside, point]))
        assert found_counts == {("bad minimum", Outcome.UNDECIDED.value): 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loss_low", "value + 1e-6"),
        ("loss_high", "value - 1e-6"),
        ("loss_high", "9e999"),
        ("claimed_within", "0.0"),
        ("claimed_within", "-1.0"),
        ("claimed_within", "'none'"),
        ("radius", "1.0"),
        ("radius", "1e-30"),
        ("radius", "9e999"),
        ("bad", "'yes'"),
        ("vanishing", "'1.0.0'"),
        ("vanishing", "'1.0'"),
        ("vanishing", "'1.0.99999999999999999999'"),
        ("vanishing", "'1.-1.0'"),
        ("vanishing", "'1.0.\u0663'"),
        ("vanishing", "5"),
        ("slope_below", "0.25"),
        ("slope_below", "-1.0"),
        ("slope_above", "9e999"),
        ("slope_above", "'1'"),
        ("activation", "'tanh'"),
        ("activation", "'sigmoid'"),
        ("biases", "1 - value"),
        ("reduction", "'mean'"),
        ("widths", "'2,3'"),
        ("widths", "'2,999999999,1'"),
        ("widths", "'2,0,1'"),
        ("widths", "'1,3,2'"),
        ("samples", "13"),
        ("samples", "9223372036854775807"),
    ],
)
def test_a_forged_record_is_refused(name: str, value: str, stored: Call, tamper: Call) -> None:
    known, proof = one_by(Argument.SLICE)
    run = stored(known.records([proof]))
    tamper(run, f"UPDATE attributes SET value = {value} WHERE name = '{name}'")
    found = counts(run)
    assert sum(found.values()) == 1
    assert not any(outcome == Outcome.PROVED.value for _, outcome in found), found
    if name in ("loss_low", "loss_high"):
        assert {outcome for _, outcome in found} == {Outcome.REFUTED.value}


def test_a_point_of_absurd_length_or_numbers_is_refused(stored: Call) -> None:
    known, proof = one_by(Argument.SLICE)
    instance, lowest, point = known.records([proof])
    for numbers in (None, [1.0], [1e308] * 9, [float("nan")] * 9, [0.0] * 9, [5e-324] * 9):
        forged = replace(point, point=None if numbers is None else np.array(numbers))
        found = counts(stored([instance, lowest, forged]))
        assert not any(outcome == Outcome.PROVED.value for _, outcome in found), found
