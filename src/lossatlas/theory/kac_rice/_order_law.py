"""The law of the number of eigenvalues of GOE(N) below one that sits at x.

W(z) = sum_k z^k p_k(x), with p_k the density of the (k + 1)-th smallest eigenvalue, is a Pfaffian
whose matrix is quadratic in z: A(z) = z^2 A_left + z A_cross + A_right. Its values on a circle of
radius rho are the Fourier transform of the law tilted by rho^k, which is as narrow as the spectrum
of a random matrix is rigid: a few levels wide at any N. Hence 21 points of the circle are enough,
and with rho chosen so that the tilted law sits at k, p_k(x) has relative digits however small.
"""

from dataclasses import dataclass
from math import lgamma, log, pi
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from ._half_lines import HalfLines, half_lines, line_above

# the law is some +-8 levels wide at rounding level; a circle of odd length has no point at -1,
# where the value may be zero and its sign lost
_CIRCLE = 21
_CHUNK_BYTES = 2**26


@final
@dataclass(frozen=True, eq=False)
class TiltedLaw:
    """Log W(rho), and the law of k under the weight rho^k p_k(x): for each x its mean and masses.

    `masses[:, j]` is that of the k nearest to the mean with k = j modulo the number of columns.
    """

    log_sum: Float[ndarray, " m"]
    mean: Float[ndarray, " m"]
    masses: Float[ndarray, "m c"]
    num_levels: int

    def mass(self, k: ndarray | int) -> Float[ndarray, " m"]:
        """The tilted probability of k; zero further from the mean than the circle sees."""
        k = np.broadcast_to(k, self.mean.shape)
        count = self.masses.shape[1]
        found: ndarray = self.masses[np.arange(len(k)), k % count]
        if count >= self.num_levels:
            return found
        return np.where(np.abs(k - self.mean) <= count / 2, found, 0.0)


def tilted_law(x: Float[ndarray, " m"], log_rho: Float[ndarray, " m"], size: int) -> TiltedLaw:
    """The law of the number of eigenvalues below one at x, tilted by rho^k."""
    per_point = 16 * size * size * (_CIRCLE // 2 + 1) + 32 * size * (2 * size + 200)
    step = max(1, _CHUNK_BYTES // per_point)
    parts = [
        _tilted_law(x[i : i + step], log_rho[i : i + step], size) for i in range(0, len(x), step)
    ]
    return TiltedLaw(
        np.concatenate([part.log_sum for part in parts]),
        np.concatenate([part.mean for part in parts]),
        np.concatenate([part.masses for part in parts]),
        size,
    )


def log_lowest_density(x: Float[ndarray, " m"], size: int) -> Float[ndarray, " m"]:
    """Log of the density of the smallest eigenvalue: the limit rho -> 0, with no circle to go round."""
    step = max(1, _CHUNK_BYTES // (32 * size * (2 * size + 200)))
    return np.concatenate([_log_lowest(x[i : i + step], size) for i in range(0, len(x), step)])


def _log_lowest(x: ndarray, size: int) -> ndarray:
    right, above, log_norms = line_above(x, size)
    log_det = np.linalg.slogdet(_bordered(right, above))[1]
    logs: ndarray = _log_constant(x, size) + log_norms + 0.5 * log_det
    return logs


def _tilted_law(x: ndarray, log_rho: ndarray, size: int) -> TiltedLaw:
    lines = half_lines(x, log_rho, size)
    real, derivative = _matrix(lines, np.ones(1)), _derivative(lines)
    log_det = np.linalg.slogdet(real)[1][:, 0]
    mean = 0.5 * np.trace(np.linalg.solve(real[:, 0], derivative), axis1=-2, axis2=-1)
    constant = _log_constant(x, size) + (size - 1) * np.maximum(log_rho, 0.0)
    log_sum = constant + lines.log_norms + 0.5 * log_det
    count = min(_CIRCLE, size + 1 - size % 2)
    return TiltedLaw(log_sum, mean, _masses(lines, log_det, mean, count), size)


def _masses(lines: HalfLines, log_det: ndarray, mean: ndarray, count: int) -> ndarray:
    """The law from its transform at the roots of unity in the upper half-plane."""
    angles = 2 * pi * np.arange(1, count // 2 + 1) / count
    phase, logs = np.linalg.slogdet(_matrix(lines, np.exp(1j * angles)))
    # the Pfaffian is the root of the determinant: once the mean is taken off, its phase is small
    # next to the real axis, and is followed from there
    centred = np.unwrap(np.angle(phase * np.exp(-2j * angles * mean[:, None])), axis=-1)
    modulus = np.exp(0.5 * (logs - log_det[:, None]))
    transform = modulus * np.exp(1j * (0.5 * centred + angles * mean[:, None]))
    k = np.arange(count)
    waves = np.exp(-1j * angles[:, None] * k)
    masses: ndarray = (1 + 2 * (transform @ waves).real) / count
    return masses


def _matrix(lines: HalfLines, z: ndarray) -> ndarray:
    """The skew matrices at each z, (m, c, n, n), n even."""
    z = z[:, None, None]
    cross = lines.below[:, :, None] * lines.above[:, None, :]
    cross = (cross - cross.mT)[:, None]
    matrix = z * z * lines.left[:, None] + z * cross + lines.right[:, None]
    return _bordered(matrix, z[..., 0] * lines.below[:, None] + lines.above[:, None])


def _derivative(lines: HalfLines) -> ndarray:
    """The derivative of the matrix in z at 1."""
    cross = lines.below[:, :, None] * lines.above[:, None, :]
    return _bordered(2 * lines.left + cross - cross.mT, lines.below)


def _bordered(matrix: ndarray, edge: ndarray) -> ndarray:
    """The matrix itself where its size is even, else with the integrals as one more row."""
    if matrix.shape[-1] % 2 == 0:
        return matrix
    zero = np.zeros((*edge.shape[:-1], 1, 1), dtype=matrix.dtype)
    right = np.concatenate([matrix, edge[..., None]], axis=-1)
    return np.concatenate([right, np.concatenate([-edge[..., None, :], zero], axis=-1)], axis=-2)


def _log_constant(x: ndarray, size: int) -> ndarray:
    """Log of N! exp(-x^2/2) / Z_N, with Z_N from Selberg's integral."""
    log_z = 0.5 * size * log(2 * pi)
    log_z += sum(lgamma(1 + j / 2) - lgamma(1.5) for j in range(1, size + 1))
    logs: ndarray = lgamma(size + 1) - log_z - 0.5 * x * x
    return logs
