"""Written-down bad minima: their formulas against a network run here, and points tried around them."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy import ndarray

from lossatlas.theory import deep_linear
from lossatlas.theory.bad_minima import (
    SMOOTH,
    Argument,
    Construction,
    PiecewiseLinear,
    all_constructions,
    dead_units,
    linear_counterpart,
    linear_fit,
    midpoint,
    midpoint_conditions,
    midpoint_data,
    two_samples,
)
from lossatlas.theory.bad_minima._affine_fit import best_kink, fit_affine

ALL = all_constructions(np.random.default_rng(0))
SLOPES = [PiecewiseLinear(), PiecewiseLinear(1.0, 0.1), PiecewiseLinear(2.0, 3.0)]


def _hidden(c: Construction, parts: tuple[ndarray, ...]) -> ndarray:
    z = c.inputs @ parts[0].T
    return z + parts[1] if c.biases else z


def _loss(c: Construction, parts: tuple[ndarray, ...]) -> float:
    h, z = c.activation, _hidden(c, parts)
    if isinstance(h, PiecewiseLinear):
        hidden = np.where(z > 0, h.positive * z, h.negative * z)
    else:
        hidden = h.value(z)
    outputs = hidden @ (parts[2] if c.biases else parts[1]).T
    outputs = outputs + parts[3] if c.biases else outputs
    return float(((outputs - c.targets) ** 2).sum() / 2)


def _data(n: int, d_x: int, d_y: int, seed: int) -> tuple[ndarray, ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d_x)), rng.standard_normal((n, d_y))


def keeps_its_laws(c: Construction) -> None:
    """The losses are the network's, the margin holds, and nothing near the point is lower."""
    size = 1 + float((c.targets**2).sum())
    assert _loss(c, c.minimum) == pytest.approx(c.loss, abs=1e-12 * size)
    assert _loss(c, c.lower) == pytest.approx(c.lower_loss, abs=1e-8 * size)
    assert c.lower_loss < c.loss
    z = _hidden(c, c.minimum)
    assert np.abs(z).min() >= c.margin * (1 - 1e-12)
    if c.argument in (Argument.AFFINE, Argument.CONSTANT):
        assert (np.sign(z) == (1 if c.argument is Argument.AFFINE else -1)).all()
    rng = np.random.default_rng(1)
    for reach in (1e-4, 1e-3):
        for _ in range(20):
            near = tuple(part + reach * rng.standard_normal(part.shape) for part in c.minimum)
            assert _loss(c, near) >= c.loss - 1e-12 * size


@pytest.mark.parametrize("c", ALL, ids=lambda c: c.name)
def test_each_is_a_minimum_as_far_as_can_be_seen(c: Construction) -> None:
    keeps_its_laws(c)


@given(
    n=st.integers(4, 12),
    d_x=st.integers(1, 3),
    d_y=st.integers(1, 3),
    extra=st.integers(1, 3),
    h=st.sampled_from(SLOPES),
    seed=st.integers(0, 99),
)
def test_any_data_that_no_line_fits_have_one(
    n: int, d_x: int, d_y: int, extra: int, h: PiecewiseLinear, seed: int
) -> None:
    X, Y = _data(n + d_x, d_x, d_y, seed)
    rng = np.random.default_rng(seed)
    c = linear_fit(X, Y, width=d_y + extra, activation=h, rng=rng)
    keeps_its_laws(c)
    with_ones = np.column_stack([X, np.ones(len(X))])
    fitted = with_ones @ np.linalg.lstsq(with_ones, Y, rcond=None)[0]
    assert c.loss == pytest.approx(float(((fitted - Y) ** 2).sum() / 2))


@given(
    n=st.integers(2, 12),
    d_x=st.integers(1, 3),
    d_y=st.integers(1, 3),
    biases=st.booleans(),
    positive=st.sampled_from([1.0, 0.5, 3.0]),
    seed=st.integers(0, 99),
)
def test_dead_units_are_flat(
    n: int, d_x: int, d_y: int, biases: bool, positive: float, seed: int
) -> None:
    X, Y = _data(n, d_x, d_y, seed)
    X = X if biases else np.abs(X) + 0.1
    rng = np.random.default_rng(seed)
    c = dead_units(X, Y, width=2, biases=biases, positive=positive, rng=rng)
    keeps_its_laws(c)
    assert not c.strict
    moved = (c.minimum[0] + 1e-3, *c.minimum[1:])
    assert _loss(c, moved) == _loss(c, c.minimum)


