"""Perceptrons: what the contract does not say."""

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor, nn
from torch.testing import assert_close

from lossatlas.errors import MemoryForecastError
from lossatlas.surfaces import (
    AbsoluteError,
    AbstractActivation,
    AbstractCriterion,
    CrossEntropy,
    DeepLinear,
    Hinge,
    Identity,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
    _pair_gram,
    _perceptron,
)

LABELS = torch.tensor([0, 1, 1, 0, 1])


def surface(
    activation: AbstractActivation,
    criterion: AbstractCriterion,
    widths: tuple[int, ...] = (3, 4, 2),
    *,
    biases: bool = False,
    reduction: str = "sum",
) -> Perceptron:
    g = Generator().manual_seed(0)
    X = torch.randn(5, widths[0], generator=g, dtype=torch.float64)
    Y = torch.eye(widths[-1]).double()[LABELS]
    targets = 2 * Y - 1 if isinstance(criterion, Hinge) else Y
    return Perceptron(widths, activation, criterion, X, targets, biases=biases, reduction=reduction)


def point(s: Perceptron, *batch: int) -> Tensor:
    return s.random_point(Generator().manual_seed(1), batch)


def test_identity_activation_is_the_deep_linear_network() -> None:
    s = surface(Identity(), SquaredError(), (3, 4, 3, 2))
    linear = DeepLinear(s.widths, inputs=s.inputs, targets=s.targets)
    w = point(s, 3)
    assert_close(s.loss(w), linear.loss(w))
    assert_close(s.gradient(w), linear.gradient(w))
    assert_close(s.hessian(w), linear.hessian(w))
    assert s.orbit_dimension(w[0]) == linear.orbit_dimension(w[0])


@given(factor=st.floats(0.5, 2.0), depth=st.integers(1, 3))
def test_rectified_outputs_are_homogeneous_of_the_depth(factor: float, depth: int) -> None:
    s = surface(ReLU(), AbsoluteError(), (3, *[4] * (depth - 1), 2))
    w = point(s)
    assert_close(s.outputs(factor * w), factor**depth * s.outputs(w))


def test_scaling_a_rectified_unit_changes_nothing() -> None:
    s = surface(LeakyReLU(0.1), CrossEntropy(), biases=True)
    w = point(s)
    W1, b1, W2, b2 = s.weights(w)
    scale = torch.tensor([0.5, 1.0, 2.0, 3.0]).double()
    scaled = s.point([scale[:, None] * W1, scale * b1, W2 / scale, b2])
    assert_close(s.loss(scaled), s.loss(w))


@pytest.mark.parametrize(
    ("activation", "criterion", "biases", "expected"),
    [
        (Tanh(), SquaredError(), True, 0),
        (ReLU(), SquaredError(), True, 4),
        (ReLU(), CrossEntropy(), True, 4 + 5),
        (Tanh(), CrossEntropy(), False, 4),
        (Identity(), SquaredError(), True, 16 + 4),
        (Identity(), SquaredError(), False, 16),
    ],
)
def test_orbit_dimension_counts_the_known_symmetries(
    activation: AbstractActivation, criterion: AbstractCriterion, biases: bool, expected: int
) -> None:
    s = surface(activation, criterion, (5, 4, 4), biases=biases)
    w = point(s)
    assert s.orbit_dimension(w) == min(expected, s.dimension)


def test_symmetry_forces_zero_eigenvalues_at_a_critical_point() -> None:
    """Adding one number to all outputs: every point, so also a critical one."""
    s = surface(Tanh(), CrossEntropy(), biases=True)
    H = s.hessian(point(s))
    zeros = int((torch.linalg.eigvalsh(H).abs() < 1e-12 * H.norm()).sum())
    assert zeros >= s.orbit_dimension(point(s)) == 5


def test_mean_divides_by_the_samples_and_not_by_the_outputs() -> None:
    total = surface(Tanh(), SquaredError())
    mean = surface(Tanh(), SquaredError(), reduction="mean")
    w = point(total)
    assert_close(mean.hessian(w), total.hessian(w) / 5)
    assert_close(mean.gradient_scale(w), total.gradient_scale(w) / 5)


def test_class_numbers_and_one_hot_rows_are_the_same_targets() -> None:
    s = surface(Tanh(), CrossEntropy())
    by_number = Perceptron(s.widths, Tanh(), CrossEntropy(), s.inputs, LABELS)
    assert torch.equal(by_number.gradient(point(s)), s.gradient(point(s)))


def test_softplus_keeps_its_digits_at_both_ends() -> None:
    z = torch.tensor([-100.0, -30.0, 25.0, 800.0]).double()
    exact = torch.tensor(
        [3.720075976020836e-44, 9.357622968839861e-14, 25 + 1.3887943864771144e-11, 800.0],
        dtype=torch.float64,
    )
    assert_close(Softplus().value(z), exact, rtol=1e-13, atol=0)


def test_products_follow_the_point_even_if_it_is_changed_in_place() -> None:
    s = surface(Tanh(), CrossEntropy(), biases=True)
    w, v = point(s), point(s, 2)[1]
    s.hvp(w, v)
    w.numpy()[:] *= 2  # no version counter sees this
    assert torch.equal(s.hvp(w, v), surface(Tanh(), CrossEntropy(), biases=True).hvp(w, v))


