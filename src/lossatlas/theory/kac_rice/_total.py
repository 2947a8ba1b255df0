"""The mean number of critical points of every index: one integral over the GOE's density.

E Crt_N(B) = 2 sqrt(2/p) (p-1)^{N/2} int_{x(B)} exp(-(p-2) x^2 / (2p)) R_1(x) dx with R_1 the density
of GOE(N) (Auffinger, Ben Arous, Cerny 2013, Theorem 2.2 with the index summed out).
"""

from numpy import ndarray

from lossatlas.theory.random_matrix import one_point_density

from ._quadrature import log_integral
from ._scale import energy_scale, log_prefactor, log_tilt


def log_total(size: int, order: int, between: tuple[float, float], *, refine: float = 1.0) -> float:
    """Natural logarithm of the mean number of critical points in an energy window."""
    scale = energy_scale(size, order)

    def log_density(x: ndarray) -> ndarray:
        logs: ndarray = one_point_density(x, size, log=True) + log_tilt(x, order)
        return logs

    a, b = between[0] * scale, between[1] * scale
    return log_prefactor(size, order) + log_integral(log_density, a, b, size, refine=refine)
