"""The parts of the checker of minima: derivatives, flows, patterns, exact null vectors."""

import numpy as np
import pytest
import torch
from flint import arb, ctx, fmpq, fmpq_mat
from hypothesis import given, strategies as st

from lossatlas.surfaces import LeakyReLU, Perceptron, ReLU, SquaredError, Tanh
from lossatlas.verification import NonlinearNetwork as Checked
from lossatlas.verification._flows import Flows
from lossatlas.verification._frame import across, spanning
from lossatlas.verification._passes import Passes
from lossatlas.verification._pattern import Pattern, pattern
from lossatlas.verification._rational import fraction, null_basis

from .networks import NETWORKS, checked

RADIUS = arb(2) ** -20


def network(name: str, *, samples: int = 9, seed: int = 0) -> Perceptron:
    widths, activation, biases = NETWORKS[name]
    rng = torch.Generator().manual_seed(seed)
    X = torch.randn(samples, widths[0], generator=rng, dtype=torch.float64)
    Y = torch.randn(samples, widths[-1], generator=rng, dtype=torch.float64)
    return Perceptron(widths, activation, SquaredError(), X, Y, biases=biases, reduction="mean")


def branches(known: Checked, w: list[float]) -> Pattern | None:
    if known.slopes is None:
        return None
    found = pattern(known, known.matrices(known.entries(w)), (), RADIUS)
    assert isinstance(found, Pattern)
    return found


def order(surface: Perceptron) -> list[int]:
    """Where each entry of the checker's vector stands in a point."""
    known = checked(surface)
    return [int(p) for p in known.entries([float(p) for p in range(surface.dimension)])]


@pytest.mark.parametrize("name", NETWORKS)
def test_gradient_and_hessian_are_those_of_the_surface(name: str) -> None:
    surface = network(name)
    known, places = checked(surface), order(surface)
    w = surface.random_point(torch.Generator().manual_seed(3), ())
    entries = known.entries(w.tolist())
    here = Passes(known, known.matrices(entries), branches(known, w.tolist()))
    assert float(here.loss.mid()) == pytest.approx(float(surface.loss(w)), rel=1e-12)
    gradient = [float(x.mid()) for x in here.gradient]
    assert np.allclose(gradient, surface.gradient(w).numpy()[places], atol=1e-12)
    units = np.eye(known.size).tolist()
    H = [[float(x.mid()) for x in here.change(known.matrices(unit))[0]] for unit in units]
    assert np.allclose(H, surface.hessian(w).numpy()[np.ix_(places, places)], atol=1e-11)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_loss_in_balls_holds_that_of_the_surface_on_kinks_too(name: str) -> None:
    surface = network(name)
    known = checked(surface)
    rng = torch.Generator().manual_seed(4)
    for w in [*surface.random_point(rng, (5,)), torch.zeros(surface.dimension).double()]:
        loss = known.loss(known.matrices(known.entries(w.tolist())))
        assert float(loss.lower()) - 1e-12 <= float(surface.loss(w)) <= float(loss.upper()) + 1e-12


def test_multipliers_give_the_derivatives_of_the_held_function() -> None:
    """h = L - sum c z of kinks in two layers, by differences of values of h."""
    surface = network("two hidden layers, leaky")
    known = checked(surface)
    w = surface.random_point(torch.Generator().manual_seed(5), ()).tolist()
    gates = branches(known, w)
    assert gates is not None
    held = Pattern(gates.gates, ((0, 1, 2), (1, 0, 4), (1, 1, 0)))
    c = [arb(0.3), arb(-0.7), arb(1.1)]

    def h(point: np.ndarray) -> float:
        here = Passes(known, known.matrices(point.tolist()), held, c)
        zs = here.on_kinks(here.zs)
        value = here.loss - sum((a * b for a, b in zip(c, zs, strict=True)), arb(0))
        return float(value.mid())

    entries = np.array(known.entries(w))
    here = Passes(known, known.matrices(entries.tolist()), held, c)
    gradient = np.array([float(x.mid()) for x in here.gradient])
    direction = np.random.default_rng(0).standard_normal(len(entries))
    step = 1e-4 * direction
    assert (h(entries + step) - h(entries - step)) / 2e-4 == pytest.approx(
        gradient @ direction, rel=1e-6
    )
    change, dzs = here.change(known.matrices(direction.tolist()))
    bend = (h(entries + step) - 2 * h(entries) + h(entries - step)) / 1e-8
    assert bend == pytest.approx(direction @ [float(x.mid()) for x in change], rel=1e-4)
    assert len(here.on_kinks(dzs)) == 3


@pytest.mark.parametrize("name", [n for n in NETWORKS if n not in ("tanh", "softplus")])
def test_flows_do_not_change_the_loss(name: str) -> None:
    for seed in range(6):
        surface = network(name, samples=5, seed=seed)
        known, places = checked(surface), order(surface)
        w = surface.random_point(torch.Generator().manual_seed(seed), ())
        gates = branches(known, w.tolist())
        assert gates is not None
        W = known.matrices(known.entries(w.tolist()))
        H = surface.hessian(w).numpy()[np.ix_(places, places)]
        gradient = surface.gradient(w).numpy()[places]
        velocities = [
            [float(v[p].mid()) if p in v else 0.0 for p in range(known.size)]
            for v in Flows(known, gates).velocities(W)
        ]
        for v in np.array(velocities):
            assert abs(gradient @ v) < 1e-12 * (1 + np.linalg.norm(v))
        start = np.array(known.entries(w.tolist()))
        moved = start + 1e-5 * np.array(velocities).sum(0)
        losses = [float(known.loss(known.matrices(p.tolist())).mid()) for p in (start, moved)]
        assert losses[1] == pytest.approx(losses[0], abs=1e-7 * (1 + np.linalg.norm(H)))
        chosen, frame = spanning(velocities)
        assert np.allclose(np.array(frame) @ np.array(frame).T, np.eye(len(chosen)))
        N = np.array(across(frame, known.size)).reshape(-1, known.size)
        assert np.allclose(N @ N.T, np.eye(len(N)))
        assert len(N) + len(frame) == known.size
        assert not len(frame) or np.abs(N @ np.array(frame).T).max(initial=0) < 1e-12


