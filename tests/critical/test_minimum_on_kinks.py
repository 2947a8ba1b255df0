"""Minima on kinks of one hidden layer: found, screened and proved; and refused where they are none."""

import pytest
import torch
from torch import Generator, Tensor

from lossatlas.critical import (
    Argument,
    MinimumProof,
    NotCertified,
    polish_minima,
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


def _random(
    widths: tuple[int, int, int],
    activation: AbstractActivation,
    *,
    biases: bool,
    samples: int,
    seed: int = 1,
) -> Perceptron:
    rng = Generator().manual_seed(seed)
    X = torch.randn(samples, widths[0], generator=rng, dtype=torch.float64)
    Y = torch.randn(samples, widths[2], generator=rng, dtype=torch.float64)
    return Perceptron(widths, activation, SquaredError(), X, Y, biases=biases)


def _ends(surface: Perceptron, number: int, steps: int = 400) -> Tensor:
    """Where plain descents are after some steps, polished."""
    w = surface.random_point(Generator().manual_seed(5), (number,))
    for _ in range(steps):
        w = w - 3e-3 * surface.gradient(w)
    return polish_minima(surface, w).points


CASES = [
    ((3, 4, 1), ReLU(), True, 30),
    ((2, 5, 1), ReLU(), False, 40),
    ((4, 3, 2), LeakyReLU(0.1), True, 30),
    ((2, 3, 2), LeakyReLU(1.5), True, 25),
]


@pytest.mark.parametrize(("widths", "activation", "biases", "samples"), CASES)
def test_no_point_near_a_proved_minimum_lies_below_it(
    widths: tuple[int, int, int], activation: AbstractActivation, biases: bool, samples: int
) -> None:
    """Thousands of points around, and descents from them, by the loss itself."""
    surface = _random(widths, activation, biases=biases, samples=samples)
    points = _ends(surface, 20)
    screened = screen_minima(surface, points)
    proofs = [prove_minimum(surface, w) for w in points[screened.candidates]]
    proved = [proof for proof in proofs if isinstance(proof, MinimumProof)]
    assert len(proved) >= 8
    assert any(proof.kinks for proof in proved)
    rng = Generator().manual_seed(0)
    for proof in proved:
        V = torch.randn(300, surface.dimension, generator=rng, dtype=torch.float64)
        V = V / V.norm(dim=-1, keepdim=True)
        for radius in (1e-4, 1e-6):
            u = proof.point + min(radius, proof.radius) * V
            for _ in range(10):
                assert float(surface.loss(u).min()) >= proof.loss[0] - 1e-13
                u = u - 1e-5 * radius * surface.gradient(u)


def _one_unit(Y: list[float]) -> Perceptron:
    """One ReLU unit without biases on two inputs; its kinks are lines through the origin."""
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]).double()
    return Perceptron((2, 1, 1), ReLU(), SquaredError(), X, torch.tensor([[y] for y in Y]).double())


def test_a_minimum_on_a_kink_worked_by_hand() -> None:
    """f = max(0, u.x) on (1, 0), (0, 1) and (1, -1), which gives max(0, u_1 - u_2).

    On the line u_1 = u_2 targets 2 and 1 are best met at 3/2, where they pull towards u_1 > u_2 at the
    rate 1/2 a unit of u_1 - u_2. The third target, -3, pushes back from there at the rate 3 and does
    nothing on the other side: the kink holds.
    """
    surface = _one_unit([2.0, 1.0, -3.0])
    w = torch.tensor([1.5, 1.5, 1.0]).double()
    proof = prove_minimum(surface, w)
    assert isinstance(proof, MinimumProof), proof
    assert proof.argument is Argument.KINKS
    assert proof.kinks == 1
    assert proof.strict
    assert proof.positive == 1
    assert proof.symmetry == 1
    assert proof.loss[0] <= 0.25 + 4.5 <= proof.loss[1]
    screened = screen_minima(surface, w[None])
    assert bool(screened.candidates[0])
    # c = -1/2, the change of slope is 3: the kink rises by 1/2 below and 5/2 above.
    assert float(screened.rise[0]) == pytest.approx(0.5 / 3)
    # Where the third pulls, or the others lead off to the other side, it is none.
    for targets in ([2.0, 1.0, 3.0], [1.0, 2.0, -3.0]):
        other = _one_unit(targets)
        refused = prove_minimum(other, w)
        assert isinstance(refused, NotCertified)
        assert "rise off every kink" in refused.reason
        assert not bool(screen_minima(other, w[None]).candidates[0])


def test_polishing_goes_to_the_kink_and_along_it_and_lets_go_where_the_loss_falls() -> None:
    held = _one_unit([2.0, 1.0, -3.0])
    start = torch.tensor([[1.4, 1.3, 1.0], [1.2, 1.6, 1.1]]).double()
    found = polish_minima(held, start)
    assert found.kinks.tolist() == [1, 1]
    torch.testing.assert_close(held.loss(found.points), torch.full((2,), 4.75).double())
    on_it = torch.tensor([[1.5, 1.5, 1.0]]).double()
    free = polish_minima(_one_unit([1.0, 2.0, -3.0]), on_it)
    assert free.kinks.tolist() == [0]
    assert float(_one_unit([1.0, 2.0, -3.0]).loss(free.points)) == pytest.approx(4.5)


