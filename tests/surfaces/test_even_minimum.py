"""The midpoint problem in balls: what is proved holds at every point that is tried, and no more."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.surfaces import Unproved, even_minimum, midpoint_loss
from lossatlas.theory.bad_minima import SMOOTH, midpoint, midpoint_data

NAMES = list(SMOOTH)


def _loss(
    name: str, W_1: np.ndarray, W_2: np.ndarray, b_1: np.ndarray | float = 0.0, b_2: float = 0.0
) -> float:
    X, Y = midpoint_data()
    outputs = SMOOTH[name].value(X @ W_1.T + b_1) @ W_2 + b_2
    return float(((outputs - Y[:, 0]) ** 2).sum() / 2)


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 999))
def test_nowhere_in_the_box_is_the_loss_below_a_third(name: str, seed: int) -> None:
    W_1, W_2 = midpoint(SMOOTH[name], biases=False).minimum
    found = even_minimum(name, W_1[:, 0].tolist(), W_2[0].tolist(), precision=64)
    assert found.proved
    assert found.within < 1e-13 < found.radius
    rng = np.random.default_rng(seed)
    for share in (1e-3, 0.1, 1.0):
        reach = share * found.radius
        steps = [reach * rng.uniform(-1, 1, shape) for shape in (W_1.shape, 2, 2, ())]
        assert _loss(name, W_1 + steps[0], W_2[0] + steps[1]) >= 1 / 3 - 1e-15
        assert _loss(name, W_1 + steps[0], W_2[0] + steps[1], *steps[2:]) >= 1 / 3 - 1e-15


@pytest.mark.parametrize("name", NAMES)
def test_the_enclosed_loss_holds_the_loss(name: str) -> None:
    rng = np.random.default_rng(0)
    W_1, W_2 = rng.standard_normal((3, 2)), rng.standard_normal(3)
    low, high = midpoint_loss(name, W_1.tolist(), W_2.tolist(), precision=64)
    assert low - 1e-14 <= _loss(name, W_1, W_2) <= high + 1e-14
    assert high - low < 1e-14


def test_a_saddle_in_t_is_not_proved() -> None:
    """Tanh with one positive unit: u h'' is negative, and too large for the square of the slope."""
    z = 2.5
    u = 1 / (3 * np.tanh(z))
    curvature = (u / np.cosh(z) ** 2) ** 2 - 2 * u * np.tanh(z) / np.cosh(z) ** 2 / 3
    assert curvature < 0
    found = even_minimum("tanh", [z], [u], precision=64)
    assert isinstance(found, Unproved)
    assert not found


def test_no_weights_give_no_output() -> None:
    assert "zero" in even_minimum("square", [1.0, 1.0], [1.0, -1.0], precision=64).reason


def test_a_kink_is_not_crossed() -> None:
    """ELU's second derivative jumps at zero: the box stays on one side of it."""
    found = even_minimum("ELU", [-0.01, 1.0], [-1.0, 0.32338], precision=64)
    assert not found or found.radius < 0.01


def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match="`activation` should be one of tanh"):
        even_minimum("cosine", [1.0], [1.0], precision=64)
    with pytest.raises(ValueError, match="`outputs` should hold one weight"):
        even_minimum("tanh", [1.0], [1.0, 2.0], precision=64)
