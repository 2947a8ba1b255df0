"""Kawaguchi's reduced loss: it is the deep linear loss, and what the theorem says of one it says of
the other.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas import critical, curvature
from lossatlas.surfaces import DeepLinear, GatedLinear
from lossatlas.theory import deep_linear

WIDTHS = st.lists(st.integers(1, 4), min_size=2, max_size=5).map(tuple)
SCALES = (None, 1.0, 7.3, -2.0)


def _data(widths: tuple[int, ...], n: int = 8, seed: int = 0) -> tuple[Tensor, Tensor]:
    g = Generator().manual_seed(seed)
    X = torch.randn(n, widths[0], generator=g, dtype=torch.float64)
    return X, torch.randn(n, widths[-1], generator=g, dtype=torch.float64)


def reduced(
    widths: tuple[int, ...], scale: float | None = None, probability: float = 0.3
) -> GatedLinear:
    return GatedLinear(widths, *_data(widths), probability, scale)


def _numpy(surface: GatedLinear) -> tuple[np.ndarray, np.ndarray]:
    return surface.linear.inputs.numpy(), surface.targets.numpy()


def _built(surface: GatedLinear, seed: int = 0) -> Iterator[tuple[Tensor, deep_linear.Label]]:
    """A critical point for every subset that the widths have room for, with its label."""
    rng = np.random.default_rng(seed)
    X, Y = _numpy(surface)
    widths = tuple(surface.widths)
    for rank in range(min(widths) + 1):
        for subset in combinations(range(widths[-1]), rank):
            W = deep_linear.critical_point(X, Y, widths, subset, rng=rng)
            label = deep_linear.label(W, X, Y)
            assert isinstance(label, deep_linear.Label), label
            assert label.subset == subset
            yield surface.point([torch.from_numpy(np.array(M)) for M in W]), label


@given(widths=WIDTHS, probability=st.floats(0.01, 1.0), seed=st.integers(0, 99))
def test_at_q_of_one_over_rho_everything_is_the_linear_networks_to_the_last_bit(
    widths: tuple[int, ...], probability: float, seed: int
) -> None:
    X, Y = _data(widths)
    gated, linear = GatedLinear(widths, X, Y, probability), DeepLinear(widths, X, Y)
    w = linear.random_point(Generator().manual_seed(seed), (2,))
    assert gated.factor == 1
    assert torch.equal(gated.loss(w), linear.loss(w))
    assert torch.equal(gated.gradient(w), linear.gradient(w))
    assert torch.equal(gated.hessian(w), linear.hessian(w))
    assert torch.equal(gated.hvp(w, w), linear.hvp(w, w))
    assert gated.orbit_dimension(w[0]) == linear.orbit_dimension(w[0])


def test_the_scale_one_over_rho_may_be_written_out() -> None:
    left, written = reduced((3, 2, 2), None, 0.3), reduced((3, 2, 2), 1 / 0.3, 0.3)
    w = left.random_point(Generator().manual_seed(0), (3,))
    assert_close(written.loss(w), left.loss(w))


@given(widths=WIDTHS, scale=st.sampled_from([0.2, 3.0, -5.0]), seed=st.integers(0, 99))
def test_another_q_is_the_linear_loss_with_the_first_matrix_multiplied(
    widths: tuple[int, ...], scale: float, seed: int
) -> None:
    """L_s(W_1, W_2, ...) = Lbar(s W_1, W_2, ...): derivatives by W_1 gain a factor s each."""
    gated = reduced(widths, scale)
    s = gated.factor
    linear = DeepLinear(widths, gated.inputs, gated.targets)
    w = gated.random_point(Generator().manual_seed(seed))
    first, *rest = gated.weights(w)
    there = linear.point([s * first, *rest])
    stretch = torch.ones_like(w)
    stretch[: first.numel()] = s
    assert_close(gated.loss(w), linear.loss(there))
    assert_close(gated.gradient(w), stretch * linear.gradient(there))
    H = linear.hessian(there)
    size = H.abs().max().clamp(min=1.0)
    assert_close(gated.hessian(w) / size, stretch[:, None] * H * stretch / size)


@given(widths=WIDTHS, scale=st.sampled_from([0.2, 3.0, -5.0]))
def test_another_q_is_the_linear_loss_of_scaled_targets(
    widths: tuple[int, ...], scale: float
) -> None:
    """L_s = s^2 Lbar with targets Y / s: the other reading, with the same critical points."""
    gated = reduced(widths, scale)
    s = gated.factor
    linear = DeepLinear(widths, gated.inputs, gated.targets / s)
    w = gated.random_point(Generator().manual_seed(0), (4,))
    assert_close(gated.loss(w), s**2 * linear.loss(w))


@pytest.mark.parametrize("scale", SCALES)
def test_no_scale_moves_a_critical_value(scale: float | None) -> None:
    """Sigma is a projection of the targets on the inputs' columns, which a factor leaves alone."""
    widths = (4, 2, 3, 3)
    gated = reduced(widths, scale)
    data = [part.numpy() for part in _data(widths)]
    there = [c.value for c in deep_linear.critical_values(*_numpy(gated), widths)]
    assert there == pytest.approx([c.value for c in deep_linear.critical_values(*data, widths)])


