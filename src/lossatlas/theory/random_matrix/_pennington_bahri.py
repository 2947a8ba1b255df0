"""A Wishart matrix plus an independent Wigner matrix: a model of the Hessian of a network.

With phi = P/m parameters a sample and energy eps the R-transform is 2 eps G + 1/(1 - phi G), so the
Stieltjes transform G at z solves 2 eps phi G^3 - (2 eps + phi z) G^2 + (z + phi - 1) G - 1 = 0. The left
edge reaches zero at eps_c = (1 - 20 phi - 8 phi^2 + (1 + 8 phi)^{3/2}) / 16: below it no direction is
negative (Pennington and Bahri 2017).
"""

from typing import overload

import numpy as np
from numpy import ndarray
from scipy.integrate import quad
from scipy.optimize import brentq

from lossatlas.errors import misuse
from lossatlas.theory._plain import plainly

from ._marchenko_pastur import checked_positive


def critical_energy(ratio: float) -> float:
    """eps_c, the energy below which the model's Hessian has no negative eigenvalue.

    Args:
        ratio: phi, parameters over samples, between 0 and 1.

    Returns:
        eps_c; 0 at phi = 1.

    Raises:
        ValueError: If the ratio is outside (0, 1].

    Example:
        >>> round(critical_energy(0.25), 10)
        0.0435095264
    """
    if not 0 < ratio <= 1:
        raise misuse(
            "ratio",
            should="lie in (0, 1]",
            got=ratio,
            remedy="With more parameters than samples the model has negative directions at any energy.",
        )
    # with r = sqrt(1 + 8 phi) the published form is a product, and loses nothing near phi = 1
    r = float(np.sqrt(1 + 8 * ratio))
    return (3 - r) ** 3 * (1 + r) / 128


@overload
def wishart_plus_wigner(x: float, ratio: float, energy: float) -> float: ...
@overload
def wishart_plus_wigner(x: ndarray, ratio: float, energy: float) -> ndarray: ...
def wishart_plus_wigner(x: float | ndarray, ratio: float, energy: float) -> float | ndarray:
    """The density of eigenvalues of the model at an energy.

    Args:
        x: Where, a number or an array.
        ratio: phi, parameters over samples, positive.
        energy: eps, positive; the Wigner part's semicircle has radius 2 sqrt(2 eps).

    Returns:
        The density; as x is.

    Raises:
        ValueError: If ratio or energy is not positive.

    Example:
        >>> round(wishart_plus_wigner(1.0, 0.25, 0.1), 4)
        0.4804
    """
    checked_positive("ratio", ratio)
    checked_positive("energy", energy)
    return plainly(lambda z: _density(z, ratio, energy), x)


def left_edge(ratio: float, energy: float) -> float:
    """The smallest eigenvalue of the model, zero at the critical energy.

    Example:
        >>> abs(left_edge(0.25, critical_energy(0.25))) < 1e-12
        True
    """
    phi, eps = checked_positive("ratio", ratio), checked_positive("energy", energy)

    # left of the support G is negative, and z(G) turns where the support begins; in h = -1/G > 0
    def turn(h: float) -> float:
        return 2 * eps - h * h + phi * (h / (h + phi)) ** 2

    h = float(brentq(turn, 0.0, float(np.sqrt(2 * eps + phi)) + 1.0, xtol=1e-16, rtol=1e-15))
    return -h - 2 * eps / h + h / (h + phi)


def negative_share(ratio: float, energy: float) -> float:
    """The share of negative eigenvalues, about |(eps - eps_c)/eps_c|^{3/2} above the critical energy.

    Example:
        >>> negative_share(0.25, 0.04), round(negative_share(0.25, 0.2), 4)
        (0.0, 0.1255)
    """
    start = left_edge(ratio, energy)
    if start >= 0:
        return 0.0
    # in t = sqrt(x - start) the density rises smoothly from the edge
    share, _ = quad(
        lambda t: 2 * t * wishart_plus_wigner(start + t * t, ratio, energy),
        0.0,
        float(np.sqrt(-start)),
        epsabs=1e-12,
        epsrel=1e-10,
    )
    return float(share)


def _density(z: ndarray, ratio: float, energy: float) -> ndarray:
    lead = 2 * energy * ratio
    companion = np.zeros((*z.shape, 3, 3))
    companion[..., 1, 0] = companion[..., 2, 1] = 1.0
    companion[..., 0, 2] = 1 / lead
    companion[..., 1, 2] = -(z + ratio - 1) / lead
    companion[..., 2, 2] = (2 * energy + ratio * z) / lead
    density: ndarray = np.max(np.linalg.eigvals(companion).imag, axis=-1) / np.pi
    return density