def test_a_pattern_holds_on_its_ball() -> None:
    """Random weights on the sphere of the largest radius that is granted keep every sign."""
    for activation in (ReLU(), LeakyReLU(0.3)):
        rng = torch.Generator().manual_seed(7)
        X = torch.randn(8, 2, generator=rng, dtype=torch.float64)
        surface = Perceptron((2, 3, 2, 1), activation, SquaredError(), X, X[:, :1])
        known = checked(surface)
        w = surface.random_point(rng, ()).tolist()
        W = known.matrices(known.entries(w))
        radius = 1.0
        while isinstance(pattern(known, W, (), arb(radius)), str):
            radius /= 1.1
        assert radius > 1e-6
        found = pattern(known, W, (), arb(radius))
        away = torch.randn(2000, surface.dimension, generator=rng, dtype=torch.float64)
        away *= radius / away.norm(dim=1, keepdim=True)
        for step in away:
            moved = known.entries((torch.tensor(w).double() + step).tolist())
            assert pattern(known, known.matrices(moved), (), arb(0)) == found


def test_a_change_below_moves_what_is_read_above() -> None:
    """z = 10 x_1 - 9.9 x_2 = 0.1 changes its sign long before W_2 alone could do that."""
    X = torch.ones(1, 1).double()
    surface = Perceptron((1, 2, 1, 1), ReLU(), SquaredError(), X, X)
    known, w = checked(surface), [1.0, 1.0, 10.0, -9.9, 1.0]
    assert isinstance(pattern(known, known.matrices(w), (), arb(1e-3)), Pattern)
    assert isinstance(pattern(known, known.matrices(w), (), arb(0.05)), str)
    step = 0.05 * 2**-0.5
    moved = pattern(known, known.matrices([1 - step, 1 + step, *w[2:]]), (), arb(0))
    assert isinstance(moved, Pattern)
    assert moved.gates[1] == ((0.0,),)


def test_what_reads_one_kink_alone_follows_it() -> None:
    """Sample (1, 0): unit 0 of layer 1 stands on its kink, unit 1 is shut, layer 2 reads that kink."""
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).double()
    known = checked(Perceptron((2, 2, 2, 1), ReLU(), SquaredError(), X, X[:, :1]))
    w = [0.0, 1.0, -1.0, 2.0, 0.5, 1.0, -0.5, 1.0, 1.0, 1.0]
    W = known.matrices(known.entries(w))
    assert isinstance(pattern(known, W, (), arb(0)), str)
    found = pattern(known, W, ((0, 0, 0),), arb(0.1))
    assert isinstance(found, Pattern)
    assert found.gates[0][0] == (0.0, 0.0)
    assert found.gates[1][0] == (1.0, 0.0)  # the signs of 0.5 and -0.5
    assert isinstance(pattern(known, W, ((0, 0, 0),), arb(0.6)), str)
    # two kinks at once: which of them the layer above follows is open
    w[2] = 0.0
    both = pattern(known, known.matrices(known.entries(w)), ((0, 0, 0), (0, 1, 0)), arb(0.1))
    assert isinstance(both, str)


def test_a_sample_that_shuts_a_layer_needs_no_signs_above() -> None:
    X = torch.tensor([[1.0], [-1.0]]).double()
    known = checked(Perceptron((1, 1, 1, 1), ReLU(), SquaredError(), X, X))
    found = pattern(known, known.matrices([1.0, 2.0, 1.0]), (), arb(0.1))
    assert isinstance(found, Pattern)
    assert found.gates == (((1.0,), (0.0,)), ((1.0,), (0.0,)))
    # a pre-activation that happens to be zero is not such a one
    at_zero = pattern(known, known.matrices([0.0, 2.0, 1.0]), (), arb(0))
    assert isinstance(at_zero, str)


@given(st.integers(0, 4), st.integers(1, 5), st.integers(0, 2**32 - 1), st.integers(0, 3))
def test_null_vectors_are_orthogonal_to_all_rows_and_as_many_as_there_are(
    count: int, width: int, seed: int, dependent: int
) -> None:
    rng = np.random.default_rng(seed)
    M = rng.integers(-3, 4, (count, width)) / 4.0
    if count:
        M = np.vstack([M, rng.integers(-2, 3, (dependent, count)) @ M])
    rows = [[fraction(x) for x in row] for row in M.tolist()]
    vectors, free = null_basis(M.tolist(), width)
    rank = int(fmpq_mat(rows).rank()) if rows else 0
    assert len(vectors) == len(free) == width - rank
    for row in rows:
        for vector in vectors:
            assert sum((a * b for a, b in zip(row, vector, strict=True)), fmpq(0)) == 0
    for i, c in enumerate(free):
        assert [int(v[c]) for v in vectors] == [int(i == j) for j in range(len(free))]


def test_a_pre_activation_of_either_sign_gives_either_branch() -> None:
    known = checked(network("two outputs"))
    around = known.activation(arb(0, 0.25))
    for z in (-0.25, -0.1, 0.0, 0.1, 0.25):
        assert around.contains(z if z > 0 else 0.5 * z)


def test_precision_is_left_as_it_was() -> None:
    before = ctx.prec
    surface = network("tanh")
    assert isinstance(surface.activation, Tanh)
    checked(surface)
    assert ctx.prec == before
