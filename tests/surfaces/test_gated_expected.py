"""The expected loss: every gate pattern listed, drawn gates, and what its variance term does."""

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
import torch
from flint import fmpq, fmpq_mat
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas import critical
from lossatlas.errors import MemoryForecastError
from lossatlas.linalg import rational_inertia
from lossatlas.surfaces import (
    AbstractGates,
    GatedExpected,
    PathGates,
    UnitGates,
    gate_agreement,
    rational_gradient,
    rational_hessian,
)

LAWS: tuple[AbstractGates, ...] = (PathGates(), UnitGates())
both_laws = pytest.mark.parametrize("gates", LAWS, ids=lambda g: type(g).__name__)


def expected(
    widths: tuple[int, ...],
    gates: AbstractGates = PathGates(),  # noqa: B008 - a frozen value
    probability: float = 0.35,
    scale: float | None = None,
    *,
    n: int = 4,
    seed: int = 0,
) -> GatedExpected:
    g = Generator().manual_seed(seed)
    X = torch.randn(n, widths[0], generator=g, dtype=torch.float64)
    Y = torch.randn(n, widths[-1], generator=g, dtype=torch.float64)
    return GatedExpected(widths, X, Y, probability, scale, gates=gates)


def point(surface: GatedExpected, *batch: int, seed: int = 1) -> Tensor:
    return surface.random_point(Generator().manual_seed(seed), batch)


def _listed(surface: GatedExpected, w: Tensor) -> float:
    """The expected loss by listing every pattern of gates with its probability, for one sample."""
    assert len(surface.inputs) == 1
    x, y = surface.inputs[0].numpy(), surface.targets[0].numpy()
    W = [M.numpy() for M in surface.weights(w)]
    widths, rho = tuple(surface.widths), surface.probability
    q = 1 / rho if surface.scale is None else surface.scale
    paths = list(product(*map(range, widths)))
    terms = [
        q * x[p[0]] * prod(M[p[k + 1], p[k]] for k, M in enumerate(W)) for p in paths
    ]  # of each path with its gate open
    hidden = [(k, u) for k in range(1, len(widths) - 1) for u in range(widths[k])]
    by_path = isinstance(surface.gates, PathGates)
    carriers: list = paths if by_path else hidden
    chance = rho if by_path else rho ** (1 / (len(widths) - 2))
    total = 0.0
    for pattern in product((0, 1), repeat=len(carriers)):
        state = dict(zip(carriers, pattern, strict=True))
        output = np.zeros(widths[-1])
        for p, term in zip(paths, terms, strict=True):
            units = [state[(k, p[k])] for k in range(1, len(widths) - 1)] if not by_path else []
            output[p[-1]] += term * (state[p] if by_path else prod(units))
        opened = sum(pattern)
        likelihood = chance**opened * (1 - chance) ** (len(pattern) - opened)
        total += likelihood * ((output - y) ** 2).sum() / 2
    return total


@pytest.mark.parametrize("scale", [None, 0.8, -2.0])
@pytest.mark.parametrize(
    ("gates", "widths"),
    [
        (PathGates(), (2, 2, 2)),
        (PathGates(), (3, 2)),
        (PathGates(), (2, 1, 2, 2)),
        (UnitGates(), (2, 3, 2)),
        (UnitGates(), (2, 3, 2, 2)),
        (UnitGates(), (1, 2, 2, 2, 1)),
    ],
)
def test_the_loss_is_the_mean_over_every_pattern_of_gates(
    gates: AbstractGates, widths: tuple[int, ...], scale: float | None
) -> None:
    surface = expected(widths, gates, scale=scale, n=1)
    w = point(surface)
    assert surface.loss(w).item() == pytest.approx(_listed(surface, w), rel=1e-12)


def test_the_formula_sheets_numbers_come_out() -> None:
    """A 3-2-2-2 network at rho = 0.35 of THEORY B.5: 13.81 at the mean, 25.34 expected."""
    rng = np.random.default_rng(0)
    shapes = [(2, 3), (2, 2), (2, 2), (3, 4), (2, 4)]
    *weights, X, T = (torch.from_numpy(rng.standard_normal(shape)) for shape in shapes)
    surface = GatedExpected((3, 2, 2, 2), X.T.contiguous(), T.T.contiguous(), 0.35)
    w = surface.point(weights)
    assert round(surface.reduced.loss(w).item(), 2) == 13.81
    assert round(surface.loss(w).item(), 2) == 25.34
    found = gate_agreement(surface, w, Generator().manual_seed(0), 60_000)
    assert bool(found.agrees())