@pytest.mark.parametrize("c", [c for c in ALL if not c.strict], ids=lambda c: c.name)
def test_those_that_are_not_strict_have_equals_that_no_rescaling_reaches(c: Construction) -> None:
    """One step along the flat set; a rescaling would keep the product of a unit's weights."""
    parts, shift = [part.copy() for part in c.minimum], 1e-3
    if c.argument is Argument.CONSTANT:
        parts[0][0] += shift
    elif c.biases and isinstance(c.activation, PiecewiseLinear):
        parts[1][0] += shift
        parts[3] -= c.activation.positive * shift * parts[2][:, 0]
    else:  # t = 0, and the output at it kept at a third by the last weight
        value = (
            (lambda z: c.activation.positive * z)
            if isinstance(c.activation, PiecewiseLinear)
            else c.activation.value
        )
        parts[0][0] += shift
        z, u = parts[0][:, 0], parts[2 if c.biases else 1][0]
        u[1] = (1 / 3 - u[0] * value(z[:1])[0]) / value(z[1:])[0]
    assert _loss(c, tuple(parts)) == pytest.approx(c.loss, abs=1e-14 * (1 + c.loss))
    moved = np.abs(np.concatenate([(p - q).ravel() for p, q in zip(parts, c.minimum, strict=True)]))
    assert moved.max() > 1e-4


class TestTwoSamples:
    """The smallest one."""

    @pytest.mark.parametrize("slope", [0.0, 0.1, 0.3, 0.49])
    def test_below_half_the_slope_it_is_there(self, slope: float) -> None:
        c = two_samples(PiecewiseLinear(1.0, slope))
        keeps_its_laws(c)
        assert c.strict

    @pytest.mark.parametrize("slope", [0.5, 0.7, 1.5])
    def test_from_half_the_slope_on_it_is_not(self, slope: float) -> None:
        with pytest.raises(ValueError, match="less than half"):
            two_samples(PiecewiseLinear(1.0, slope))

    def test_its_hessian_has_the_orbit_for_its_only_null_direction(self) -> None:
        """Loss (v w - 1)^2 / 2 + 2 for w > 0, by hand: Hessian [[v^2, 2vw - 1], [., w^2]] at v w = 1."""
        H = np.array([[1.0, 1.0], [1.0, 1.0]])
        assert np.linalg.eigvalsh(H) == pytest.approx([0.0, 2.0])
        assert H @ np.array([1.0, -1.0]) == pytest.approx([0.0, 0.0])


class TestMidpoint:
    """Three samples."""

    @pytest.mark.parametrize("name", list(SMOOTH))
    def test_derivatives_of_the_activations_are_quotients(self, name: str) -> None:
        h, z, step = SMOOTH[name], np.array([-2.0, -0.3, 0.4, 1.7]), 1e-5
        for function, derivative in ((h.value, h.first), (h.first, h.second)):
            quotient = (function(z + step) - function(z - step)) / (2 * step)
            assert derivative(z) == pytest.approx(quotient, abs=1e-8)

    @pytest.mark.parametrize("name", list(SMOOTH))
    def test_the_curvature_is_the_losss(self, name: str) -> None:
        c = midpoint(SMOOTH[name], biases=False)
        W_1, W_2 = c.minimum
        H = midpoint_conditions(SMOOTH[name], W_1[:, 0], W_2[0]).curvature
        step = 1e-4
        for i in range(2):
            for j in range(2):
                corners = []
                for s, r in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                    t = np.zeros(2)
                    t[i] += s * step
                    t[j] += r * step
                    corners.append(_loss(c, (W_1 + np.stack([t, -t], axis=1), W_2)))
                second = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * step**2)
                assert H[i, j] == pytest.approx(second, abs=1e-5 * (1 + np.abs(H).max()))

    def test_relu_meets_the_conditions_of_loss_zero_too(self) -> None:
        """v = (1, -1, 1, 0): the paper's remark that ReLU violates C2.1 and C2.2 is too careful."""
        v_1, v_2, v_3, v_4 = 1.0, -1.0, 1.0, 0.0

        def h(z: float) -> float:
            return max(z, 0.0)

        assert h(v_1) * h(v_4) == h(v_2) * h(v_3)
        assert h(v_1) * h((v_3 + v_4) / 2) != h(v_3) * h((v_1 + v_2) / 2)

    def test_a_third_is_the_best_linear_loss(self) -> None:
        X, Y = midpoint_data()
        assert deep_linear.global_minimum(X, Y, (2, 2, 1)) == pytest.approx(1 / 3)


