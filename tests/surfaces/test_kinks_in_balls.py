"""What a proof on kinks rests on, in balls: derivatives by weights and multipliers, and how fast they change."""

from collections.abc import Callable
from itertools import accumulate

import numpy as np
import pytest
import torch
from flint import arb, arb_mat
from hypothesis import given, settings, strategies as st
from torch import Generator, Tensor
from torch.func import grad, jacrev

from lossatlas.surfaces import LeakyReLU, Perceptron, SquaredError
from lossatlas.surfaces._kinks import rises
from lossatlas.surfaces._passes_in_balls import Kink, followed, gated_passes, pre_activations
from lossatlas.surfaces._pattern import Pattern
from lossatlas.surfaces._perceptron_bounds import Held, lipschitz
from lossatlas.surfaces._perceptron_data import PerceptronData, sizes
from lossatlas.surfaces._perceptron_in_balls import PerceptronInBalls, Place

SHAPES = [(2, 3, 1), (3, 2, 2, 1), (2, 3, 2, 2), (2, 2, 3, 2, 2)]
SAMPLES = 5


def _network(widths: tuple[int, ...], *, biases: bool, seed: int) -> tuple[Perceptron, Tensor]:
    rng = Generator().manual_seed(seed)
    X = torch.randn(SAMPLES, widths[0], generator=rng, dtype=torch.float64)
    Y = torch.randn(SAMPLES, widths[-1], generator=rng, dtype=torch.float64)
    surface = Perceptron(widths, LeakyReLU(0.25), SquaredError(), X, Y, biases=biases)
    return surface, surface.random_point(rng)


def _places(surface: Perceptron, seed: int) -> list[Place]:
    """Some pre-activations of every hidden layer, two of them on one sample."""
    rng = np.random.default_rng(seed)
    hidden = surface.widths[1:-1]
    drawn = {(k, int(rng.integers(d)), int(rng.integers(SAMPLES))) for k, d in enumerate(hidden)}
    return sorted(drawn | {(k, 0, 0) for k in range(len(hidden))})


def _gates(surface: Perceptron, places: list[Place], seed: int) -> list[np.ndarray]:
    """Any gates, those of below zero at the places."""
    rng = np.random.default_rng(seed)
    found = [rng.choice([1.0, 0.25], size=(SAMPLES, d)) for d in surface.widths[1:-1]]
    for layer, unit, s in places:
        found[layer][s, unit] = 0.25
    return found


def _in_balls(
    surface: Perceptron, w: Tensor, gates: list[np.ndarray], c: dict[Place, float]
) -> PerceptronInBalls:
    data = PerceptronData(surface)
    W = data.matrices(data.entries(w))
    passes = gated_passes(W, data.inputs, gates, biases=surface.biases)
    multipliers = {place: arb(x) for place, x in c.items()}
    return PerceptronInBalls(W, passes, data.targets, data.weight, surface.biases, multipliers)


