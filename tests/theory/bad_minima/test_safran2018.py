"""The symmetric student: the kernel, the critical point, its numbers."""

from math import pi

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.bad_minima import (
    arc_cosine_kernel,
    linear_student_minimum,
    spurious_student,
    student_teacher_loss,
)

STANDARD_ERRORS = 4.0
DRAWS = 200_000


@given(seed=st.integers(0, 99), scale=st.floats(0.1, 10.0))
def test_the_kernel_is_symmetric_and_homogeneous(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    U, V = rng.standard_normal((3, 4)), rng.standard_normal((2, 4))
    kernel = arc_cosine_kernel(U, V)
    assert kernel == pytest.approx(arc_cosine_kernel(V, U).T)
    assert arc_cosine_kernel(scale * U, V) == pytest.approx(scale * kernel)


def test_the_kernel_at_known_angles() -> None:
    u = np.array([[1.0, 0.0]])
    others = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    assert arc_cosine_kernel(u, others)[0] == pytest.approx([0.5, 1 / (2 * pi), 0.0], abs=1e-16)


def test_the_kernel_is_a_mean_over_gaussian_inputs() -> None:
    rng = np.random.default_rng(0)
    U, V = rng.standard_normal((1, 3)), rng.standard_normal((1, 3))
    x = rng.standard_normal((DRAWS, 3))
    sample = (np.maximum(x @ U.T, 0) * np.maximum(x @ V.T, 0))[:, 0]
    error = abs(float(arc_cosine_kernel(U, V)[0, 0]) - sample.mean())
    assert error < STANDARD_ERRORS * sample.std() / DRAWS**0.5


@pytest.mark.parametrize("k", [3, 4, 5, 6, 7, 8, 12, 20, 30])
def test_the_student_is_critical_and_is_not_the_teacher(k: int) -> None:
    found = spurious_student(k)
    assert found.gradient_norm < 1e-13 * k
    assert 0.005 < found.loss < 0.05
    assert found.numbers[-1] < 0  # the unit that looks away
    W, step = found.student, 1e-5
    rng = np.random.default_rng(0)
    for _ in range(3):
        D = rng.standard_normal(W.shape)
        I = np.eye(k)  # noqa: E741
        up, down = (student_teacher_loss(W + s * step * D, I) for s in (1, -1))
        assert abs(up - down) / (2 * step) < 1e-7


def test_the_loss_falls_as_k_grows_from_four_on() -> None:
    losses = [spurious_student(k).loss for k in range(4, 12)]
    assert losses == sorted(losses, reverse=True)


def test_the_teacher_has_no_loss_and_a_linear_student_has() -> None:
    V = np.eye(6)
    assert student_teacher_loss(V, V) == pytest.approx(0.0, abs=1e-14)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((DRAWS, 6))
    teacher = np.maximum(x @ V.T, 0).sum(1)
    sample = (
        x @ V.sum(0) / 2 - teacher
    ) ** 2 / 2  # the best linear function, by E[x relu(v.x)] = v/2
    error = abs(linear_student_minimum(V) - sample.mean())
    assert error < STANDARD_ERRORS * sample.std() / DRAWS**0.5


def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match="`k` should be at least 3"):
        spurious_student(2)
    with pytest.raises(ValueError, match="no row of zeros"):
        arc_cosine_kernel(np.zeros((1, 2)), np.eye(2))
