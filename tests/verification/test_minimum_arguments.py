"""Each step of the two arguments for a minimum, where it alone stands between a point and a proof."""

from dataclasses import replace
from typing import Any
from unittest.mock import create_autospec

import pytest
import torch
from flint import arb, arb_mat, ctx

from lossatlas.surfaces import LeakyReLU, Perceptron, ReLU, SquaredError
from lossatlas.verification import Finding, _minimum_slice as on_slice, check_minimum
from lossatlas.verification._flows import Flows
from lossatlas.verification._minimum_convex import convex_minimum
from lossatlas.verification._pattern import Pattern, pattern
from lossatlas.verification._slice import Slice

from .networks import checked, claimed, proved


def both(surface: Perceptron, w: list[float], kinks: Any, within: float = 1e-6) -> list[bool]:
    """Whether each argument proves a minimum."""
    known = checked(surface)
    with ctx.workprec(128):
        gates = pattern(known, known.matrices(w), kinks, arb(1e-4))
        assert isinstance(gates, Pattern)
        found = (
            convex_minimum(known, w, gates, arb(within)),
            on_slice.slice_minimum(known, w, gates, arb(within), strict=False),
        )
        return [not isinstance(one, Finding) for one in found]


def unit_on_a_kink(c: float, d: float) -> Perceptron:
    """At w = (1, 0), u = 1 the loss changes at the rates -c and c + d off the kink of (0, 1)."""
    X = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]).double()
    Y = torch.tensor([[1 + c], [1 - c], [-d]]).double()
    return Perceptron((2, 1, 1), ReLU(), SquaredError(), X, Y)


@pytest.mark.parametrize(
    ("c", "d", "is_minimum"),
    [(-0.5, 1.0, True), (-0.5, 0.25, False), (-0.5, -1.0, False), (0.5, 1.0, False)],
)
def test_both_slopes_off_a_kink_count(c: float, d: float, is_minimum: bool) -> None:
    surface = unit_on_a_kink(c, d)
    w = torch.tensor([1.0, 0.0, 1.0]).double()
    away = torch.randn(5000, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    lowest = (surface.loss(w + 1e-3 * away) - surface.loss(w)).min()
    assert bool(lowest > 0) == is_minimum
    assert both(surface, w.tolist(), ((0, 0, 2),)) == [is_minimum, is_minimum]


def test_a_slope_of_zero_off_a_kink_is_not_decided() -> None:
    for c, d in ((0.0, 1.0), (-0.5, 0.5)):
        assert both(unit_on_a_kink(c, d), [1.0, 0.0, 1.0], ((0, 0, 2),)) == [False, False]


def test_two_kinks_that_say_the_same_are_refused() -> None:
    X = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 2.0]]).double()
    Y = torch.tensor([[0.5], [1.5], [-1.0], [-1.0]]).double()
    surface = Perceptron((2, 1, 1), ReLU(), SquaredError(), X, Y)
    assert both(surface, [1.0, 0.0, 1.0], ((0, 0, 2), (0, 0, 3))) == [False, False]


def test_with_one_unit_for_two_outputs_its_rows_alone_prove_nothing() -> None:
    """W_1 is best for this W_2 at the second singular pair of Y, which is a saddle."""
    X, Y = torch.eye(2).double(), torch.tensor([[3.0, -1.0], [-1.0, 3.0]]).double()
    surface = Perceptron((2, 1, 2), ReLU(), SquaredError(), X, Y)
    w = [1.0] * 4
    assert float(surface.gradient(torch.tensor(w).double()).norm()) < 1e-15
    assert both(surface, w, ()) == [False, False]


def test_a_point_off_the_least_one_of_its_pattern_is_as_near_as_it_says() -> None:
    surface = unit_on_a_kink(-0.5, 1.0)
    away = [1.0 + 1e-7, 1e-12, 1.0]
    assert both(surface, away, ((0, 0, 2),), within=2e-7) == [True, True]
    assert both(surface, away, ((0, 0, 2),), within=2e-8) == [False, False]