@pytest.mark.parametrize("scale", [None, 1.0])
@pytest.mark.parametrize(
    ("gates", "widths"),
    [
        (PathGates(), (3, 2, 2, 2)),
        (PathGates(), (2, 3)),
        (UnitGates(), (3, 4, 3, 2)),
        (UnitGates(), (3, 2, 2)),
    ],
)
def test_drawn_gates_agree_with_both_losses_and_with_the_mean_output(
    gates: AbstractGates, widths: tuple[int, ...], scale: float | None
) -> None:
    surface = expected(widths, gates, scale=scale)
    found = gate_agreement(surface, point(surface, 2), Generator().manual_seed(0), 20_000)
    assert found.outputs.z.shape == (2, 4, widths[-1])
    assert bool(found.agrees().all())
    assert not bool(found.unreduced.agrees().any())  # the two losses are told apart


def test_draws_of_one_law_contradict_the_other() -> None:
    """The means are the same; the variances are not, and so many draws see it."""
    by_path = expected((3, 2, 2, 2), PathGates())
    by_unit = expected((3, 2, 2, 2), UnitGates())
    w = point(by_path, seed=2)
    assert torch.equal(by_path.reduced.loss(w), by_unit.reduced.loss(w))
    losses = by_path.sample_loss(w, Generator().manual_seed(0), 20_000)
    error = losses.std() / len(losses) ** 0.5
    assert (losses.mean() - by_path.loss(w)).abs() < 4 * error
    assert (losses.mean() - by_unit.loss(w)).abs() > 20 * error


@both_laws
def test_the_mean_loss_may_be_drawn_from_either_surface(gates: AbstractGates) -> None:
    surface = expected((2, 2, 2), gates)
    w = point(surface, 3)
    drawn = surface.sample_loss(w, Generator().manual_seed(0), 100)
    again = surface.reduced.sample_loss(w, Generator().manual_seed(0), 100, gates=gates)
    assert drawn.shape == (3, 100)
    assert torch.equal(drawn, again)


@both_laws
def test_draws_in_many_blocks_are_as_good(
    gates: AbstractGates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lossatlas.surfaces._gate_sample.even_blocks", lambda r, _: [2] * (r // 2))
    surface = expected((2, 2, 2), gates)
    found = gate_agreement(surface, point(surface), Generator().manual_seed(0), 2001)
    assert found.number == 2000
    assert bool(found.agrees())


@both_laws
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_gates_that_are_always_open_leave_the_linear_network(
    gates: AbstractGates, reduction: str
) -> None:
    g = Generator().manual_seed(0)
    X, Y = (torch.randn(5, 2, generator=g, dtype=torch.float64) for _ in "XY")
    surface = GatedExpected((2, 3, 2), X, Y, 1.0, gates=gates, reduction=reduction)
    w = point(surface)
    assert surface.variance_term(w) == 0
    assert surface.loss(w) == surface.reduced.loss(w)
    assert surface.orbit_dimension(w) == surface.reduced.orbit_dimension(w) == 8
    found = gate_agreement(surface, w, Generator().manual_seed(0), 50)
    assert bool(found.agrees())
    assert bool(found.unreduced.agrees())
    assert bool(found.outputs.z.isfinite().all())


def test_an_input_of_zeros_has_outputs_without_chance() -> None:
    surface = GatedExpected((2, 2, 2), torch.zeros(1, 2).double(), torch.ones(1, 2).double(), 0.5)
    found = gate_agreement(surface, point(surface), Generator().manual_seed(0), 50)
    assert bool((found.outputs.z == 0).all())
    assert bool(found.agrees())


def test_a_wrong_closed_form_without_chance_is_infinitely_wrong() -> None:
    surface = expected((2, 2, 2), probability=1.0)
    found = gate_agreement(surface, point(surface), Generator().manual_seed(0), 50)
    wrong = type(found.reduced)(
        found.reduced.mean,
        found.reduced.standard_error,
        found.reduced.predicted + 1,
        found.reduced.floor,
    )
    assert wrong.z == -torch.inf
    assert not bool(wrong.agrees())


WIDTHS = st.lists(st.integers(1, 3), min_size=3, max_size=5).map(tuple)


@given(widths=WIDTHS, gates=st.sampled_from(LAWS), factor=st.floats(0.5, 2.0))
def test_the_variance_term_is_homogeneous_of_twice_the_depth(
    widths: tuple[int, ...], gates: AbstractGates, factor: float
) -> None:
    surface = expected(widths, gates)
    w = point(surface)
    power = factor ** (2 * (len(widths) - 1))
    assert_close(surface.variance_term(factor * w), power * surface.variance_term(w))
    # Euler: w . grad V = 2 L V, from loss and gradient less those of the reduced loss.
    slope = (surface.gradient(w) - surface.reduced.gradient(w)) @ w
    assert_close(slope, 2 * (len(widths) - 1) * surface.variance_term(w))


@given(widths=WIDTHS, gates=st.sampled_from(LAWS), seed=st.integers(0, 20))
def test_hidden_units_may_be_scaled_but_not_mixed(
    widths: tuple[int, ...], gates: AbstractGates, seed: int
) -> None:
    surface = expected(widths, gates)
    w = point(surface, seed=seed)
    weights = surface.weights(w)
    g = Generator().manual_seed(seed)
    for k, d in enumerate(widths[1:-1]):
        scales = 0.5 + torch.rand(d, generator=g).double()
        weights[k] = scales[:, None] * weights[k]
        weights[k + 1] = weights[k + 1] / scales
    there = surface.point(weights)
    assert_close(surface.loss(there), surface.loss(w))
    assert surface.orbit_dimension(there) == surface.orbit_dimension(w) <= sum(widths[1:-1])


@both_laws
def test_a_rotation_of_a_hidden_layer_changes_the_expected_loss(gates: AbstractGates) -> None:
    surface = expected((3, 2, 2), gates)
    w = point(surface)
    A, B = surface.weights(w)
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]]).double()
    there = surface.point([turn @ A, B @ turn.T])
    assert_close(surface.reduced.loss(there), surface.reduced.loss(w))
    assert abs(surface.loss(there) - surface.loss(w)) > 1e-3


