"""Local minima of perceptrons: proved where they are, refused where they are not, with a reason."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import Generator, Tensor

from lossatlas.critical import (
    Argument,
    Lower,
    MinimumProof,
    NotCertified,
    certify,
    polish_minima,
    prove_lower,
    prove_minimum,
    screen_minima,
)
from lossatlas.surfaces import (
    AbstractActivation,
    CrossEntropy,
    DeepLinear,
    Identity,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
    activation_patterns,
)

KINKED = [ReLU(), LeakyReLU(0.2)]
SMOOTH = [Tanh(), Softplus()]


def _near_a_teacher(
    widths: Sequence[int],
    activation: AbstractActivation,
    *,
    biases: bool = False,
    seed: int = 0,
    samples: int = 40,
    noise: float = 0.02,
    reduction: str = "sum",
) -> tuple[Perceptron, Tensor]:
    """A surface whose targets are a network's outputs with noise, and that network polished."""
    rng = Generator().manual_seed(seed)
    X = torch.randn(samples, widths[0], generator=rng, dtype=torch.float64)

    def surface(Y: Tensor) -> Perceptron:
        return Perceptron(
            widths,
            activation,
            SquaredError(),
            X,
            Y,
            biases=biases,
            reduction=reduction,  # type: ignore[arg-type]
        )

    empty = surface(torch.zeros(samples, widths[-1]).double())
    teacher = empty.random_point(rng)
    Y = empty.outputs(teacher)
    found = surface(Y + noise * torch.randn(Y.shape, generator=rng, dtype=torch.float64))
    return found, polish_minima(found, teacher[None]).points[0]


def _proved(surface: Perceptron, w: Tensor) -> MinimumProof:
    proof = prove_minimum(surface, w)
    assert isinstance(proof, MinimumProof), proof
    return proof


def _around(w: Tensor, radius: float, number: int = 200, seed: int = 0) -> Tensor:
    rng = Generator().manual_seed(seed)
    V = torch.randn(number, len(w), generator=rng, dtype=w.dtype)
    lengths = torch.rand(number, 1, generator=rng, dtype=w.dtype)
    return w + radius * lengths * V / V.norm(dim=-1, keepdim=True)


@pytest.mark.parametrize("activation", [*KINKED, *SMOOTH], ids=repr)
@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_a_strict_minimum_is_proved_and_descent_from_its_neighbours_never_goes_below(
    activation: AbstractActivation, biases: bool, reduction: str
) -> None:
    surface, w = _near_a_teacher(
        (2, 2, 1), activation, biases=biases, reduction=reduction, noise=1e-3, seed=2
    )
    proof = _proved(surface, w)
    assert proof.strict
    assert proof.argument is (Argument.KINKS if proof.kinks else Argument.SLICE)
    assert proof.within < 1e-6 * (1 + float(w.norm()))
    low, high = proof.loss
    assert high - low < 1e-12
    assert float(surface.loss(w)) >= low - 1e-14
    u = _around(w, min(1e-3, proof.radius))
    rate = 0.5 / float(torch.linalg.matrix_norm(surface.hessian(w), ord=2))
    for _ in range(100):
        assert float(surface.loss(u).min()) >= low - 1e-14
        u = u - rate * surface.gradient(u)


@given(st.integers(0, 40))
@settings(max_examples=15)
def test_what_is_proved_is_what_a_dense_eigendecomposition_counts(seed: int) -> None:
    widths = [(2, 2, 1), (3, 2, 2), (2, 2, 2, 1), (2, 3, 2, 2, 1)][seed % 4]
    activation = [*KINKED, *SMOOTH, Identity()][seed % 5]
    surface, w = _near_a_teacher(widths, activation, biases=bool(seed % 2), seed=seed)
    proof = prove_minimum(surface, w)
    if not isinstance(proof, MinimumProof):
        assert proof.reason
        return
    if proof.argument is Argument.SLICE:
        values = torch.linalg.eigvalsh(surface.hessian(w))
        flat = int((values.abs() < 1e-9 * values.max()).sum())
        assert int((values < -1e-9 * values.max()).sum()) == 0
        assert flat == proof.inert + proof.symmetry
        assert proof.positive == surface.dimension - flat
        assert proof.inertia == (0, 0, proof.positive)
        screened = screen_minima(surface, w[None])
        assert bool(screened.candidates[0])
        assert bool(screened.strict[0]) is proof.strict
    if not proof.kinks:
        patterns = activation_patterns(surface, _around(w, min(proof.radius, 1e3)))
        for gates in patterns.gates:
            assert bool((gates == gates[:1]).all())
        assert float(patterns.margin.min()) >= proof.margin


