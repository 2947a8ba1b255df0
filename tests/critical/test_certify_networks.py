"""Deep linear networks: certified across their symmetry, where that explains every null vector."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor

from lossatlas.critical import Certificate, NotCertified, certify
from lossatlas.surfaces import DeepLinear
from lossatlas.theory import deep_linear
from lossatlas.verification import Outcome

SHALLOW = [(2, 1, 2), (3, 2, 3), (3, 3, 3)]
DEEP = [(2, 2, 2, 2), (3, 2, 2, 3), (3, 2, 3, 2, 2)]


def _network(widths: Sequence[int], seed: int = 0, reduction: str = "sum") -> DeepLinear:
    rng = np.random.default_rng(seed)
    X, Y = (rng.standard_normal((widths[0] + 4, widths[i])) for i in (0, -1))
    inputs, targets = torch.from_numpy(X), torch.from_numpy(Y)
    return DeepLinear(widths, inputs, targets, reduction=reduction)  # type: ignore[arg-type]


def _constructed(surface: DeepLinear, subset: Sequence[int], seed: int = 0) -> Tensor:
    X, Y = surface.inputs.numpy(), surface.targets.numpy()
    rng = np.random.default_rng(seed)
    W = deep_linear.critical_point(X, Y, surface.widths, subset, rng=rng)
    return surface.point([torch.from_numpy(np.ascontiguousarray(M)) for M in W])


def _label(surface: DeepLinear, w: Tensor) -> deep_linear.Label:
    W = [M.numpy() for M in surface.weights(w)]
    return deep_linear.label(W, surface.inputs.numpy(), surface.targets.numpy())


@pytest.mark.parametrize("widths", SHALLOW)
def test_every_shallow_critical_point_with_equal_ends_is_certified_as_theory_labels_it(
    widths: tuple[int, ...],
) -> None:
    surface = _network(widths)
    for rank in range(min(widths) + 1):
        for subset in combinations(range(widths[-1]), rank):
            w = _constructed(surface, subset)
            proof, label = certify(surface, w), _label(surface, w)
            assert isinstance(proof, Certificate), proof
            found = proof.index, proof.nullity, proof.positive
            assert found == (label.index, label.nullity, label.positive)
            assert proof.radius < 1e-12
            assert proof.verify(surface)


@pytest.mark.parametrize("widths", DEEP)
def test_points_of_full_rank_without_excess_are_certified_at_every_depth(
    widths: tuple[int, ...],
) -> None:
    surface = _network(widths)
    for subset in combinations(range(widths[-1]), min(widths)):
        w = _constructed(surface, subset)
        proof, label = certify(surface, w), _label(surface, w)
        assert isinstance(proof, Certificate), proof
        assert (proof.index, proof.nullity) == (label.index, label.nullity)
        assert proof.index > 0 or subset == tuple(range(min(widths)))
        assert proof.verify(surface)


@pytest.mark.parametrize(
    ("widths", "subset"),
    [((2, 2, 2, 2), (0,)), ((2, 2, 2, 2), ()), ((4, 3, 3), (0, 1)), ((4, 5, 3), (0, 1, 2))],
)
def test_what_symmetry_does_not_explain_is_not_certified_and_says_why(
    widths: tuple[int, ...], subset: tuple[int, ...]
) -> None:
    surface = _network(widths)
    w = _constructed(surface, subset)
    found = certify(surface, w)
    nullity = _label(surface, w).nullity
    assert isinstance(found, NotCertified)
    assert f"nullity {nullity} exceeds" in found.reason
    assert f"product of rank {len(subset)}" in found.reason
    assert found.bound_reached == nullity


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_the_loss_of_a_certified_minimum_is_the_closed_form(reduction: str) -> None:
    surface = _network((3, 2, 3), reduction=reduction)
    proof = certify(surface, _constructed(surface, (0, 1)))
    assert isinstance(proof, Certificate)
    X, Y = surface.inputs.numpy(), surface.targets.numpy()
    value = deep_linear.global_minimum(X, Y, surface.widths)
    low, high = proof.loss
    scale = len(X) if reduction == "mean" else 1
    assert low - 1e-12 <= value / scale <= high + 1e-12
    assert high - low < 1e-12
    assert proof.index == 0
    assert proof.energy is None
    assert proof.antipode() is None
    assert proof.verify(surface)
    other = _network((3, 2, 3), reduction="mean" if reduction == "sum" else "sum")
    assert not proof.verify(other)


@given(st.integers(0, 50), st.floats(-15, -9), st.sampled_from(SHALLOW))
def test_a_point_moved_a_little_is_certified_that_far_away(
    seed: int, power: float, widths: tuple[int, ...]
) -> None:
    """The critical point of the slice is found again from afar: it lies within both radii."""
    surface = _network(widths, seed % 5)
    rng = Generator().manual_seed(seed)
    w = _constructed(surface, (0,), seed)
    moved = w + 10**power * torch.randn(w.shape, generator=rng, dtype=w.dtype)
    proof = certify(surface, moved)
    assert isinstance(proof, Certificate), proof
    assert (proof.index, proof.nullity) == (_label(surface, w).index, _label(surface, w).nullity)
    # w and its orbit are critical, so the distance to the orbit is no more than that to w.
    assert proof.radius <= 4 * float((moved - w).norm()) + 1e-13
    assert abs(sum(proof.loss) / 2 - float(surface.loss(w))) < 1e-9
    assert proof.verify(surface)


def test_a_point_that_is_not_critical_is_never_certified() -> None:
    for widths in SHALLOW + DEEP:
        surface = _network(widths)
        for w in surface.random_point(Generator().manual_seed(1), (5,)):
            assert not certify(surface, w)
        w = _constructed(surface, tuple(range(min(widths))))
        noise = torch.randn(w.shape, generator=Generator().manual_seed(2), dtype=w.dtype)
        assert not certify(surface, w + 1e-3 * noise)
        assert not certify(surface, torch.full_like(w, torch.nan))


def test_every_changed_statement_is_caught_by_verify() -> None:
    surface = _network((3, 2, 3))
    proof = certify(surface, _constructed(surface, (0, 2)))
    assert isinstance(proof, Certificate)
    low, high = proof.loss
    off = torch.zeros_like(proof.point)
    off[0] = 1e-7
    refuted = [
        replace(proof, index=0),
        replace(proof, index=2),
        replace(proof, radius=-1.0),
        replace(proof, radius=float("nan")),
        replace(proof, loss=(low - 1, low - 1e-9)),
        replace(proof, loss=(high + 1e-9, high + 1)),
        replace(proof, point=proof.point + off),
    ]
    undecided = [
        replace(proof, nullity=3),
        replace(proof, nullity=5),
        replace(proof, alone_within=10.0),
    ]
    assert proof.verify(surface)
    for claim in refuted:
        assert claim.verify(surface).outcome is Outcome.REFUTED, claim.verify(surface)
    for claim in undecided:
        assert claim.verify(surface).outcome is Outcome.UNDECIDED
    assert not proof.verify(_network((3, 2, 3), seed=1))


def test_nearby_points_of_one_orbit_are_not_called_the_same() -> None:
    surface = _network((2, 2, 2))
    w = _constructed(surface, (0, 1))
    turn = torch.tensor([[1.0, 1e-4], [0.0, 1.0]], dtype=torch.float64)
    one, two = surface.weights(w)
    moved = surface.point([turn @ one, two @ torch.linalg.inv(turn)])
    proofs = certify(surface, w), certify(surface, moved)
    assert all(isinstance(proof, Certificate) for proof in proofs)
    assert proofs[0].differs_from(proofs[1])  # type: ignore[union-attr, arg-type]
    assert not proofs[0].is_same_as(proofs[1])  # type: ignore[union-attr, arg-type]


def test_a_network_too_large_for_balls_says_so() -> None:
    surface = _network((20, 10, 20))
    found = certify(surface, torch.zeros(surface.dimension).double())
    assert isinstance(found, NotCertified)
    assert found.reason == "400 weights are too many for balls (at most 300)"
    surface = _network((1, 100, 1))
    found = certify(surface, torch.zeros(surface.dimension).double())
    assert isinstance(found, NotCertified)
    assert found.reason == "10000 directions of symmetry are too many for balls"