def test_an_excess_of_units_on_kinks_is_a_minimum_that_is_not_strict() -> None:
    """The unit of the hand-worked kink with one more input, split in two parallel halves."""
    X = torch.cat([torch.eye(3), torch.tensor([[1.0, -1.0, 0.0]])]).double()
    Y = torch.tensor([[2.0], [1.0], [1.0], [-3.0]]).double()
    two = Perceptron((3, 2, 1), ReLU(), SquaredError(), X, Y)
    w = torch.tensor([0.75, 0.75, 0.5, 0.75, 0.75, 0.5, 1.0, 1.0]).double()
    proof = prove_minimum(two, w)
    assert isinstance(proof, MinimumProof), proof
    assert proof.argument is Argument.CONVEX_KINKS
    assert not proof.strict
    assert proof.kinks == 2
    assert proof.loss[0] <= 4.75 <= proof.loss[1]


def test_a_unit_that_only_touches_a_sample_may_be_dead_and_held() -> None:
    """A second unit is open nowhere, zero at the first sample, whose residual pushes it back."""
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).double()
    Y = torch.tensor([[-1.0], [1.0]]).double()
    surface = Perceptron((2, 2, 1), ReLU(), SquaredError(), X, Y)
    w = torch.tensor([-1.0, 1.0, 0.0, -1.0, 1.0, 1.0]).double()
    proof = prove_minimum(surface, w)
    assert isinstance(proof, MinimumProof), proof
    assert proof.kinks == 1
    assert not proof.strict
    assert proof.loss[0] <= 0.5 <= proof.loss[1]
    pulled = Perceptron((2, 2, 1), ReLU(), SquaredError(), X, -Y)
    refused = prove_minimum(pulled, w)
    assert isinstance(refused, NotCertified)


def test_held_kinks_have_the_gradients_and_slopes_of_difference_quotients() -> None:
    surface = _random((3, 3, 2), LeakyReLU(0.25), biases=True, samples=12)
    rng = Generator().manual_seed(2)
    w = surface.random_point(rng, (1,))
    # Two pre-activations of different units are brought to zero.
    W_1, b_1, *_ = surface.weights(w)
    b_1[0, 0] -= (W_1[0, 0] @ surface.inputs[4]) + b_1[0, 0]
    b_1[0, 2] -= (W_1[0, 2] @ surface.inputs[7]) + b_1[0, 2]
    patterns = activation_patterns(surface, w, on_kink=1e-9)
    kinks = held_kinks(surface, w, patterns)
    places = sorted(zip(kinks.units[0].tolist(), kinks.samples[0].tolist(), strict=True))
    assert places == [(0, 4), (2, 7)]
    h = 1e-6
    jumps = kinks.jumps(w, torch.zeros(1, 2).double())
    for row, jump in zip(kinks.rows[0], jumps[0], strict=True):
        # Along the gradient of one kink the loss's slope jumps by that much times its square.
        ends = surface.loss(torch.stack([w[0] + h * row, w[0], w[0] - h * row]))
        slope = (ends[0] - 2 * ends[1] + ends[2]) / h
        curvature = float(row @ kinks.smooth.hessian(w)[0] @ row)
        expected = float(jump * row.square().sum()) + h * curvature
        assert float(slope) == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_rows_of_outgoing_weights_that_do_not_span_the_outputs_prove_no_least_loss() -> None:
    """Two outputs and one unit: the product has rank one, and the pattern's least loss has two."""
    rng = Generator().manual_seed(0)
    X = torch.rand(10, 2, generator=rng, dtype=torch.float64) + 0.5
    Y = torch.rand(10, 2, generator=rng, dtype=torch.float64)
    surface = Perceptron((2, 1, 2), ReLU(), SquaredError(), X, Y)
    w = polish_minima(surface, torch.tensor([[1.0, 1.0, 1.0, 1.0]]).double()).points[0]
    proof = prove_minimum(surface, w)
    assert isinstance(proof, MinimumProof)
    assert proof.argument is Argument.SLICE
    least = torch.linalg.lstsq(X, Y).solution
    assert proof.loss[0] > float((X @ least - Y).square().sum() / 2)


def test_polishing_leaves_a_kink_that_a_flat_valley_merely_touches() -> None:
    """A unit is open on one of three inputs' samples alone: nothing else holds it at the kink."""
    X = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]).double()
    Y = torch.tensor([[1.0], [-1.0]]).double()
    surface = Perceptron((3, 1, 1), ReLU(), SquaredError(), X, Y)
    w = torch.tensor([[1.0, 0.0, 0.5, 1.0]]).double()  # zero on the second sample
    found = polish_minima(surface, w)
    assert found.kinks.tolist() == [0]
    assert float(surface.weights(found.points)[0][0, 0, 1]) < 0
    torch.testing.assert_close(surface.loss(found.points), torch.tensor([0.5]).double())
    proof = prove_minimum(surface, found.points[0])
    assert isinstance(proof, MinimumProof), proof
    assert proof.kinks == 0
    assert proof.inert == 2