def test_chunks_change_products_and_hessians_by_rounding_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    s = surface(Tanh(), CrossEntropy(), (3, 4, 3, 2), biases=True)
    w, V = point(s), point(s, 7)
    whole, products = s.hessian(w), s.hvp(w, V)
    monkeypatch.setattr(_pair_gram, "_CHUNK_BYTES", 1500)
    monkeypatch.setattr(_pair_gram, "_PAIR_BYTES", 64)
    monkeypatch.setattr(_perceptron, "_CACHE_BYTES", 400)
    assert_close(s.hessian(w), whole, rtol=1e-12, atol=1e-12)
    assert torch.equal(s.hessian(w), s.hessian(w).mT)
    assert_close(s.hvp(w, V), products, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("biases", [False, True])
def test_an_empty_block_of_directions_has_an_empty_image(*, biases: bool) -> None:
    s = surface(Tanh(), CrossEntropy(), biases=biases)
    assert s.hvp(point(s), point(s, 0)).shape == (0, s.dimension)


def test_no_points_have_no_hessians() -> None:
    s = surface(Tanh(), CrossEntropy())
    assert s.hessian(point(s, 0)).shape == (0, s.dimension, s.dimension)


@pytest.mark.parametrize("biases", [False, True])
def test_products_with_the_unit_vectors_are_the_hessian_of_a_mean(*, biases: bool) -> None:
    """A mean weighs each sample, and three layers make every term of a product."""
    s = surface(Tanh(), CrossEntropy(), (3, 4, 3, 2), biases=biases, reduction="mean")
    W, units = point(s, 2), torch.eye(s.dimension).double()
    H = s.hessian(W)
    assert_close(s.hvp(W[0], units), H[0], rtol=1e-12, atol=1e-14)
    assert_close(s.hvp(W, units[:, None]), H.transpose(0, 1), rtol=1e-12, atol=1e-14)


def test_hessian_is_exactly_symmetric_where_products_use_blocked_kernels() -> None:
    g = Generator().manual_seed(0)
    X = torch.randn(203, 37, generator=g, dtype=torch.float64)
    labels = torch.randint(7, (203,), generator=g)
    s = Perceptron((37, 13, 7), Tanh(), CrossEntropy(), X, labels, biases=True)
    H = s.hessian(s.random_point(g))
    assert torch.equal(H, H.mT)


def test_gradient_is_that_of_a_plain_model() -> None:
    s = surface(Tanh(), CrossEntropy(), biases=True, reduction="mean")
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()
    w = nn.utils.parameters_to_vector(model.parameters()).detach()
    nn.functional.cross_entropy(model(s.inputs), LABELS).backward()
    expected = nn.utils.parameters_to_vector([p.grad for p in model.parameters()])
    assert_close(s.gradient(w), expected)


def test_infinite_points_give_values_that_are_not_finite_and_raise_nothing() -> None:
    s = surface(Tanh(), SquaredError())
    w = point(s, 2)
    w[1] = torch.nan
    losses = s.loss(w)
    assert losses[0].isfinite()
    assert losses[1].isnan()
    assert s.hessian(w)[1].isnan().any()


@pytest.mark.parametrize(
    ("criterion", "targets", "message"),
    [
        (CrossEntropy(), torch.ones(5, 2).double(), "rows of probabilities"),
        (CrossEntropy(), torch.tensor([0, 1, 2, 0, 1]), "class numbers from 0 to 1"),
        (CrossEntropy(), torch.tensor([0, 1]), "one row for each of the 5 inputs"),
        (Hinge(), torch.zeros(5, 2).double(), "-1 and 1"),
        (SquaredError(), torch.zeros(5, 3).double(), r"shape \(n, 2\)"),
        (AbsoluteError(), torch.zeros(5, 2), "inputs' type"),
        (SquaredError(), torch.full((5, 2), torch.inf).double(), "finite"),
    ],
)
def test_targets_that_the_criterion_cannot_take_are_refused(
    criterion: AbstractCriterion, targets: Tensor, message: str
) -> None:
    X = torch.ones(5, 3).double()
    with pytest.raises(ValueError, match=message):
        Perceptron((3, 2), Tanh(), criterion, X, targets)


def test_parts_of_other_shapes_are_refused() -> None:
    s = surface(Tanh(), CrossEntropy(), biases=True)
    with pytest.raises(ValueError, match="`weights` should have the shapes"):
        s.point(s.weights(point(s))[:2])


def test_negative_slopes_are_refused() -> None:
    with pytest.raises(ValueError, match="`slope`"):
        LeakyReLU(-0.1)


def test_a_hessian_that_cannot_fit_is_refused_with_its_size() -> None:
    X = torch.ones(2, 784).double()
    s = Perceptron((784, 800, 10), Tanh(), CrossEntropy(), X, torch.tensor([0, 1]), biases=True)
    with pytest.raises(MemoryForecastError, match=r"636010 parameters.*GiB"):
        s.hessian(torch.zeros(s.dimension).double())
