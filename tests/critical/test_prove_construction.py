"""Bad minima proved: every construction, twice where two proofs know it, and none that was spoilt."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator

from lossatlas import critical
from lossatlas.critical import Kind, Status
from lossatlas.critical._exact_pattern import exact_loss
from lossatlas.surfaces import Identity, Perceptron, SquaredError, StudentTeacher
from lossatlas.theory.bad_minima import (
    Argument,
    Construction,
    PiecewiseLinear,
    all_constructions,
    dead_units,
    linear_counterpart,
    linear_fit,
    spurious_student,
    two_samples,
)

ALL = all_constructions(np.random.default_rng(0))
EXACT = [c for c in ALL if c.argument in (Argument.AFFINE, Argument.CONSTANT)]


def _parts(parts: tuple[np.ndarray, ...]) -> list[torch.Tensor]:
    return [torch.from_numpy(part) for part in parts]


@pytest.mark.parametrize("c", ALL, ids=lambda c: c.name)
def test_every_construction_is_proved_bad(c: Construction) -> None:
    proof = critical.prove_construction(c)
    assert proof, proof
    assert proof.within < 1e-12 < 1e-4 < proof.radius
    assert proof.strict == c.strict
    assert proof.loss[0] <= c.loss * (1 + 1e-12)
    assert c.loss * (1 - 1e-12) <= proof.loss[1]
    assert proof.loss[1] - proof.loss[0] < 1e-12
    assert proof.lower_loss[1] < proof.loss[0]
    assert proof.gap > 0
    assert proof.lower_loss[1] == pytest.approx(c.lower_loss, abs=1e-8)
    assert proof.attributes()["strict"] is c.strict


@pytest.mark.parametrize("c", EXACT, ids=lambda c: c.name)
def test_the_radius_is_the_largest_that_keeps_every_unit_on_its_side(c: Construction) -> None:
    """On the ball nothing is lower; just outside, along the weakest sample, a preactivation turns."""
    surface, proof = critical.known_surface(c), critical.prove_construction(c)
    w = surface.point(_parts(c.minimum))
    steps = torch.randn(200, len(w), generator=Generator().manual_seed(0), dtype=torch.float64)
    steps *= proof.radius / steps.norm(dim=1, keepdim=True)
    assert float(surface.loss(w + steps).min()) >= proof.loss[0] - 1e-12
    X = np.column_stack([c.inputs, np.ones(len(c.inputs))]) if c.biases else c.inputs
    W_1 = np.column_stack(c.minimum[:2]) if c.biases else c.minimum[0]
    reach = np.abs(X @ W_1.T) / np.linalg.norm(X, axis=1, keepdims=True)
    assert proof.radius == pytest.approx(reach.min(), rel=1e-9)
    assert proof.radius < reach.min()


@pytest.mark.parametrize("c", EXACT, ids=lambda c: c.name)
def test_the_proof_in_balls_says_the_same(c: Construction) -> None:
    surface, exact = critical.known_surface(c), critical.prove_construction(c)
    balls = critical.prove_minimum(surface, surface.point(_parts(c.minimum)))
    assert balls
    assert not balls.strict
    assert balls.loss[0] <= exact.loss[1]
    assert exact.loss[0] <= balls.loss[1]
    assert critical.prove_lower(surface, balls, surface.point(_parts(c.lower)))


@given(
    n=st.integers(3, 8),
    d_x=st.integers(1, 3),
    d_y=st.integers(1, 2),
    h=st.sampled_from([PiecewiseLinear(), PiecewiseLinear(1.0, 0.3), PiecewiseLinear(3.0, 7.0)]),
    duplicate=st.booleans(),
    seed=st.integers(0, 99),
)
def test_the_theorem_is_proved_for_all_data(
    n: int, d_x: int, d_y: int, h: PiecewiseLinear, duplicate: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((n + d_x, d_x)), rng.standard_normal((n + d_x, d_y))
    X = np.column_stack([X, X[:, 0]]) if duplicate else X  # a column that depends on others
    proof = critical.prove_construction(linear_fit(X, Y, activation=h, rng=rng))
    assert proof, proof


def test_a_network_on_many_classes_is_proved() -> None:
    rng = np.random.default_rng(0)
    X, Y = np.round(rng.random((60, 8)), 2), np.eye(4)[rng.integers(0, 4, 60)]
    X[:, 3] = 0.0  # a pixel that is always black
    for c in (linear_fit(X, Y, width=7, rng=rng), dead_units(X + 0.01, Y, biases=False, rng=rng)):
        assert critical.prove_construction(c)


class TestSpoilt:
    """What is not so is not proved."""

    @pytest.mark.parametrize("c", ALL, ids=lambda c: c.name)
    def test_a_point_that_is_moved_is_not_proved(self, c: Construction) -> None:
        """The output moves: its bias, or its weights."""
        last = c.minimum[-1] + (1.0 if c.biases else 0.5)
        moved = replace(c, minimum=(*c.minimum[:-1], last))
        proof = critical.prove_construction(moved)
        if c.argument is Argument.CONSTANT and not c.biases:
            assert proof  # dead without biases: every output weight has the same loss
        else:
            assert not proof or proof.within > 0.1

    @pytest.mark.parametrize("c", ALL, ids=lambda c: c.name)
    def test_the_minimum_is_not_lower_than_itself(self, c: Construction) -> None:
        proof = critical.prove_construction(replace(c, lower=c.minimum))
        assert not proof
        assert proof.reason

    def test_a_unit_on_the_other_side_is_noticed(self) -> None:
        c = next(c for c in ALL if c.argument is Argument.AFFINE and c.biases)
        b_1 = c.minimum[1].copy()
        b_1[-1] = -1.0
        spoilt = replace(c, minimum=(c.minimum[0], b_1, *c.minimum[2:]))
        assert "side" in critical.prove_construction(spoilt).reason

    def test_leaky_units_are_not_dead(self) -> None:
        c = next(c for c in ALL if c.argument is Argument.CONSTANT)
        spoilt = replace(c, activation=PiecewiseLinear(1.0, 0.1))
        assert "no unit is dead" in critical.prove_construction(spoilt).reason

    def test_an_activation_without_a_surface_is_said(self) -> None:
        c = two_samples(PiecewiseLinear(2.0, 0.5))
        assert critical.known_surface(c) is None
        assert "no surface" in critical.prove_construction(c).reason


@pytest.mark.parametrize("c", EXACT, ids=lambda c: c.name)
def test_the_exact_loss_is_the_surfaces(c: Construction) -> None:
    surface = critical.known_surface(c)
    for parts in (c.minimum, c.lower):
        loss = exact_loss(c, c.activation, parts)
        assert isinstance(loss, Fraction)
        assert float(surface.loss(surface.point(_parts(parts)))) == pytest.approx(
            float(loss), abs=1e-11
        )


@pytest.mark.parametrize(
    "c", [c for c in ALL if critical.known_surface(c) is not None], ids=lambda c: c.name
)
def test_the_linear_network_of_the_shape_has_no_bad_minimum(c: Construction) -> None:
    """Searches from 30 starts: what ends critical is global or a saddle, and has a predicted value."""
    X, Y = torch.from_numpy(c.inputs), torch.from_numpy(c.targets)
    surface = Perceptron(c.widths, Identity(), SquaredError(), X, Y, biases=c.biases)
    starts = surface.random_point(Generator().manual_seed(0), (30,))
    found = critical.find(surface, starts, method=critical.Descent())
    expected = linear_counterpart(c)
    values = torch.tensor([expected.minimum, *expected.saddles], dtype=torch.float64)
    assert found.counts[Status.CRITICAL] >= 25
    distances = (surface.loss(found.critical)[:, None] - values).abs().amin(1)
    assert float(distances.max()) < 1e-9 * (1 + float(values.max()))
    for w in found.critical[:5]:
        kind = critical.classify(surface, w, global_value=expected.minimum).kind
        assert kind is not Kind.LOCAL_MINIMUM


class TestStudentTeacher:
    """Safran and Shamir's minima."""

    @pytest.mark.parametrize("k", [3, 4, 5])
    def test_below_six_units_the_symmetric_student_is_a_saddle(self, k: int) -> None:
        surface = StudentTeacher(torch.eye(k).double(), k)
        w = torch.from_numpy(spurious_student(k).student).flatten()
        proof = critical.certify(surface, w)
        assert proof
        assert proof.index == k - 2
        assert proof.nullity == 0
        assert "saddle" in critical.prove_minimum(surface, w).reason

    @pytest.mark.parametrize("k", [6, 7, 8])
    def test_from_six_units_on_it_is_a_strict_bad_minimum(self, k: int) -> None:
        surface = StudentTeacher(torch.eye(k).double(), k)
        symmetric = spurious_student(k)
        w = torch.from_numpy(symmetric.student).flatten()
        proof = critical.prove_minimum(surface, w)
        assert proof
        assert proof.strict
        assert proof.positive == k * k
        assert proof.loss == pytest.approx((symmetric.loss,) * 2, abs=1e-13)
        assert proof.loss[0] > 0.02
        teacher = critical.certify(surface, torch.eye(k).double().flatten())
        lower = critical.prove_lower(surface, proof, teacher)
        assert lower
        assert lower.gap > 0.02

    def test_descents_meet_the_same_minimum_and_no_other(self) -> None:
        k = 8
        surface = StudentTeacher(torch.eye(k).double(), k)
        starts = surface.random_point(Generator().manual_seed(1), (60,))
        found = critical.find(surface, starts, method=critical.Descent())
        assert found.counts[Status.CRITICAL] == 60
        bad = found.critical[surface.loss(found.critical) > 1e-6]
        assert len(bad) >= 1
        expected = torch.full((len(bad),), spurious_student(k).loss, dtype=torch.float64)
        assert torch.allclose(surface.loss(bad), expected, atol=1e-10, rtol=0)
        assert critical.certify(surface, bad[0]).index == 0
