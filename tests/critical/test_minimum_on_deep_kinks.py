"""Minima on kinks of several hidden layers: planted where theory puts them, proved, and refused beside."""

import pytest
import torch
from hypothesis import assume, given, settings, strategies as st
from torch import Generator

from lossatlas.critical import (
    Argument,
    MinimumProof,
    NotCertified,
    prove_minimum,
    screen_minima,
)
from lossatlas.surfaces import (
    AbstractActivation,
    LeakyReLU,
    Perceptron,
    ReLU,
    SquaredError,
    activation_patterns,
    held_kinks,
)

from ._planted import SHAPES, Planted, around, planted_on_kinks, true_pre_activations


def _found(proof: MinimumProof | NotCertified) -> MinimumProof:
    assert isinstance(proof, MinimumProof), proof
    return proof


@given(
    st.integers(0, 300),
    st.sampled_from(SHAPES),
    st.sampled_from([0.0, 0.2, 0.6]),
    st.booleans(),
    st.sampled_from([4e-3, 1e-3]),
)
@settings(max_examples=25, deadline=None)
def test_what_is_proved_is_what_autograd_says_of_a_planted_point(
    seed: int,
    shape: tuple[tuple[int, ...], list[list[tuple[int, int]]]],
    b: float,
    biases: bool,
    push: float,
) -> None:
    """Proved where c < 0 < c + delta for all and the Hessian along the kinks is positive, and only there."""
    widths, at = shape
    activation = LeakyReLU(b) if b else ReLU()
    planted = planted_on_kinks(widths, activation, at, biases=biases, seed=seed, push=push)
    assume(planted is not None)
    assert planted is not None
    sides = torch.cat([planted.c, planted.c + planted.delta])
    assume(float(sides.abs().min()) > 1e-5)
    proof = prove_minimum(planted.surface, planted.w)
    if not planted.is_minimum:
        assert isinstance(proof, NotCertified)
        return
    if not isinstance(proof, MinimumProof):
        # Flat directions beyond the symmetry.
        assert "nullity" in proof.reason
        return
    assert proof.argument is Argument.KINKS
    assert sorted((k - 1, j, s) for k, j, s in proof.places) == planted.places
    assert bool(screen_minima(planted.surface, planted.w[None]).candidates[0])
    loss = float(planted.surface.loss(planted.w))
    assert proof.loss[0] - 1e-12 <= loss <= proof.loss[1] + 1e-12


@pytest.mark.parametrize("c", [-1.5e-3, -2.5e-3])
def test_the_slope_off_a_kink_counts_the_kinks_above_it(c: float) -> None:
    """Where a later kink's share of delta decides, it decides: for a minimum, and against one."""
    decided = 0
    for seed in range(40):
        # delta is 2.2e-3 at both kinks of one sample: enough for the later one's c, and for the first c.
        planted = planted_on_kinks(
            (3, 2, 2, 2),
            LeakyReLU(0.2),
            [[(0, 0), (1, 1)]],
            biases=True,
            seed=seed,
            push=2.2e-3,
            c=[c, -2e-3],
        )
        if planted is None or planted.negative:
            continue
        without = bool((planted.c + planted.own > 1e-5).all())
        if without is planted.is_minimum:
            continue
        decided += 1
        proof = prove_minimum(planted.surface, planted.w)
        near = planted.surface.loss(around(planted, 1e-5, number=9000))
        here = float(planted.surface.loss(planted.w))
        if planted.is_minimum:
            assert isinstance(proof, MinimumProof), proof
            assert float(near.min()) >= proof.loss[0] - 1e-15
        else:
            assert isinstance(proof, NotCertified)
            assert "rise off every kink" in proof.reason
            assert float(near.min()) < here - 1e-10  # the way down is real: off the first, upwards
    assert decided >= 3


@pytest.mark.parametrize(
    ("activation", "widths", "at"),
    [
        (activation, *shape)
        for activation in (ReLU(), LeakyReLU(0.2))
        for shape in SHAPES
        if len(shape[0]) < 5 or activation != ReLU()
    ],
)
def test_no_point_near_a_proved_minimum_lies_below_it(
    activation: AbstractActivation, widths: tuple[int, ...], at: list[list[tuple[int, int]]]
) -> None:
    proved = 0
    for seed in range(40):
        if proved == 2:
            break
        planted = planted_on_kinks(widths, activation, at, biases=True, seed=seed)
        proof = None if planted is None else prove_minimum(planted.surface, planted.w)
        if planted is None or not isinstance(proof, MinimumProof):
            continue
        proved += 1
        assert proof.kinks == len(planted.places)
        rate = 0.3 / float(torch.linalg.matrix_norm(planted.surface.hessian(planted.w), ord=2))
        for radius in (1e-3, 1e-5):
            u = around(planted, min(radius, proof.radius), number=600)
            for _ in range(5):
                assert float(planted.surface.loss(u).min()) >= proof.loss[0] - 1e-14
                u = u - rate * planted.surface.gradient(u)
    assert proved


def _first_proved(
    activation: AbstractActivation, *, biases: bool = True
) -> tuple[Planted, MinimumProof]:
    for seed in range(60):
        planted = planted_on_kinks(
            (3, 3, 2, 2), activation, [[(0, 1), (1, 0)], [(0, 2)]], biases=biases, seed=seed
        )
        proof = None if planted is None else prove_minimum(planted.surface, planted.w)
        if planted is not None and isinstance(proof, MinimumProof):
            return planted, proof
    raise AssertionError("none is proved")