def test_the_minimum_of_a_realisable_problem_is_the_teacher_itself() -> None:
    surface, w = _near_a_teacher((3, 2, 1), ReLU(), noise=0.0)
    proof = _proved(surface, w)
    assert proof.strict
    assert proof.symmetry == 2
    assert proof.loss[1] < 1e-28  # the targets are rounded


def test_a_dead_unit_is_counted_and_makes_the_minimum_not_strict() -> None:
    surface, w = _near_a_teacher((2, 2, 1), ReLU(), samples=30)
    X = surface.inputs.abs()  # all inputs positive: a unit with negative weights never fires
    W_1, W_2 = surface.weights(w)
    teacher = Perceptron((2, 2, 1), ReLU(), SquaredError(), X, surface.targets)
    Y = teacher.outputs(teacher.point([W_1.abs() + 0.1, W_2]))
    wide = Perceptron((2, 3, 1), ReLU(), SquaredError(), X, Y)
    into = torch.cat([W_1.abs() + 0.1, torch.tensor([[-1.0, -2.0]]).double()])
    u = wide.point([into, torch.cat([W_2, torch.tensor([[0.7]]).double()], dim=1)])
    proof = _proved(wide, u)
    assert proof.dead_units == 1
    assert proof.inert == 3
    assert not proof.strict
    # Its parameters do not enter the loss on the ball of `radius`.
    moved = u.clone()
    moved[4:6] += proof.radius * 0.6
    moved[-1] += proof.radius * 0.5
    assert float(wide.loss(moved)) == float(wide.loss(u))


def test_a_wholly_dead_network_is_a_minimum_where_the_loss_is_constant() -> None:
    X = torch.tensor([[1.0, 2.0], [2.0, 1.0]]).double()
    for widths in ((2, 2, 1), (2, 2, 2, 1)):
        surface = Perceptron(widths, ReLU(), SquaredError(), X, X[:, :1])
        w = -torch.ones(surface.dimension).double()
        if len(widths) == 4:  # the second layer reads zeros
            w[4:] = 1.0
        proof = _proved(surface, w)
        assert proof.dead_units == sum(widths[1:-1])
        assert proof.inert == surface.dimension
        assert not proof.strict
        assert proof.loss[0] <= 2.5 <= proof.loss[1]


def test_an_excess_of_units_is_a_minimum_of_its_pattern_though_not_strict() -> None:
    """Three units fire everywhere on positive data: only their sum counts, a linear regression."""
    rng = Generator().manual_seed(0)
    X = torch.rand(20, 2, generator=rng, dtype=torch.float64) + 0.5
    Y = X @ torch.tensor([[1.0], [2.0]]).double() + torch.rand(20, 1, generator=rng).double()
    best = torch.linalg.lstsq(X, Y).solution[:, 0]
    surface = Perceptron((2, 3, 1), ReLU(), SquaredError(), X, Y)
    rows = torch.stack([0.2 * best, 0.3 * best, 0.5 * best])
    w = surface.point([rows, torch.ones(1, 3).double()])
    proof = _proved(surface, w)
    assert proof.argument is Argument.CONVEX
    assert not proof.strict
    assert proof.dead_units == 0
    least = float((X @ best - Y[:, 0]).square().sum() / 2)
    assert proof.loss[0] <= least * (1 + 1e-12)
    assert proof.loss[1] >= least * (1 - 1e-12)


def test_where_the_targets_can_be_met_the_least_loss_of_the_pattern_is_zero_exactly() -> None:
    surface, w = _near_a_teacher((3, 6, 1), ReLU(), samples=5, noise=0.0)
    proof = _proved(surface, w)
    assert proof.argument is Argument.CONVEX
    assert proof.loss == (0.0, 0.0)