@pytest.mark.parametrize("scale", SCALES)
def test_outputs_are_the_scaled_product(scale: float | None) -> None:
    gated = reduced((3, 2, 4, 2), scale)
    w = gated.random_point(Generator().manual_seed(0))
    A, B, C = gated.weights(w)
    q = 1 / 0.3 if scale is None else scale
    assert_close(gated.outputs(w), q * 0.3 * gated.inputs @ (C @ B @ A).T)
    assert_close(gated.loss(w), (gated.outputs(w) - gated.targets).square().sum() / 2)


class TestTheorem:
    """Kawaguchi's theorem 2.3 on the reduced loss, at q = 1 / rho and at other q."""

    @pytest.mark.parametrize("scale", SCALES)
    @pytest.mark.parametrize("widths", [(3, 4, 2), (3, 2, 3, 2), (2, 2)])
    def test_the_loss_is_neither_convex_nor_concave_from_one_hidden_layer_on(
        self, widths: tuple[int, ...], scale: float | None
    ) -> None:
        gated = reduced(widths, scale)
        w = gated.random_point(Generator().manual_seed(0), (20,))
        counts = curvature.inertia(gated, w)
        assert bool((counts.positive > 0).any())
        assert bool((counts.negative > 0).any()) == (len(widths) > 2)  # one matrix: least squares

    @pytest.mark.parametrize("scale", SCALES)
    @pytest.mark.parametrize("widths", [(3, 4, 2), (3, 2, 2, 2)])
    def test_every_local_minimum_that_is_proved_is_global(
        self, widths: tuple[int, ...], scale: float | None
    ) -> None:
        gated = reduced(widths, scale)
        starts = gated.random_point(Generator().manual_seed(0), (12,))
        found = critical.find(gated, starts, method=critical.Descent())
        best = deep_linear.global_minimum(*_numpy(gated), widths)
        minima = [
            point
            for point in critical.classify_batch(gated, found.points, certified=True)
            if point.kind is critical.Kind.LOCAL_MINIMUM
        ]
        assert len(minima) >= 6
        for point in minima:
            assert point.certificate, point.certificate
            assert point.certificate.verify(gated)
            low, high = point.certificate.loss
            assert low == pytest.approx(best, rel=1e-8)
            assert high == pytest.approx(best, rel=1e-8)

    @pytest.mark.parametrize("scale", SCALES)
    @pytest.mark.parametrize("widths", [(4, 3, 3), (4, 2, 3, 3), (3, 2, 2, 2, 2)])
    def test_every_other_critical_point_is_a_saddle_and_strict_where_the_core_has_full_rank(
        self, widths: tuple[int, ...], scale: float | None
    ) -> None:
        gated = reduced(widths, scale)
        X, Y = _numpy(gated)
        best = deep_linear.global_minimum(X, Y, widths)
        seen = set()
        for w, label in _built(gated):
            point = critical.classify(gated, w, global_value=best)
            seen.add(point.kind)
            assert point.status is critical.Status.CRITICAL
            assert point.loss == pytest.approx(
                deep_linear.critical_value(X, Y, label.subset), rel=1e-9
            )
            assert int(point.inertia.negative) == label.index
            assert int(point.inertia.undecided) == label.nullity
            assert point.kind.value == label.kind.value
            if label.kind is deep_linear.Kind.GLOBAL_MINIMUM:
                continue
            assert label.index > 0 or point.kind is critical.Kind.BAD_SADDLE
            matrices = [W.numpy() for W in gated.weights(w)]
            if deep_linear.core_has_full_rank(matrices):
                assert label.index >= 1
        deep = len(widths) > 3
        assert (critical.Kind.BAD_SADDLE in seen) == deep  # corollary 2.4

    @pytest.mark.parametrize("scale", [7.3, -2.0])
    def test_points_correspond_with_their_indices(self, scale: float) -> None:
        widths = (4, 2, 3, 3)
        gated = reduced(widths, scale)
        linear = DeepLinear(widths, gated.inputs, gated.targets)
        for w, label in _built(gated):
            first, *rest = gated.weights(w)
            there = linear.point([gated.factor * first, *rest])
            counts = curvature.inertia(linear, there)
            assert int(counts.negative) == label.index


@pytest.mark.parametrize("scale", [None, 7.3])
def test_points_are_told_apart_up_to_the_hidden_bases(scale: float | None) -> None:
    gated = reduced((3, 2, 2), scale)
    w = gated.random_point(Generator().manual_seed(0), (2,))
    A, B = gated.weights(w)
    g = torch.tensor([[1.0, 2.0], [0.0, 3.0]]).double()
    moved = gated.point([g @ A, B @ torch.linalg.inv(g)])
    assert critical.distinct(gated, torch.cat([w, moved])).group.tolist() == [0, 1, 0, 1]


@pytest.mark.unhooked
@pytest.mark.parametrize(
    ("probability", "scale", "message"),
    [
        (0.0, None, r"`probability` should be in \(0, 1\].*output is 0"),
        (1.5, None, "`probability`"),
        (float("nan"), None, "`probability`"),
        (5e-324, None, "`probability`"),
        (0.5, 0.0, "`scale` should be a finite factor other than 0"),
        (0.5, float("inf"), "`scale`"),
        (0.5, float("nan"), "`scale`"),
    ],
)
def test_gates_that_never_open_and_scales_that_hide_the_network_are_refused(
    probability: float, scale: float | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        reduced((3, 2), scale, probability)


@pytest.mark.unhooked
def test_data_that_do_not_fit_are_refused_as_by_the_linear_network() -> None:
    with pytest.raises(ValueError, match="`targets` should have one row for each"):
        GatedLinear((3, 2), torch.ones(2, 3).double(), torch.ones(1, 2).double(), 0.5)
