"""The law of the lowest energy, from the mean number of critical points below a level.

Points at the bottom are as good as independent, so P(u_min > v) is about exp(-m(v)) with
m(v) = E Crt_N((-inf, v)), halved for even order, where points come in pairs of one energy. For
large N this is a Gumbel law with slope c_p = Theta'(-E_0) (Subag and Zeitouni 2017).
"""

from dataclasses import dataclass
from math import exp, log, pi, sqrt
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import euler_gamma, ndarray
from scipy.integrate import cumulative_simpson, simpson

from lossatlas.theory.random_matrix import one_point_density

from ._checks import checked_size
from ._scale import energy_scale, log_prefactor, log_tilt
from ._sharp import checked_growing, log_bottom_constant
from ._thresholds import ground_state, threshold

_NODES = 4001


@final
@dataclass(frozen=True, eq=False)
class GroundStateLaw:
    """The lowest energy per spin of one draw: finite size, and the formula for large size.

    ``mean`` and ``deviation`` follow from the exact mean count at this size taken for that of a Poisson
    process; `limit_mean` and `limit_deviation` from the asymptotic law
    N u_min = -N E_0 + ln N / (2 c) - (ln C + gamma) / c + Gumbel. `survival` holds P(u_min > v) at
    `energies`.
    """

    mean: float
    deviation: float
    limit_mean: float
    limit_deviation: float
    slope: float
    constant: float
    energies: Float[ndarray, " m"]
    survival: Float[ndarray, " m"]


def ground_state_law(size: int, order: int) -> GroundStateLaw:
    """The law of the lowest energy per spin of a spherical spin glass.

    Args:
        size: The size N, at least 2; below about 8 points are too few for a Poisson law.
        order: The order p, at least 3.

    Returns:
        The law at this size and its limit form.

    Raises:
        ValueError: If order or size is out of range.

    Example:
        >>> law = ground_state_law(100, 3)
        >>> round(law.mean, 5), round(law.deviation, 4)
        (-1.62739, 0.0188)
    """
    size, order = checked_size(size), checked_growing(order)
    energies, survival = _poisson(size, order)
    mean = energies[0] + simpson(survival, x=energies)
    square = 2 * simpson(survival * (energies - mean), x=energies) + (energies[0] - mean) ** 2
    bottom = ground_state(order)
    slope, constant = _slope(order), exp(log_bottom_constant(order, -bottom))
    shares = 2 if order % 2 == 0 else 1
    shift = 0.5 * log(size) - log(constant / shares) - euler_gamma
    return GroundStateLaw(
        float(mean),
        sqrt(float(square)),
        -bottom + shift / (slope * size),
        pi / (sqrt(6) * slope * size),
        slope,
        constant,
        energies,
        survival,
    )


def _slope(order: int) -> float:
    """c_p, the slope of the complexity at the ground state."""
    bottom, edge = ground_state(order), threshold(order)
    root = sqrt((bottom - edge) * (bottom + edge))
    return (order - 2) * bottom / (2 * (order - 1)) + 2 * root / edge**2


def _poisson(size: int, order: int) -> tuple[ndarray, ndarray]:
    """Energies, and the probability that no point lies below each, given that there is one."""
    scale = energy_scale(size, order)
    x = np.linspace(-max(sqrt(2 * size), ground_state(order) * scale) - 6.0, 0.0, _NODES)
    counts = _counts(x, size, order)
    # once more where the law lives: from 1e-18 of a point to 40 of them
    first = max(int(np.searchsorted(counts, 1e-18)) - 1, 0)
    last = min(int(np.searchsorted(counts, 40.0)), _NODES - 1)
    x = np.linspace(x[first], x[last], _NODES)
    survival = np.exp(-_counts(x, size, order))
    return x / scale, (survival - survival[-1]) / (1 - survival[-1])


def _counts(x: ndarray, size: int, order: int) -> ndarray:
    """The mean number of points, or of pairs of points for even order, between x[0] and x."""
    logs = one_point_density(x, size, log=True) + log_tilt(x, order)
    # at large sizes the density far above the bottom overflows, and is not needed there
    density = np.exp(np.minimum(logs + log_prefactor(size, order), 700.0))
    return cumulative_simpson(density, x=x, initial=0) / (2 if order % 2 == 0 else 1)