def test_more_weights_than_samples_make_a_minimum_that_is_not_strict() -> None:
    """Two units, open on three samples of four inputs: 8 numbers for 3, and the residual is zero."""
    rng = torch.Generator().manual_seed(0)
    X = torch.rand(3, 4, generator=rng, dtype=torch.float64) + 0.1
    W = torch.rand(2, 4, generator=rng, dtype=torch.float64) + 0.1
    surface = Perceptron((4, 2, 1), ReLU(), SquaredError(), X, X @ W.T @ torch.ones(2, 1).double())
    w = [*W.flatten().tolist(), 1.0, 1.0]
    assert both(surface, w, ())[0]


def test_a_minimum_with_weights_that_do_not_count_is_not_strict() -> None:
    known = proved("biases")
    network, tried = checked(known.surface), 0
    for proof in known.proofs:
        claim = replace(claimed(known, proof), bad=False)
        if not proof.strict:
            tried += 1
            assert check_minimum(network, proof.point.tolist(), claim)
            assert not check_minimum(network, proof.point.tolist(), replace(claim, strict=True))
    assert tried > 5


def test_a_positive_derivative_is_no_root() -> None:
    """The equation exp(v) = 0 has no root, though its derivative is positive everywhere."""
    near = create_autospec(Slice, instance=True)
    near.kinks, near.size, near.stretch = 0, 1, arb(1)
    near.start.return_value = [arb(0)]
    near.value.side_effect = near.derivative.side_effect = lambda y: arb_mat([[y[0].exp()]])
    near.loss_off_kinks.return_value = arb(0)
    assert isinstance(on_slice._minimum(near, arb(100)), Finding)


def test_a_slice_that_the_symmetry_may_run_along_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    N = [[1.0, 0.0]]
    assert on_slice._span_all(N, [{0: arb(3), 1: arb(1)}], 2)
    assert not on_slice._span_all(N, [{0: arb(1)}], 2)
    assert not on_slice._span_all(N, [{0: arb(1), 1: arb(0, 1)}], 2)
    assert not on_slice._span_all(N, [], 2)
    known = proved("two outputs")
    proof = known.proofs[0]
    claim = replace(claimed(known, proof), bad=False)
    assert check_minimum(checked(known.surface), proof.point.tolist(), claim)
    monkeypatch.setattr(on_slice, "_span_all", lambda *_: False)
    found = check_minimum(checked(known.surface), proof.point.tolist(), claim)
    assert found.reason == "the slice is not proved to lie across the symmetry"


def test_units_on_the_same_kink_mix_along_it() -> None:
    """Two parallel units on one kink: along it they mix, off it each bends by itself."""
    X = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]).double()
    Y = torch.tensor([[0.5], [1.5], [-1.0]]).double()
    surface = Perceptron((2, 2, 1), ReLU(), SquaredError(), X, Y)
    w = [0.5, 0.0, 0.5, 0.0, 1.0, 1.0]
    assert both(surface, w, ((0, 0, 2), (0, 1, 2))) == [True, True]
    away = torch.randn(5000, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    centre = torch.tensor(w).double()
    assert bool((surface.loss(centre + 1e-3 * away) >= surface.loss(centre) - 1e-15).all())


def test_units_on_different_kinks_do_not_mix() -> None:
    """Open on the same sample, each on a kink of its own: mixing would carry them off."""
    X = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]).double()
    known = checked(Perceptron((3, 2, 1), LeakyReLU(0.5), SquaredError(), X, X[:, :1]))
    w = [1.0, 0.0, -1.0, 1.0, -1.0, 0.0, 1.0, 1.0]
    W = known.matrices(w)
    for kinks, mixed in ((((0, 0, 1), (0, 1, 2)), 2), ((), 2)):
        gates = Pattern((((1.0, 1.0), (0.5, 0.5), (0.5, 0.5)),), kinks)
        assert len(Flows(known, gates).velocities(W)) == mixed + 2 * (not kinks)