def test_a_point_that_is_on_a_kink_by_chance_is_not_certified() -> None:
    surface, w = _near_a_teacher((2, 2, 2, 1), ReLU())
    X = surface.inputs.clone()
    X[3] = torch.stack([-w[1], w[0]])  # orthogonal to the first unit's weights, to the last bit
    kinked = Perceptron((2, 2, 2, 1), ReLU(), SquaredError(), X, surface.targets)
    found = prove_minimum(kinked, w)
    assert isinstance(found, NotCertified)
    assert "no critical point" in found.reason


@pytest.mark.parametrize("activation", [ReLU(), Tanh(), Identity()], ids=repr)
def test_a_point_that_is_not_critical_is_not_certified(activation: AbstractActivation) -> None:
    surface, w = _near_a_teacher((2, 2, 1), activation, biases=True)
    found = prove_minimum(surface, w + 1e-3)
    assert isinstance(found, NotCertified)
    assert "no critical point" in found.reason or "lies" in found.reason
    assert found.bound_reached is not None
    assert found.bound_reached > 1e-6


def test_a_saddle_is_not_certified() -> None:
    """On positive data two units that fire everywhere are a linear network: zero weights, a saddle."""
    rng = Generator().manual_seed(1)
    X = torch.rand(20, 2, generator=rng, dtype=torch.float64) + 0.5
    Y = torch.rand(20, 2, generator=rng, dtype=torch.float64)
    M = torch.linalg.lstsq(X, Y).solution.T
    # The second singular direction of the fitted outputs alone: critical, and not least.
    U = torch.linalg.svd(M @ torch.linalg.cholesky(X.T @ X)).U
    row = (U[:, 1:].T @ M)[0]
    X = X * torch.where(row > 0, 1.0, -1.0)  # so that the unit fires everywhere
    row = row.abs() * torch.where(row > 0, 1.0, -1.0)
    for activation in (ReLU(), Identity(), LeakyReLU(0.1)):
        surface = Perceptron((2, 1, 2), activation, SquaredError(), X, Y)
        target = torch.linalg.lstsq(X, Y).solution.T
        V = torch.linalg.svd(target @ torch.linalg.cholesky(X.T @ X)).U
        w = surface.point([(V[:, 1:].T @ target), V[:, 1:]])
        if not bool((X @ (V[:, 1:].T @ target)[0] > 0).all()) and not isinstance(
            activation, Identity
        ):
            continue
        found = prove_minimum(surface, w)
        assert isinstance(found, NotCertified)
        assert "negative eigenvalue" in found.reason


def test_a_pattern_whose_own_critical_point_lies_beyond_a_kink_is_not_certified() -> None:
    """One unit, three samples on a line: the pattern of the first two alone would be met exactly."""
    X = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, -1.001]]).double()
    Y = torch.tensor([[1.0], [1.0], [5.0]]).double()
    surface = Perceptron((2, 1, 1), ReLU(), SquaredError(), X, Y)
    # At (1, 1 - 2e-3) the third sample is active; the least squares of all three lie far away.
    found = prove_minimum(surface, torch.tensor([1.0, 0.998, 1.0]).double())
    assert isinstance(found, NotCertified)
    # Where the third is inactive, the two others' exact fit is a minimum.
    assert prove_minimum(surface, torch.tensor([1.0, 1.0, 1.0]).double())
    # Just beside it, with the kink nearer than the fit.
    near = torch.tensor([1.0, 1.0 - 9e-4, 1.0]).double()
    away = prove_minimum(surface, near, within=1e-2)
    assert isinstance(away, NotCertified)
    assert "the pattern is kept only within" in away.reason


