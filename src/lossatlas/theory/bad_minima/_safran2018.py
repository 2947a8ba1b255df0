"""The spurious minimum of Safran & Shamir (2018): k students, k orthonormal teachers, Gaussian inputs.

The mean squared distance of two sums of ReLUs is a closed form in the arc-cosine kernel (see
`arc_cosine_kernel`); both second layers are ones, and the teacher is V = I without loss of generality. The
computer-assisted theorem is that minima other than the permutations of V exist for 6 <= k <= 20. The
one that searches meet most often is the same, up to renaming, under all permutations of k - 1 units and inputs
together (Arjevani & Field 2019 study such symmetries), so it has five numbers only:

    w_i = a e_i + b (sum of e_j, j != i, j < k) + c e_k   for i < k,      w_k = d (e_1 + ... + e_{k-1}) + e e_k.

A critical point of the loss among such students is one among all (the loss is invariant, so its gradient
at a fixed point of the group is fixed too); Newton's method in five unknowns finds it (tried for k from 3
to 30). Whether it is a minimum is not settled by this; in balls it is a saddle for k = 3, 4, 5, and a
strict minimum for every k from 6 to 20 (`critical.certify` on `surfaces.StudentTeacher`).
"""

from dataclasses import dataclass
from math import pi
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse

_ITERATIONS = 200
_LONGEST_STEP = 0.2
_ARRIVED = 1e-13
_DIFFERENCE = 1e-6


@final
@dataclass(frozen=True, eq=False)
class SpuriousStudent:
    """A critical point of the student with an orthonormal teacher that is not the teacher.

    Attributes:
        student: W, a unit a row; the teacher is the identity.
        numbers: a, b, c, d, e.
        loss: Half the mean squared distance; the global minimum is 0.
        gradient_norm: The norm of the gradient there, as a check.
    """

    student: Float[ndarray, "k k"]
    numbers: tuple[float, float, float, float, float]
    loss: float
    gradient_norm: float


def arc_cosine_kernel(U: Float[ndarray, "k d"], V: Float[ndarray, "m d"]) -> Float[ndarray, "k m"]:
    """E[max(0, u.x) max(0, v.x)] over standard Gaussian x, for every row of U and of V.

    |u| |v| (sin t + (pi - t) cos t) / 2 pi with the angle t (Cho & Saul 2009). No row may be zero.
    """
    sizes, t = _sizes_and_angles(U, V)
    result: ndarray = sizes * (np.sin(t) + (pi - t) * np.cos(t)) / (2 * pi)
    return result


def student_teacher_loss(W: Float[ndarray, "k d"], V: Float[ndarray, "m d"]) -> float:
    """Half the mean squared distance of a student W and a teacher V, second layers of ones."""
    own, cross, teacher = arc_cosine_kernel(W, W), arc_cosine_kernel(W, V), arc_cosine_kernel(V, V)
    return float(own.sum() / 2 - cross.sum() + teacher.sum() / 2)


def linear_student_minimum(V: Float[ndarray, "m d"]) -> float:
    """The least loss of a linear student of any width against the ReLU teacher V, at every critical point.

    A linear student is x -> (sum of w_i).x, its loss 1/2 |sum w_i - sum v_j / 2|^2 plus a constant:
    convex, so that no critical point has another value. The constant is what is returned.
    """
    half = V.sum(0) / 2
    return float(arc_cosine_kernel(V, V).sum() - half @ half) / 2


def spurious_student(k: int) -> SpuriousStudent:
    """The symmetric critical point of k students for k orthonormal teachers.

    Args:
        k: The number of units of each, at least 3.

    Returns:
        The point: a strict local minimum for k from 6 to 20, a saddle below; beyond 20 not proved.

    Raises:
        ValueError: If k is below 3, or Newton's method does not arrive.

    Example:
        >>> from lossatlas.theory.bad_minima import spurious_student
        >>> found = spurious_student(6)
        >>> round(found.loss, 6), [round(x, 4) for x in found.numbers]
        (0.025081, [0.9867, -0.0504, 0.308, 0.2245, -0.6015])
    """
    if k < 3:
        raise misuse("k", should="be at least 3", got=k, remedy="With two units there is no other.")
    basis = _basis(k)
    x = np.array([1.0, -2 / k**2, 1.85 / k, 1.3 / k, -0.6])
    for _ in range(_ITERATIONS):
        g, H = _restricted(x, basis, k)
        sizes, Q = np.linalg.eigh(H)
        step = -Q @ ((Q.T @ g) / np.abs(sizes))
        x = x + step * min(1.0, _LONGEST_STEP / float(np.linalg.norm(step)))
        if np.linalg.norm(step) < _ARRIVED:
            break
    W = (basis @ x).reshape(k, k)
    size = float(np.linalg.norm(_gradient(W)))
    if size > 1e-10 or np.allclose(np.sort(x), [0, 0, 0, 1, 1], atol=1e-3):
        raise misuse(
            "k",
            should="be a size for which Newton's method arrives",
            got=k,
            remedy="Search with `critical.find` on `surfaces.StudentTeacher` instead.",
        )
    a, b, c, d, e = x.tolist()
    return SpuriousStudent(W, (a, b, c, d, e), student_teacher_loss(W, np.eye(k)), size)


def _basis(k: int) -> Float[ndarray, "k2 5"]:
    """Columns that carry (a, b, c, d, e) to the student, row by row."""
    kind = np.full((k, k), 1)
    kind[:, -1], kind[-1] = 2, 3
    np.fill_diagonal(kind, 0)
    kind[-1, -1] = 4
    columns: ndarray = (kind.reshape(-1, 1) == np.arange(5)).astype(float)
    return columns


def _restricted(x: ndarray, basis: ndarray, k: int) -> tuple[ndarray, ndarray]:
    """Gradient and Hessian in the five numbers, the second by central differences of the first."""

    def gradient(x: ndarray) -> ndarray:
        result: ndarray = basis.T @ _gradient((basis @ x).reshape(k, k)).ravel()
        return result

    steps = _DIFFERENCE * np.eye(5)
    H = np.stack([(gradient(x + s) - gradient(x - s)) / (2 * _DIFFERENCE) for s in steps])
    return gradient(x), (H + H.T) / 2


def _gradient(W: Float[ndarray, "k k"]) -> Float[ndarray, "k k"]:
    """The sum over u of +-(|u| sin t w/|w| + (pi - t) u) / 2 pi, for the teacher I."""
    norms = np.linalg.norm(W, axis=1)
    own, cross = _sizes_and_angles(W, W)[1], _sizes_and_angles(W, np.eye(len(W)))[1]
    np.fill_diagonal(own, 0.0)
    along = np.sin(own) @ norms - np.sin(cross).sum(1)
    result: ndarray = along[:, None] * W / norms[:, None] + (pi - own) @ W - (pi - cross)
    return result / (2 * pi)


def _sizes_and_angles(U: ndarray, V: ndarray) -> tuple[ndarray, ndarray]:
    """|u| |v| and the angle, from |u/|u| - v/|v|| and |u/|u| + v/|v||: exact near 0 and pi too."""
    m, n = np.linalg.norm(U, axis=1)[:, None], np.linalg.norm(V, axis=1)[:, None]
    if not (m.all() and n.all()):
        raise misuse(
            "U, V", should="have no row of zeros", got="one", remedy="Drop it: it adds nothing."
        )
    a, b = (U / m)[:, None], (V / n)[None]
    apart, together = np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1)
    return m * n.T, 2 * np.arctan2(apart, together)