@given(n=st.integers(3, 10), d_y=st.integers(1, 2), seed=st.integers(0, 99))
def test_the_best_kink_gains_what_it_says(n: int, d_y: int, seed: int) -> None:
    X, Y = _data(n, 1, d_y, seed)
    X = X + 100.0  # far from the origin
    fit = fit_affine(X, Y)
    kink = best_kink(X, Y, fit, np.random.default_rng(0))
    phi = np.maximum(X @ kink.direction - kink.threshold, 0)
    changed = fit.values.copy()
    changed[:, kink.output] += kink.height * phi
    gain = fit.loss - float(((changed - Y) ** 2).sum() / 2)
    assert kink.gain == pytest.approx(gain, rel=1e-6, abs=1e-9)
    z = np.sort(X[:, 0])
    for b in (z[1:] + z[:-1]) / 2:  # on a line there are two directions, and brute force is easy
        for a in (1.0, -1.0):
            one = np.maximum(a * (X[:, 0] - b), 0)
            gains = (fit.residuals.T @ one) ** 2 / (2 * one @ one)
            assert gains.max() <= kink.gain * (1 + 1e-6) + 1e-12


class TestLinearNetworks:
    """What the identity activation can do."""

    @pytest.mark.parametrize("c", ALL, ids=lambda c: c.name)
    def test_the_best_linear_network_is_least_squares(self, c: Construction) -> None:
        X = np.column_stack([c.inputs, np.ones(len(c.inputs))]) if c.biases else c.inputs
        fitted = X @ np.linalg.lstsq(X, c.targets, rcond=None)[0]
        least = float(((fitted - c.targets) ** 2).sum() / 2)
        assert linear_counterpart(c).minimum == pytest.approx(least)

    def test_the_theorems_minimum_has_the_loss_of_the_best_linear_network(self) -> None:
        for c in ALL:
            if c.argument is Argument.AFFINE:
                assert c.loss == pytest.approx(linear_counterpart(c).minimum)


class TestMisuse:
    """Errors say what to do."""

    rng = np.random.default_rng(0)

    def test_data_on_a_line_have_no_bad_fit(self) -> None:
        X = np.arange(5.0)[:, None]
        with pytest.raises(ValueError, match="not be an affine function"):
            linear_fit(X, 2 * X + 1, rng=self.rng)

    def test_one_sample_is_always_fitted(self) -> None:
        with pytest.raises(ValueError, match="not be an affine function"):
            linear_fit(np.ones((1, 1)), np.ones((1, 1)), rng=self.rng)

    def test_equal_inputs_cannot_be_told_apart(self) -> None:
        with pytest.raises(ValueError, match="tell apart"):
            linear_fit(np.ones((3, 1)), np.array([[1.0], [2.0], [4.0]]), rng=self.rng)

    def test_too_few_units(self) -> None:
        X, Y = _data(6, 2, 2, 0)
        with pytest.raises(ValueError, match="`width` should be at least 3"):
            linear_fit(X, Y, width=2, rng=self.rng)
        with pytest.raises(ValueError, match="`width` should be at least 1"):
            dead_units(X, Y, width=0, rng=self.rng)

    def test_inputs_all_around_keep_a_unit_alive(self) -> None:
        X = np.array([[1.0], [-1.0]])
        with pytest.raises(ValueError, match="one side of a hyperplane"):
            dead_units(X, X, biases=False, rng=self.rng)

    def test_zero_targets_make_dead_units_best(self) -> None:
        X = np.ones((3, 1))
        with pytest.raises(ValueError, match="`Y` should correlate"):
            dead_units(X, 0 * X, biases=False, rng=self.rng)

    def test_slopes(self) -> None:
        with pytest.raises(ValueError, match="`negative` should be finite"):
            PiecewiseLinear(1.0, 1.0)
        with pytest.raises(ValueError, match="`positive` should be positive"):
            PiecewiseLinear(0.0, 0.5)

    def test_samples(self) -> None:
        with pytest.raises(ValueError, match="`X, Y` should be finite"):
            linear_fit(np.full((3, 1), np.nan), np.ones((3, 1)), rng=self.rng)
        with pytest.raises(ValueError, match="a row for each sample"):
            dead_units(np.ones((0, 1)), np.ones((0, 1)), rng=self.rng)
