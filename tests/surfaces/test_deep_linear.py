"""Deep linear networks: symmetry, homogeneity, digits near zero, independence of the samples."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.errors import MemoryForecastError
from lossatlas.surfaces import DeepLinear

WIDTHS = st.lists(st.integers(1, 4), min_size=2, max_size=5).map(tuple)


def surface(widths: tuple[int, ...], n: int = 8, *, scale: float = 1.0) -> DeepLinear:
    g = Generator().manual_seed(sum(widths))
    X = torch.randn(n, widths[0], generator=g, dtype=torch.float64)
    Y = scale * torch.randn(n, widths[-1], generator=g, dtype=torch.float64)
    return DeepLinear(widths, inputs=X, targets=Y)


def _gauged(s: DeepLinear, w: Tensor, g: Generator) -> Tensor:
    """W_k -> g_k W_k g_{k-1}^{-1} with well-conditioned g_k."""
    weights = s.weights(w)
    bases = [torch.eye(s.widths[0]).double()]
    for d in s.widths[1:-1]:
        noise = torch.randn(d, d, generator=g, dtype=torch.float64)
        bases.append(torch.linalg.qr(noise).Q * (1 + torch.rand(d, generator=g).double()))
    bases.append(torch.eye(s.widths[-1]).double())
    pairs = zip(weights, pairwise(bases), strict=True)
    return s.point([above @ W @ torch.linalg.inv(below) for W, (below, above) in pairs])


@given(widths=WIDTHS)
def test_loss_does_not_change_with_the_hidden_bases(widths: tuple[int, ...]) -> None:
    s, g = surface(widths), Generator().manual_seed(0)
    w = s.random_point(g)
    assert_close(s.loss(_gauged(s, w, g)), s.loss(w))


@given(widths=WIDTHS)
def test_orbit_dimension_does_not_change_along_the_orbit(widths: tuple[int, ...]) -> None:
    s, g = surface(widths), Generator().manual_seed(0)
    w = s.random_point(g)
    assert s.orbit_dimension(_gauged(s, w, g)) == s.orbit_dimension(w)


@given(widths=WIDTHS, factor=st.floats(0.5, 2.0))
def test_without_targets_the_loss_is_homogeneous_of_twice_the_depth(
    widths: tuple[int, ...], factor: float
) -> None:
    s = surface(widths, scale=0.0)
    w = s.random_point(Generator().manual_seed(0))
    power = factor ** (2 * (len(widths) - 1))
    assert_close(s.loss(factor * w), power * s.loss(w))


@pytest.mark.parametrize(
    ("widths", "expected"), [((3, 3, 3, 3), 18), ((3, 1, 3), 1), ((5, 4, 4, 3), 32), ((3, 2), 0)]
)
def test_orbit_of_full_rank_weights_has_the_dimension_of_the_group(
    widths: tuple[int, ...], expected: int
) -> None:
    s = surface(widths)
    assert s.orbit_dimension(s.random_point(Generator().manual_seed(0))) == expected
    assert s.orbit_dimension(torch.zeros(s.dimension).double()) == 0


def test_orbit_directions_are_null_vectors_at_a_global_minimum() -> None:
    s = DeepLinear(
        (3, 3, 3),
        inputs=torch.eye(3).double(),
        targets=torch.diag(torch.tensor([5.0, 3, 2])).double(),
    )
    w = s.point([torch.diag(torch.tensor([5.0, 3, 2])).double(), torch.eye(3).double()])
    zeros = int((torch.linalg.eigvalsh(s.hessian(w)).abs() < 1e-12).sum())
    assert s.loss(w) == 0
    assert zeros == s.orbit_dimension(w) == 9


def test_loss_keeps_its_digits_next_to_an_exact_fit() -> None:
    g = Generator().manual_seed(0)
    X = torch.randn(500, 4, generator=g, dtype=torch.float64)
    M = torch.randn(2, 4, generator=g, dtype=torch.float64)
    s = DeepLinear((4, 2), inputs=X, targets=X @ M.T)
    assert s.loss(s.point([M])) < 1e-26
    step = torch.full_like(M, 1e-9)
    assert_close(s.loss(s.point([M + step])), ((X @ step.T) ** 2).sum() / 2, rtol=1e-5, atol=0)


def test_gradient_at_an_exact_fit_is_at_rounding_level() -> None:
    g = Generator().manual_seed(0)
    X = torch.randn(500, 4, generator=g, dtype=torch.float64)
    M = torch.randn(2, 4, generator=g, dtype=torch.float64)
    s = DeepLinear((4, 2), inputs=X, targets=X @ M.T)
    w = s.point([M])
    assert s.gradient(w).norm() <= 1e-12 * s.gradient_scale(w)


def test_gradient_scale_is_the_product_of_the_norms() -> None:
    s = surface((3, 2, 4))
    w = s.random_point(Generator().manual_seed(0))
    W1, W2 = s.weights(w)
    residual = s.inputs @ (W2 @ W1).T - s.targets
    norms = [max(1.0, torch.linalg.matrix_norm(W, 2).item()) for W in (W1, W2)]
    expected = torch.linalg.matrix_norm(s.inputs, 2) * residual.norm() * norms[0] * norms[1]
    assert_close(s.gradient_scale(w), expected)


def test_what_is_computed_does_not_depend_on_how_often_the_samples_are_repeated() -> None:
    few = surface((3, 2, 2), 6)
    many = DeepLinear(
        (3, 2, 2),
        inputs=few.inputs.repeat(100, 1),
        targets=few.targets.repeat(100, 1),
        reduction="mean",
    )
    w = few.random_point(Generator().manual_seed(0))
    assert_close(many.hessian(w), few.hessian(w) / 6)
    assert max(part.shape[0] for part in many._factor) == 5  # rows kept: d_x + d_y


def test_points_unpack_into_weights_and_pack_again() -> None:
    s = surface((3, 2, 4))
    w = s.random_point(Generator().manual_seed(0), (2, 3))
    weights = s.weights(w)
    assert [tuple(W.shape) for W in weights] == [(2, 3, 2, 3), (2, 3, 4, 2)]
    assert torch.equal(s.point(weights), w)
    assert torch.equal(w[0, 0, :3], weights[0][0, 0, 0])  # row-major
    with pytest.raises(ValueError, match="`weights` should have the shapes"):
        s.point(weights[::-1])


BAD = torch.full((2, 3), torch.nan).double()
GOOD = torch.ones(2, 3).double()


@pytest.mark.unhooked
@pytest.mark.parametrize(
    ("widths", "inputs", "targets", "message"),
    [
        ((3, 0, 3), GOOD, GOOD, "`widths`.*at least 1"),
        ((3,), GOOD, GOOD, "`widths`"),
        ((3, 3), GOOD[:, :2], GOOD, "`inputs` should have shape"),
        ((3, 3), GOOD, GOOD[:1], "`targets` should have one row for each of the 2 inputs"),
        ((3, 3), GOOD[:0], GOOD[:0], "`inputs` should hold at least one sample"),
        ((3, 3), BAD, GOOD, "`inputs` should be finite. Got 6 of 6"),
        ((3, 3), GOOD, BAD / 0, "`targets` should be finite"),
        ((3, 3), GOOD.float(), GOOD, "`targets` should have the inputs' type"),
        ((3, 3), GOOD.half(), GOOD.half(), "should be float32 or float64"),
    ],
)
def test_unfit_data_are_refused_by_name(
    widths: tuple[int, ...], inputs: Tensor, targets: Tensor, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        DeepLinear(widths, inputs=inputs, targets=targets)


@pytest.mark.unhooked
def test_other_reductions_are_refused() -> None:
    with pytest.raises(ValueError, match="`reduction`"):
        DeepLinear((3, 3), inputs=GOOD, targets=GOOD, reduction="total")  # type: ignore[arg-type]


def test_a_hessian_that_cannot_fit_is_refused_with_its_size() -> None:
    s = surface((300, 3000, 2))
    with pytest.raises(MemoryForecastError, match=r"906000 parameters.*GiB.*`hvp`"):
        s.hessian(torch.zeros(s.dimension).double())