def test_a_lower_point_makes_a_minimum_bad() -> None:
    surface, _ = _near_a_teacher((2, 2, 1), ReLU(), samples=30)
    X = surface.inputs.abs()
    teacher = torch.tensor([1.0, 2.0, 1.0, 0.5, 1.0, 1.0]).double()
    empty = Perceptron((2, 2, 1), ReLU(), SquaredError(), X, surface.targets)
    bad = Perceptron((2, 2, 1), ReLU(), SquaredError(), X, empty.outputs(teacher))
    dead = torch.tensor([-1.0, -2.0, -1.0, -0.5, 1.0, 1.0]).double()
    proof = _proved(bad, dead)
    assert proof.dead_units == 2
    lower = prove_lower(bad, proof, teacher)
    assert isinstance(lower, Lower)
    assert lower.gap > 0
    assert lower.loss[1] < 1e-20 < lower.minimum_loss[0]
    other = _proved(bad, teacher)
    assert prove_lower(bad, proof, other)
    assert not prove_lower(bad, other, proof.point)
    assert not prove_lower(bad, proof, dead)
    assert not prove_lower(bad, other, other)


def test_a_deep_linear_surface_and_the_identity_network_agree() -> None:
    rng = Generator().manual_seed(3)
    X = torch.randn(12, 2, generator=rng, dtype=torch.float64)
    Y = torch.randn(12, 2, generator=rng, dtype=torch.float64)
    linear = DeepLinear((2, 2, 2), X, Y)
    network = Perceptron((2, 2, 2), Identity(), SquaredError(), X, Y)
    M = torch.linalg.lstsq(X, Y).solution.T
    w = torch.cat([M.flatten(), torch.eye(2).double().flatten()])
    one, two = prove_minimum(linear, w), prove_minimum(network, w)
    assert isinstance(one, MinimumProof)
    assert isinstance(two, MinimumProof)
    assert one.strict
    assert two.strict
    assert (one.symmetry, one.positive) == (two.symmetry, two.positive) == (4, 4)
    assert two.radius == inf
    assert one.loss[0] <= two.loss[1]
    assert two.loss[0] <= one.loss[1]
    certificate = certify(linear, w)
    assert certificate
    zero = prove_minimum(linear, torch.zeros(8).double())
    assert not zero
    assert prove_lower(linear, replace(one, loss=(1e6, 1e6)), w)


def test_what_no_proof_is_known_for_is_said() -> None:
    X = torch.eye(2).double()
    cross = Perceptron((2, 2, 2), ReLU(), CrossEntropy(), X, torch.tensor([0, 1]))
    found = prove_minimum(cross, torch.ones(8).double())
    assert not found
    assert isinstance(found, NotCertified)
    assert "CrossEntropy" in found.reason
    surface, w = _near_a_teacher((2, 2, 1), ReLU())
    nothing = prove_minimum(surface, w * torch.nan)
    assert isinstance(nothing, NotCertified)
    assert "not finite" in nothing.reason
    with pytest.raises(ValueError, match="within"):
        prove_minimum(surface, w, within=0.0)
    with pytest.raises(ValueError, match="most_bits"):
        prove_minimum(surface, w, most_bits=32)


def test_a_screen_marks_what_is_not_finite_and_keeps_the_rest() -> None:
    surface, w = _near_a_teacher((2, 2, 1), ReLU())
    points = torch.stack([w, w * torch.nan, w + 1e-3, torch.zeros_like(w)])
    found = screen_minima(surface, points)
    assert found.candidates.tolist() == [True, False, False, False]
    assert bool(found.loss[1].isnan())
    assert float(found.margin[3]) == 0
    alone = screen_minima(surface, w[None])
    assert float(alone.slice_eigenvalue[0]) == pytest.approx(float(found.slice_eigenvalue[0]))
    for act in (screen_minima, polish_minima):
        with pytest.raises(ValueError, match="points"):
            act(surface, points[:, :3])


def test_polishing_near_a_minimum_ends_critical_inside_its_pattern() -> None:
    surface, w = _near_a_teacher((3, 3, 1), ReLU(), biases=True)
    starts = _around(w, 1e-3, number=20)
    found = polish_minima(surface, starts)
    screened = screen_minima(surface, found.points)
    assert int(found.kinks.sum()) == 0
    assert bool((screened.gradient < 1e-10).all())
    before = activation_patterns(surface, starts)
    assert bool(before.same_as(activation_patterns(surface, found.points)).all())
    torch.testing.assert_close(found.moved, (found.points - starts).norm(dim=-1))