@pytest.mark.parametrize("activation", [ReLU(), LeakyReLU(0.2)], ids=repr)
def test_rescaled_units_are_the_same_minimum(activation: AbstractActivation) -> None:
    planted, proof = _first_proved(activation)
    parts = [part.clone() for part in planted.surface.weights(planted.w)]
    for k, factors in ((0, [2.0, 0.5, 4.0]), (1, [0.25, 8.0])):
        scale = torch.tensor(factors).double()
        parts[2 * k] *= scale[:, None]
        parts[2 * k + 1] *= scale
        parts[2 * k + 2] /= scale
    other = _found(prove_minimum(planted.surface, planted.surface.point(parts)))
    assert other.places == proof.places
    assert (other.symmetry, other.positive, other.strict) == (
        proof.symmetry,
        proof.positive,
        proof.strict,
    )
    assert other.loss[0] <= proof.loss[1]
    assert proof.loss[0] <= other.loss[1]


def test_dead_units_beside_kinks_are_counted_and_change_nothing_else() -> None:
    """A unit more in each hidden layer that no sample opens."""
    planted, proof = _first_proved(ReLU())
    surface = planted.surface
    W_1, b_1, W_2, b_2, W_3, b_3 = surface.weights(planted.w)
    zeros = torch.zeros(1).double() - 1e3
    grown = [
        torch.cat([W_1, torch.ones(1, 3).double()]),
        torch.cat([b_1, zeros]),
        torch.cat([torch.cat([W_2, torch.ones(2, 1).double()], 1), torch.ones(1, 4).double()]),
        torch.cat([b_2, zeros]),
        torch.cat([W_3, torch.ones(2, 1).double()], 1),
        b_3,
    ]
    wide = Perceptron(
        (3, 4, 3, 2), ReLU(), SquaredError(), surface.inputs, surface.targets, biases=True
    )
    found = _found(prove_minimum(wide, wide.point(grown)))
    assert found.dead_units == 2
    assert not found.strict
    assert found.places == proof.places
    assert found.positive == proof.positive
    assert found.loss[0] <= proof.loss[1]
    assert proof.loss[0] <= found.loss[1]


def test_units_that_read_nothing_but_a_kink_follow_it() -> None:
    """Without biases: where the one open unit of a layer is at zero, all above are, and are no kinks."""
    proved = 0
    for seed in range(200):
        planted = planted_on_kinks(
            (3, 2, 2, 2), ReLU(), [[(0, 0)]], biases=False, seed=seed, followers=True
        )
        if planted is None:
            continue
        z = planted.surface.weights(planted.w)[0] @ planted.surface.inputs[0]
        if float(z[1]) > 0:
            continue
        proof = prove_minimum(planted.surface, planted.w)
        assert isinstance(proof, MinimumProof) is planted.is_minimum or "nullity" in str(proof)
        if isinstance(proof, MinimumProof):
            proved += 1
            assert proof.places == ((1, 0, 0),)
            u = around(planted, min(1e-3, proof.radius), number=6000)
            assert float(planted.surface.loss(u).min()) >= proof.loss[0] - 1e-14
    assert proved >= 3


@given(st.integers(0, 200), st.sampled_from([0.0, 0.2, 0.6]), st.booleans())
@settings(max_examples=20, deadline=None)
def test_the_slope_in_any_direction_is_that_of_the_multipliers_and_the_jumps(
    seed: int, b: float, biases: bool
) -> None:
    """L'(w; d) = grad (L_ - c . z) . d + sum c z' + delta max(0, z'), whatever c: by difference quotients."""
    activation = LeakyReLU(b) if b else ReLU()
    planted = planted_on_kinks(
        (4, 3, 2, 2), activation, [[(0, 1), (1, 0)], [(1, 1)]], biases=biases, seed=seed
    )
    assume(planted is not None)
    assert planted is not None
    surface, w = planted.surface, planted.w[None]
    patterns = activation_patterns(surface, w, on_kink=1e-9)
    assume(float(patterns.margin) > 0)
    kinks = held_kinks(surface, w, patterns)
    assume(int(kinks.valid.sum()) == 3)
    rng = Generator().manual_seed(seed)
    c = torch.randn(1, 3, generator=rng, dtype=torch.float64)
    jumps = kinks.jumps(w, c)
    g = kinks.smooth.gradient(w, kinks.spread(c))
    held = kinks.units[0] * len(surface.inputs) + kinks.samples[0]
    for d in torch.randn(20, w.shape[1], generator=rng, dtype=torch.float64):
        missed = []
        for h in (1e-6, 5e-7):
            ahead = w + h * d
            turns = true_pre_activations(surface, ahead[0]).flatten()[held] / h
            expected = g[0] @ d + c[0] @ turns + jumps[0] @ turns.clamp(min=0)
            missed.append(float((surface.loss(ahead) - surface.loss(w)) / h - expected))
        # What curvature adds is linear in h.
        assert 2 * missed[1] - missed[0] == pytest.approx(0.0, abs=1e-5)