def _by_hand(
    surface: Perceptron, gates: list[np.ndarray], places: list[Place]
) -> Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """The loss f(w, u) and the Z_i(w, u), entries of w in the order of [W_k b_k]."""
    shapes = PerceptronData(surface).shapes
    ends = list(accumulate((r * c for r, c in shapes), initial=0))

    def of(w: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        x, Z = surface.inputs, []
        for k, (shape, start) in enumerate(zip(shapes, ends, strict=False)):
            W = w[start : start + shape[0] * shape[1]].reshape(shape)
            z = (torch.cat([x, torch.ones_like(x[:, :1])], 1) if surface.biases else x) @ W.T
            if k == len(gates):
                return (z - surface.targets).square().sum() / 2, torch.stack(Z)
            x = torch.from_numpy(gates[k]) * z
            for i, (layer, unit, s) in enumerate(places):
                if layer == k:
                    Z.append(z[s, unit])
                    at = torch.zeros_like(z)
                    at[s, unit] = 0.75
                    x = x + at * u[i]
        raise AssertionError

    return of


def _floats(rows: list[list[arb]]) -> Tensor:
    return torch.tensor([[float(x.mid()) for x in row] for row in rows], dtype=torch.float64)


@given(st.sampled_from(SHAPES), st.booleans(), st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_derivatives_on_kinks_are_those_of_autograd(
    widths: tuple[int, ...], biases: bool, seed: int
) -> None:
    surface, w = _network(widths, biases=biases, seed=seed)
    places = _places(surface, seed)
    gates = _gates(surface, places, seed)
    c = torch.randn(len(places), generator=Generator().manual_seed(seed), dtype=torch.float64)
    network = _in_balls(surface, w, gates, dict(zip(places, c.tolist(), strict=True)))
    of = _by_hand(surface, gates, places)
    numbers = [float(x.mid()) for x in PerceptronData(surface).entries(w)]
    entries = torch.tensor(numbers, dtype=torch.float64)
    none = torch.zeros(len(places), dtype=torch.float64)

    def h(w: Tensor, u: Tensor) -> Tensor:
        loss, Z = of(w, u)
        return loss - c @ Z

    kept = range(surface.dimension)
    loss, Z = of(entries, none)
    assert float(network.loss().mid()) == pytest.approx(float(loss))
    values = [float(network.pre_activation(place).mid()) for place in places]
    torch.testing.assert_close(torch.tensor(values, dtype=torch.float64), Z)
    gradient = torch.tensor([float(x.mid()) for x in network.gradient()], dtype=torch.float64)
    torch.testing.assert_close(gradient, grad(h)(entries, none))
    H = _floats(network.hessian(kept).tolist())
    torch.testing.assert_close(H, jacrev(grad(h))(entries, none))
    G = _floats(network.pre_activation_slopes(places, kept))
    torch.testing.assert_close(G, jacrev(lambda w: of(w, none)[1])(entries))
    deltas = [0.75 * float(network.slope_by_output(place).mid()) for place in places]
    expected = grad(h, argnums=1)(entries, none)
    torch.testing.assert_close(torch.tensor(deltas, dtype=torch.float64), expected)
    sides = torch.cat([-c, c + expected])
    if float(sides.abs().min()) > 1e-9:
        assert rises(network, 0.25) is bool((sides > 0).all())


@given(st.sampled_from(SHAPES), st.booleans(), st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_the_bordered_matrix_changes_no_faster_than_its_lipschitz_constant(
    widths: tuple[int, ...], biases: bool, seed: int
) -> None:
    surface, w = _network(widths, biases=biases, seed=seed)
    places = _places(surface, seed)
    gates = _gates(surface, places, seed)
    rng = Generator().manual_seed(seed)
    c = torch.randn(len(places), generator=rng, dtype=torch.float64)
    radius = 0.3
    V = torch.randn(len(w) + len(c), generator=rng, dtype=torch.float64)
    V = radius * V / V.norm()

    def bordered(w: Tensor, c: Tensor) -> Tensor:
        network = _in_balls(surface, w, gates, dict(zip(places, c.tolist(), strict=True)))
        kept = range(surface.dimension)
        G = _floats(network.pre_activation_slopes(places, kept))
        H = _floats(network.hessian(kept).tolist())
        return torch.cat([torch.cat([H, G.T], 1), torch.cat([G, G.new_zeros(len(G), len(G))], 1)])

    held = [np.zeros(SAMPLES, dtype=bool) for _ in gates]
    for layer, _, s in places:
        held[layer][s] = True
    centre = _in_balls(surface, w, gates, {})
    K = lipschitz(
        sizes(centre),
        PerceptronData(surface).slopes,
        radius,
        1.0,
        Held(held, float(c.norm())),
    )
    change = bordered(w + V[: len(w)], c + V[len(w) :]) - bordered(w, c)
    assert float(torch.linalg.matrix_norm(change, ord=2)) <= K * radius


def test_what_reads_nothing_but_a_kink_has_the_gates_of_its_multiple() -> None:
    """ReLU without biases: one unit at zero, one shut; the layer above is zero with it."""
    x = [[arb(1), arb(0)]]
    W = [arb_mat([[0, 1], [-1, 0]]), arb_mat([[2, 5], [-3, 7]]), arb_mat([[1, 1]])]
    held = (np.array([[True, False]]), np.zeros((1, 2), dtype=bool))
    found = pre_activations(W, x, 0.0, biases=False, held=held)
    assert not isinstance(found, Kink)
    _, zs, gates = found
    assert gates[1].tolist() == [[1.0, 0.0]]
    assert [float(z.mid()) for z in zs[1][0]] == [2.0, -3.0]
    assert followed(gates[0], held[0], biases=False).tolist() == [True]
    assert followed(gates[0], held[0], biases=True).tolist() == [False]
    # A second unit at zero leaves the signs above open.
    both = (np.array([[True, True]]), held[1])
    W[0] = arb_mat([[0, 1], [0, -1]])
    assert isinstance(pre_activations(W, x, 0.0, biases=False, held=both), Kink)


def test_a_unit_counts_where_it_is_open_or_held_and_read_above() -> None:
    """Three samples: read through an open unit, through one that is held, and not at all."""
    first = np.array([[1.0], [1.0], [1.0]])
    above = np.array([[1.0], [0.0], [0.0]])
    held = (np.zeros((3, 1), dtype=bool), np.array([[False], [True], [False]]))
    inputs = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    pattern = Pattern(inputs, (first, above), 1, False, held)
    assert pattern.read[0][:, 0].tolist() == [True, True, False]
    assert pattern.read[1][:, 0].tolist() == [True, True, False]
    assert not pattern.idle
    idle = Pattern(inputs, (first, above), 1, False, (np.ones((3, 1), dtype=bool), held[1]))
    assert idle.idle
    assert idle.held[0][:, 0].tolist() == [True, True, False]