@pytest.mark.parametrize("copies", [2, 5])
@pytest.mark.parametrize("widths", [(3, 2, 2), (2, 2, 3, 2)])
def test_units_split_into_equal_copies_divide_the_variance_by_their_number_in_every_layer(
    widths: tuple[int, ...], copies: int
) -> None:
    """More paths with less weight each: as the width grows the two losses become one."""
    surface = expected(widths)
    w = point(surface)
    wider = GatedExpected(
        (widths[0], *(copies * d for d in widths[1:-1]), widths[-1]),
        surface.inputs,
        surface.targets,
        surface.probability,
    )
    first, *rest = (W.repeat_interleave(copies, 0) for W in surface.weights(w))
    weights = [first, *(W.repeat_interleave(copies, 1) / copies for W in rest)]
    weights[-1] = weights[-1][::copies]  # outputs are not split
    there = wider.point(weights)
    assert_close(wider.reduced.loss(there), surface.reduced.loss(w))
    hidden = len(widths) - 2
    assert_close(wider.variance_term(there), surface.variance_term(w) / copies**hidden)


def test_paths_that_share_units_vary_together() -> None:
    """One hidden layer: Var by unit - Var by path = v sum_u |W_2 e_u|^2 sum_{i<j} 2 w_i x_i w_j x_j."""
    by_path, by_unit = (expected((3, 2, 2), gates, n=1) for gates in LAWS)
    w = point(by_path)
    A, B = by_path.weights(w)
    x, v = by_path.inputs[0], 0.65 / 0.35
    crossed = (A @ x) ** 2 - (A**2) @ (x**2)
    difference = v * (B.square().sum(0) * crossed).sum() / 2
    assert_close(by_unit.variance_term(w) - by_path.variance_term(w), difference)


