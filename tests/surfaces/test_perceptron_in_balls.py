"""A perceptron's derivatives in balls, its bounds on a ball of weights, and its patterns."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from flint import arb, arb_mat, ctx
from hypothesis import given, strategies as st
from torch import Generator, Tensor

from lossatlas.surfaces import (
    AbstractActivation,
    Identity,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
    activation_patterns,
    enclosed_loss,
    flat_directions,
)
from lossatlas.surfaces._lifts import Lift, lift
from lossatlas.surfaces._passes_in_balls import (
    Kink,
    gated_passes,
    pre_activations,
    slope_below,
    smooth_passes,
)
from lossatlas.surfaces._pattern import Group, Pattern, exact_rank
from lossatlas.surfaces._pattern_symmetry import flat, span, steepness, velocities
from lossatlas.surfaces._perceptron_bounds import largest_radius, lipschitz, margin
from lossatlas.surfaces._perceptron_data import PerceptronData, sizes
from lossatlas.surfaces._perceptron_in_balls import PerceptronInBalls

ACTIVATIONS = [Identity(), ReLU(), LeakyReLU(0.25), LeakyReLU(1.5), Tanh(), Softplus()]
SHAPES = [(2, 3, 1), (3, 2, 2), (2, 3, 2, 1), (3, 3, 2, 3, 2)]

shapes = st.lists(st.integers(1, 4), min_size=3, max_size=5).map(tuple)


def _surface(
    widths: Sequence[int],
    activation: AbstractActivation,
    *,
    biases: bool = True,
    seed: int = 0,
    samples: int = 6,
    reduction: str = "sum",
) -> Perceptron:
    rng = Generator().manual_seed(seed)
    X = torch.randn(samples, widths[0], generator=rng, dtype=torch.float64)
    Y = torch.randn(samples, widths[-1], generator=rng, dtype=torch.float64)
    return Perceptron(
        widths,
        activation,
        SquaredError(),
        X,
        Y,
        biases=biases,
        reduction=reduction,  # type: ignore[arg-type]
    )


def _point(surface: Perceptron, seed: int = 0) -> Tensor:
    return surface.random_point(Generator().manual_seed(seed + 100))


def _pattern(surface: Perceptron, w: Tensor) -> Pattern:
    data, below = PerceptronData(surface), slope_below(surface.activation)
    assert below is not None
    found = pre_activations(
        data.matrices(data.entries(w)), data.inputs, below, biases=surface.biases
    )
    assert not isinstance(found, Kink)
    return Pattern(data.features, found[2], surface.widths[-1], surface.biases)


def _in_balls(surface: Perceptron, w: Tensor) -> PerceptronInBalls:
    data = PerceptronData(surface)
    W = data.matrices(data.entries(w))
    if slope_below(surface.activation) is None:
        passes = smooth_passes(W, data.inputs, surface.activation, biases=surface.biases)
    else:
        gates = _pattern(surface, w).effective
        passes = gated_passes(W, data.inputs, gates, biases=surface.biases)
    return PerceptronInBalls(W, passes, data.targets, data.weight, surface.biases)


def _ordered(surface: Perceptron) -> Tensor:
    """Where the entries of [W_k b_k] lie in a point."""
    parts = surface.columns.split(torch.arange(surface.dimension, dtype=torch.float64))
    return torch.cat([part.flatten() for part in parts]).long()


@pytest.mark.parametrize("widths", SHAPES)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("biases", [False, True])
def test_loss_gradient_and_hessian_in_balls_hold_those_of_the_surface(
    widths: tuple[int, ...], activation: AbstractActivation, biases: bool
) -> None:
    surface = _surface(widths, activation, biases=biases, reduction="mean" if biases else "sum")
    w = _point(surface)
    order = _ordered(surface)
    network = _in_balls(surface, w)
    P = surface.dimension
    H = network.hessian(range(P))
    entries = np.array([[float(x.mid()) for x in row] for row in H.tolist()])
    g = np.array([float(x.mid()) for x in network.gradient()])
    assert max(float(x.rad()) for x in H.entries()) < 1e-10
    np.testing.assert_allclose(g, surface.gradient(w)[order], atol=1e-12)
    np.testing.assert_allclose(entries, surface.hessian(w)[order][:, order], atol=1e-12)
    assert float(network.loss().mid()) == pytest.approx(float(surface.loss(w)), rel=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_a_gradient_in_balls_is_the_difference_quotient_of_enclosed_losses(
    activation: AbstractActivation,
) -> None:
    """The losses come from another pass, at 200 bits: the quotient is exact to ten digits."""
    surface = _surface((2, 3, 2, 1), activation)
    w, h = _point(surface), 2.0**-20
    order = _ordered(surface).tolist()
    for p, entry in enumerate(_in_balls(surface, w).gradient()):
        step = h * torch.eye(surface.dimension, dtype=torch.float64)[order[p]]
        ends = [enclosed_loss(surface, w + s * step, precision=200) for s in (1, -1)]
        assert all(end is not None for end in ends)
        above, below = (sum(end) / 2 for end in ends if end is not None)
        assert (above - below) / (2 * h) == pytest.approx(float(entry.mid()), abs=1e-8)


@given(shapes, st.booleans(), st.integers(0, 20))
def test_the_hessian_changes_no_faster_than_its_lipschitz_constant(
    widths: tuple[int, ...], biases: bool, seed: int
) -> None:
    activation = ACTIVATIONS[seed % len(ACTIVATIONS)]
    surface = _surface(widths, activation, biases=biases, seed=seed)
    w, radius = _point(surface, seed), 0.3
    data = PerceptronData(surface)
    if slope_below(activation) is None:
        network = _in_balls(surface, w)
        K = lipschitz(sizes(network), data.slopes, radius, 1.0)
        rng = Generator().manual_seed(seed)
        V = torch.randn(2, 20, surface.dimension, generator=rng, dtype=torch.float64)
        u, v = w + radius * V / V.norm(dim=-1, keepdim=True)
        change = torch.linalg.matrix_norm(surface.hessian(u) - surface.hessian(v), ord=2)
        assert bool((change <= K * (u - v).norm(dim=-1)).all())
    else:  # the gated network's, whose Hessian at another point keeps the gates of this one
        network, gates = _in_balls(surface, w), _pattern(surface, w).effective
        K = lipschitz(sizes(network), data.slopes, radius, 1.0)
        direction = torch.randn(w.shape, generator=Generator().manual_seed(seed), dtype=w.dtype)
        other = w + radius * direction / direction.norm()
        W = data.matrices(data.entries(other))
        passes = gated_passes(W, data.inputs, gates, biases=biases)
        moved = PerceptronInBalls(W, passes, data.targets, data.weight, biases)
        kept = range(surface.dimension)
        change = (moved.hessian(kept) - network.hessian(kept)).tolist()
        change = np.linalg.norm([[float(x.mid()) for x in row] for row in change], 2)
        assert change <= K * radius


@given(shapes, st.booleans(), st.integers(0, 50))
def test_no_pre_activation_changes_its_sign_on_the_stated_ball(
    widths: tuple[int, ...], biases: bool, seed: int
) -> None:
    surface = _surface(widths, LeakyReLU(0.3), biases=biases, seed=seed)
    w = _point(surface, seed)
    data = PerceptronData(surface)
    network = _in_balls(surface, w)
    here = activation_patterns(surface, w[None])
    found = pre_activations(network.matrices, data.inputs, 0.3, biases=biases)
    assert not isinstance(found, Kink)
    near = [np.array([[abs(float(z.mid())) for z in row] for row in rows]) for rows in found[1]]
    radius = largest_radius(near, sizes(network), data.slopes)
    assert margin(near, sizes(network), data.slopes, radius) >= 0
    assert margin(near, sizes(network), data.slopes, radius / 2) <= float(here.margin[0])
    rng = Generator().manual_seed(seed)
    V = torch.randn(200, len(w), generator=rng, dtype=w.dtype)
    moved = activation_patterns(surface, w + radius * V / V.norm(dim=-1, keepdim=True))
    for one, many in zip(here.gates, moved.gates, strict=True):
        assert bool((one == many).all())


def test_of_one_layer_the_ball_is_the_largest_there_is() -> None:
    """A single sample x: unit j changes its sign at the distance |z_j| / |x|."""
    X = torch.tensor([[3.0, 4.0]]).double()
    surface = Perceptron((2, 1, 1), ReLU(), SquaredError(), X, X[:, :1])
    w = torch.tensor([0.4, 0.2, 1.0]).double()  # z = 2
    data = PerceptronData(surface)
    z = np.array([[2.0]])
    assert largest_radius([z], sizes(_in_balls(surface, w)), data.slopes) == pytest.approx(0.4)


@given(shapes, st.booleans(), st.integers(0, 60))
def test_the_float_screen_counts_flat_directions_as_the_exact_pattern_does(
    widths: tuple[int, ...], biases: bool, seed: int
) -> None:
    activation = [ReLU(), LeakyReLU(0.5), Identity()][seed % 3]
    surface = _surface(widths, activation, biases=biases, seed=seed, samples=1 + seed % 7)
    w = _point(surface, seed)
    pattern = _pattern(surface, w)
    found = flat_directions(surface, w[None])
    kept = flat(pattern.kept)
    assert int(found.inert[0]) == int((~kept).sum())
    assert int(found.dead_units[0]) == pattern.dead_units
    trace = float(found.projector[0].diagonal().sum())
    assert trace == pytest.approx(int(found.inert[0]) + int(found.symmetry[0]))
    product = found.projector[0] @ found.projector[0]
    torch.testing.assert_close(product, found.projector[0], atol=1e-9, rtol=0)


@given(shapes, st.booleans(), st.integers(0, 60))
def test_the_loss_does_not_change_along_inert_directions_and_velocities(
    widths: tuple[int, ...], biases: bool, seed: int
) -> None:
    activation = [ReLU(), LeakyReLU(0.5), LeakyReLU(2.0)][seed % 3]
    surface = _surface(widths, activation, biases=biases, seed=seed, samples=1 + seed % 5)
    w = _point(surface, seed)
    found = flat_directions(surface, w[None])
    g = surface.gradient(w)
    size = 1 + float(g.norm()) + float(surface.gradient_scale(w))
    assert float((found.projector[0] @ g).norm()) < 1e-6 * size


@given(shapes, st.booleans(), st.integers(0, 60))
def test_velocities_are_orthogonal_to_the_gradient_in_balls_and_change_no_faster_than_said(
    widths: tuple[int, ...], biases: bool, seed: int
) -> None:
    activation = [ReLU(), LeakyReLU(0.5), LeakyReLU(2.0), Identity()][seed % 4]
    surface = _surface(widths, activation, biases=biases, seed=seed, samples=1 + seed % 5)
    w = _point(surface, seed)
    pattern, network = _pattern(surface, w), _in_balls(surface, w)
    with ctx.workprec(100):
        g, rows = network.gradient(), [W.tolist() for W in network.matrices]
        for v in velocities(rows, pattern):
            assert sum((a * b for a, b in zip(g, v, strict=True)), arb(0)).contains(0)
    plain = [np.array([[float(x.mid()) for x in row] for row in W]) for W in rows]
    rng = np.random.default_rng(seed)
    moved = [W + rng.standard_normal(W.shape) for W in plain]
    away = np.sqrt(sum(((a - b) ** 2).sum() for a, b in zip(plain, moved, strict=True)))
    pairs = (velocities(moved, pattern), velocities(plain, pattern))
    change = np.array(pairs[0], dtype=float) - np.array(pairs[1], dtype=float)
    if change.size:
        assert np.linalg.norm(change, 2) <= steepness(pattern) * away


def test_units_that_fire_on_the_same_samples_form_a_group() -> None:
    """Two units open everywhere, one nowhere, one on the first sample alone."""
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).double()
    surface = Perceptron((2, 4, 1), ReLU(), SquaredError(), X, X[:, :1])
    rows = torch.tensor([[1.0, 2.0], [3.0, 1.0], [-1.0, -1.0], [1.0, -1.0]]).double()
    w = torch.cat([rows.flatten(), torch.ones(4).double()])
    pattern = _pattern(surface, w)
    assert [group.members for group in pattern.groups] == [(0, 1), (3,)]
    assert pattern.dead_units == 1
    assert pattern.kept[0].tolist() == [[True] * 2, [True] * 2, [False] * 2, [True, False]]
    assert pattern.kept[1].tolist() == [[True, True, False, True]]
    # GL(2) and one scaling; each product of the two has two entries, so the orbit has dimension 4.
    assert int(flat_directions(surface, w[None]).symmetry[0]) == 4 + 1 - 0


def test_a_unit_whose_readers_are_all_dead_counts_as_dead() -> None:
    X = torch.ones(3, 1).double()
    surface = Perceptron((1, 1, 1, 1), ReLU(), SquaredError(), X, X, biases=True)
    w = surface.point(
        [torch.tensor(t).double() for t in ([[1.0]], [0.0], [[-1.0]], [0.0], [[1.0]], [2.0])]
    )
    pattern = _pattern(surface, w)
    assert pattern.dead_units == 2
    assert flat(pattern.kept).sum() == 1  # the last bias


def test_without_biases_a_unit_that_reads_zeros_has_no_sign_to_be_proved() -> None:
    """The first layer is closed on the second sample, so the second layer gives zero there."""
    X = torch.tensor([[1.0], [-1.0]]).double()
    surface = Perceptron((1, 1, 1, 1), ReLU(), SquaredError(), X, X)
    pattern = _pattern(surface, torch.ones(3).double())
    assert [gates[:, 0].tolist() for gates in pattern.gates] == [[1, 0], [1, 0]]


def test_a_pre_activation_of_zero_is_a_kink_and_says_which() -> None:
    X = torch.tensor([[1.0, 1.0], [1.0, 2.0]]).double()
    surface = Perceptron((2, 2, 1), ReLU(), SquaredError(), X, X[:, :1])
    w = torch.tensor([1.0, 1.0, 2.0, -1.0, 1.0, 1.0]).double()
    data = PerceptronData(surface)
    found = pre_activations(data.matrices(data.entries(w)), data.inputs, 0.0, biases=False)
    assert found == Kink(1, 2, 2)


@pytest.mark.parametrize(
    ("rows", "rank"),
    [
        ([[1.0, 2.0], [2.0, 4.0]], 1),
        ([[0.1, 0.3], [0.3, 0.9]], 2),  # dependent in decimals, not as float64
        ([[1e-300, 0.0], [0.0, 1e300]], 2),
        ([[0.0, 0.0]], 0),
    ],
)
def test_ranks_are_those_of_the_rational_numbers(rows: list[list[float]], rank: int) -> None:
    assert exact_rank(np.array(rows)) == rank


def test_inputs_that_depend_on_each_other_exactly_are_kept_once() -> None:
    """A feature that is constant is the bias, one that is zero is nothing."""
    X = torch.tensor([[1.0, 5.0, 0.0], [1.0, 2.0, 0.0], [1.0, -7.0, 0.0]]).double()
    surface = Perceptron((3, 1, 1), LeakyReLU(0.5), SquaredError(), X, X[:, :1], biases=True)
    kept = _pattern(surface, _point(surface)).kept[0]
    assert kept.tolist() == [[False, True, False, True]]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_an_enclosed_loss_holds_the_loss_wherever_it_is(activation: AbstractActivation) -> None:
    surface = _surface((2, 3, 2), activation)
    for w in (torch.zeros(surface.dimension).double(), _point(surface), 50 * _point(surface)):
        bounds = enclosed_loss(surface, w, precision=64)
        assert bounds is not None
        low, high = bounds
        assert low <= high <= low * (1 + 1e-12) + 1e-12
        assert float(surface.loss(w)) == pytest.approx(low, rel=1e-12)


def test_softplus_is_enclosed_far_from_zero() -> None:
    X = torch.tensor([[800.0], [-800.0]]).double()
    surface = Perceptron((1, 1, 1), Softplus(), SquaredError(), X, torch.zeros(2, 1).double())
    bounds = enclosed_loss(surface, torch.ones(2).double(), precision=64)
    assert bounds is not None
    assert bounds[0] <= 320000.0 <= bounds[1]


def test_a_product_can_be_changed_at_will_only_where_one_factor_spans() -> None:
    """One unit with two inputs and two outputs makes products of rank one, and no others."""

    def way(into: list[list[float]], out: list[list[float]]) -> Lift | None:
        members = tuple(range(len(into)))
        group = Group(0, members, (1.0,) * len(into), np.ones(3), constant=True)
        return lift(group, arb_mat(into), arb_mat(out))

    assert way([[1.0, 2.0]], [[1.0], [3.0]]) is None
    by_rows = way([[1.0, 2.0]], [[2.0]])  # one output: the row itself changes, by half
    assert by_rows is not None
    assert float(by_rows.factor) == pytest.approx(0.5)
    by_columns = way([[4.0]], [[1.0], [0.0]])  # one input: so do the outgoing weights
    assert by_columns is not None
    assert float(by_columns.factor) == pytest.approx(0.25)
    assert way([[1.0, 2.0], [2.0, 4.0]], [[1.0, 2.0], [2.0, 4.0]]) is None
    assert way([[1.0, 2.0], [2.0, 4.0]], [[1.0, 2.0], [2.0, 5.0]]) is not None
    assert way([[1.0, 2.0]], [[0.0]]) is None


def test_a_span_of_no_velocities_is_empty() -> None:
    assert span(np.zeros((5, 0))).shape == (5, 0)
    assert span(np.zeros((5, 2))).shape == (5, 0)
