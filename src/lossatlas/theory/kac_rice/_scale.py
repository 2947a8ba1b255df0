"""From energies to eigenvalues: u = H/N stands for x = u sqrt(N p / (2 (p - 1))).

At a critical point of energy u and index k the Hessian is a shifted GOE, and the whole law of the
points becomes that of the (k + 1)-th smallest eigenvalue x of a GOE matrix of size N, weighted by
exp(-(p - 2) x^2 / (2 p)) (Auffinger, Ben Arous, Cerny 2013, Theorems 2.1 and 2.2).
"""

from math import log, sqrt

import numpy as np
from numpy import ndarray


def energy_scale(size: int, order: int) -> float:
    """The factor that takes an energy per spin to an eigenvalue in the standard scaling."""
    return sqrt(size * order / (2 * (order - 1)))


def log_prefactor(size: int, order: int) -> float:
    """Log of 2 sqrt(2/p) (p - 1)^{N/2}."""
    return log(2) + 0.5 * log(2 / order) + 0.5 * size * log(order - 1)


def log_tilt(x: ndarray, order: int) -> ndarray:
    """Log of the weight exp(-(p - 2) x^2 / (2 p)) of an eigenvalue."""
    weights: ndarray = -(order - 2) / (2 * order) * np.square(x)
    return weights