class TestBadMinimum:
    """Theorem 2.3 (ii) is not inherited: a bad saddle of the reduced loss turns into a bad minimum.

    Two hidden layers of two units that do the same: X = I, T = diag(17/4, 2), rho = 4/5. The point
    holds the first mode only. Everything is rational, so that nothing here is measured.
    """

    WEIGHTS = ([[1, 0], [1, 0]], [[1, 1], [1, 1]], [[1, 1], [0, 0]])
    LOWER = ([[Fraction(17, 5), 0], [0, Fraction(8, 5)]], [[1, 0], [0, 1]], [[1, 0], [0, 1]])
    INPUTS = ([1, 0], [0, 1])
    TARGETS = ([Fraction(17, 4), 0], [0, 2])
    RELATIVE = fmpq(1, 4)  # (1 - rho) / rho

    def _paths(self) -> list[list[int]]:
        """The three places in the flat point that each path passes."""
        return [[i[1] * 2 + i[0], 4 + i[2] * 2 + i[1], 8 + i[3] * 2 + i[2]]
                for i in product((0, 1), repeat=4)]  # fmt: skip

    def _gradient(self, w: list) -> fmpq_mat:
        gradient = rational_gradient(self.WEIGHTS, self.INPUTS, self.TARGETS)
        for path in self._paths():
            for e in path:
                others = prod((w[f] ** 2 for f in path if f != e), start=fmpq(1))
                gradient[e, 0] += self.RELATIVE * w[e] * others
        return gradient

    def _hessian(self, w: list) -> fmpq_mat:
        H = rational_hessian(self.WEIGHTS, self.INPUTS, self.TARGETS)
        for path in self._paths():
            for e, f in product(path, repeat=2):
                others = prod((w[k] ** 2 for k in path if k not in (e, f)), start=fmpq(1))
                H[e, f] += self.RELATIVE * others * (1 if e == f else 2 * w[e] * w[f])
        return H

    def _surface(self) -> GatedExpected:
        T = torch.tensor([[4.25, 0], [0, 2]], dtype=torch.float64)
        return GatedExpected((2, 2, 2, 2), torch.eye(2).double(), T, 0.8)

    def test_it_is_a_local_minimum_in_exact_arithmetic(self) -> None:
        """Positive but for the directions of scaling, along which the loss stays as it is."""
        w = [fmpq(entry) for W in self.WEIGHTS for row in W for entry in row]
        assert all(entry == 0 for entry in self._gradient(w).entries())
        assert rational_inertia(self._hessian(w)) == (0, 4, 8)
        surface = self._surface()
        assert surface.orbit_dimension(surface.point(_floats(self.WEIGHTS))) == 4

    def test_the_reduced_loss_has_a_bad_saddle_there(self) -> None:
        """At targets (4, 2), where the same point is critical without the variance term."""
        T = torch.tensor([[4.0, 0], [0, 2]], dtype=torch.float64)
        reduced = GatedExpected((2, 2, 2, 2), torch.eye(2).double(), T, 0.8).reduced
        found = critical.classify(reduced, reduced.point(_floats(self.WEIGHTS)))
        assert found.kind is critical.Kind.BAD_SADDLE

    def test_a_lower_point_is_exhibited(self) -> None:
        surface = self._surface()
        here, lower = (surface.point(_floats(W)) for W in (self.WEIGHTS, self.LOWER))
        assert surface.loss(here).item() == 2.53125
        assert surface.loss(lower).item() == pytest.approx(2.20625)

    def test_the_surface_calls_it_a_local_minimum(self) -> None:
        surface = self._surface()
        w = surface.point(_floats(self.WEIGHTS))
        H = self._hessian([fmpq(e) for W in self.WEIGHTS for row in W for e in row])
        rows = [[float(e.p) / float(e.q) for e in row] for row in H.tolist()]
        exact = torch.tensor(rows, dtype=torch.float64)
        assert_close(surface.hessian(w), exact, atol=1e-12, rtol=0)
        assert critical.classify(surface, w).kind is critical.Kind.LOCAL_MINIMUM


def _floats(weights: tuple) -> list[Tensor]:
    return [
        torch.tensor([[float(e) for e in row] for row in W], dtype=torch.float64) for W in weights
    ]


@pytest.mark.unhooked
def test_laws_without_meaning_are_refused() -> None:
    with pytest.raises(ValueError, match="`widths` should have a hidden layer"):
        expected((3, 2), UnitGates())
    with pytest.raises(ValueError, match="`probability`"):
        expected((3, 2), probability=0.0)


def test_more_paths_than_can_be_listed_are_refused_for_draws_only() -> None:
    surface = expected((100, 100, 101, 2))
    w = point(surface)
    assert bool(surface.loss(w).isfinite())
    with pytest.raises(ValueError, match=r"at most 1000000 paths.*Got 2020000 paths"):
        surface.sample_loss(w, Generator().manual_seed(0), 10)


def test_too_few_draws_are_refused() -> None:
    surface = expected((2, 2, 2))
    with pytest.raises(ValueError, match="`number` should be at least 4 draws"):
        gate_agreement(surface, point(surface), Generator().manual_seed(0), 3)
    with pytest.raises(ValueError, match="`number` should be at least 1 draws"):
        surface.sample_loss(point(surface), Generator().manual_seed(0), 0)


def test_a_hessian_that_cannot_fit_is_refused_with_its_size() -> None:
    surface = expected((300, 3000, 2))
    with pytest.raises(MemoryForecastError, match="906000 parameters"):
        surface.hessian(torch.zeros(surface.dimension).double())
