"""How Gaussian signals are over random networks, sample by sample.

At the start of training the weights are random, and the central limit theorem speaks of what a unit
receives from *one* sample in many networks. With Gaussian weights the first layer is Gaussian exactly;
in the next, given the layer below, too, but with a variance that differs from network to network, so
that the excess kurtosis is 3 Var(|h|^2)/E(|h|^2)^2: for one hidden layer of n ReLU units of independent
weights, 15/n. It falls as one over the width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from lossatlas.errors import misuse

from ._jackknife import grouped, interval, without_groups
from ._normality import ks_distance, non_gaussian_share


@final
@dataclass(frozen=True, eq=False)
class GaussianLimit:
    """The signals of many networks against a Gaussian, one number a layer, the outputs last.

    Attributes:
        widths: (d_0, ..., d_H).
        num_networks: How many networks.
        kurtosis: The excess kurtosis over networks and units, the mean over samples; 0 in the limit.
        low: The lower end of its 95 % interval, by leaving out groups of networks.
        high: The upper end.
        ks: The KS distance of one unit over the networks, the mean over units and samples. A sample of
            M networks from a Gaussian has about 0.6/sqrt(M).
        share: The share of variance that is not Gaussian, likewise.
    """

    widths: tuple[int, ...]
    num_networks: int
    kurtosis: Float[ndarray, " H"]
    low: Float[ndarray, " H"]
    high: Float[ndarray, " H"]
    ks: Float[ndarray, " H"]
    share: Float[ndarray, " H"]

    def __repr__(self) -> str:
        parts = zip(self.kurtosis, self.low, self.high, strict=True)
        values = ", ".join(f"{k:.3g} ({a:.3g} to {b:.3g})" for k, a, b in parts)
        widths = "-".join(map(str, self.widths))
        return f"GaussianLimit({self.num_networks} networks {widths}: excess kurtosis {values})"


def gaussian_limit(
    weights: Sequence[Real[ndarray, "M _ _"]], X: Real[ndarray, "n d"], *, seed: int = 0
) -> GaussianLimit:
    """Hold the signals of many ReLU networks against a Gaussian.

    Args:
        weights: One array (M, d_k, d_{k-1}) a layer: the matrices of M networks.
        X: The samples, one a row; a few will do, since each is a mean over all networks.
        seed: Draws the groups of networks.

    Returns:
        The distances, layer by layer. A layer that is zero in every network counts as a constant.

    Raises:
        ValueError: If the arrays do not fit together, or there are fewer than eight networks.

    Example:
        >>> import numpy as np
        >>> from lossatlas import audits
        >>> rng = np.random.default_rng(0)
        >>> many = [rng.normal(size=(2000, 8, 4)) / 2, rng.normal(size=(2000, 1, 8)) / 8**0.5]
        >>> found = audits.gaussian_limit(many, rng.normal(size=(3, 4)))
        >>> bool(found.low[0] < 0 < found.high[0]), bool(found.low[1] < 15 / 8 < found.high[1])
        (True, True)
    """
    matrices = [np.asarray(W, dtype=np.float64) for W in weights]
    _check(matrices, X)
    groups = grouped(len(matrices[0]), np.random.default_rng(seed))
    rows, h = [], np.broadcast_to(np.asarray(X, np.float64), (len(matrices[0]), *X.shape))
    for W in matrices:
        z = h @ W.transpose(0, 2, 1)  # (M, n, d_k)
        rows.append(_of_layer(z, groups))
        h = np.maximum(z, 0.0)
    columns = np.array(rows).T
    widths = (X.shape[1], *(W.shape[1] for W in matrices))
    return GaussianLimit(widths, len(groups), *columns)


def _of_layer(z: Float[ndarray, "M n d"], groups: ndarray) -> tuple[float, ...]:
    columns = z.reshape(len(z), -1)
    share, ks = non_gaussian_share(columns), ks_distance(columns)
    values = _kurtosis(z, groups)
    low, high = interval(float(values[0]), values[1:]) or (np.nan, np.nan)
    return float(values[0]), low, high, float(ks.mean()), float(share.mean())


def _kurtosis(z: Float[ndarray, "M n d"], groups: ndarray) -> Float[ndarray, " r"]:
    """Over networks and units, for each sample, then the mean over samples."""
    powers = np.stack([(z**k).mean(2) for k in (1, 2, 3, 4)], axis=-1)  # (M, n, 4)
    sizes = without_groups(np.ones(len(z)), groups)
    m1, m2, m3, m4 = np.moveaxis(without_groups(powers, groups) / sizes[:, None, None], -1, 0)
    variance = m2 - m1**2
    fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
    varies = variance > 64 * np.finfo(np.float64).eps * m2
    safe = np.where(varies, variance, 1.0)
    return np.asarray(np.where(varies, fourth / safe**2 - 3, 0.0).mean(1))


def _check(matrices: Sequence[ndarray], X: ndarray) -> None:
    shapes = [W.shape for W in matrices]
    fits = bool(matrices) and all(len(s) == 3 and s[0] == shapes[0][0] for s in shapes)
    fits = fits and X.ndim == 2 and len(X) > 0 and shapes[0][2] == X.shape[1]
    if not fits or any(a[1] != b[2] for a, b in pairwise(shapes)):
        raise misuse(
            "weights",
            should="be arrays (M, d_k, d_{k-1}), one a layer, that compose and fit the samples",
            got=f"shapes {shapes} and samples {X.shape}",
            remedy="Stack the same layer of all networks.",
        )
    if shapes[0][0] < 8:
        raise misuse(
            "weights",
            should="hold at least 8 networks",
            got=shapes[0][0],
            remedy="A distribution over networks takes many of them.",
        )
