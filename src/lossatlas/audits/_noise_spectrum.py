"""Whether a matrix has the singular values of noise.

The eigenvalues of Z Z^T/m, Z of P x m independent entries of variance 1, follow the law of Marchenko and
Pastur (1967) with ratio P/m, and the largest lies within a few units of mu = (sqrt(m-1) + sqrt P)^2 / m
(Johnstone 2001). What lies more than three units above is an outlier: a direction that the matrix
prefers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy import special

from lossatlas.theory import random_matrix

from ._jackknife import grouped

LEAST_SIZE = 4
_OUTLIER_UNITS = 3.0


def marchenko_pastur_share(x: Float[ndarray, " k"], ratio: float) -> Float[ndarray, " k"]:
    """The share of eigenvalues up to x under the law of unit variance, for ratio P/m up to 1."""
    a, b = random_matrix.marchenko_pastur_edges(ratio)
    inside = np.clip(x, a, b)
    root = np.sqrt((b - inside) * (inside - a))
    with np.errstate(divide="ignore"):
        r = np.sqrt((b - inside) / (inside - a))
        first = np.arctan((r - 1 / r) / 2)
        # at ratio 1 the lower edge is 0 and this term has the factor 0
        last = (1 - ratio) * _angle(a, b, r, 1 - ratio)
    share = (np.pi * ratio + root - (1 + ratio) * first + last) / (2 * np.pi * ratio)
    return np.clip(np.where(x <= a, 0.0, np.where(x >= b, 1.0, share)), 0.0, 1.0)


def _angle(a: float, b: float, r: Float[ndarray, " k"], gap: float) -> Float[ndarray, " k"]:
    if gap == 0:
        return np.zeros_like(r)
    return np.asarray(np.arctan((a * r - b / r) / (2 * gap)))


def largest_p_value(eigenvalue: float, rows: int, columns: int) -> float:
    """How likely noise has so large an eigenvalue: Johnstone's centring, Tracy and Widom's law.

    The law by Chiani's (2014) shifted gamma, good to about 0.001 in probability.
    """
    centre, unit = johnstone(rows, columns)
    s = (eigenvalue - centre) / unit + 9.84801
    return float(special.gammaincc(np.float64(46.446), np.float64(max(s, 0.0) / 0.186054)))


def johnstone(rows: int, columns: int) -> tuple[float, float]:
    """Where the largest eigenvalue of Z Z^T/m lies, and its unit."""
    long, short = sqrt(columns - 1), sqrt(rows)
    centre = (long + short) ** 2
    unit = (long + short) * (1 / long + 1 / short) ** (1 / 3)
    return centre / columns, unit / columns


@final
@dataclass(frozen=True, eq=False)
class NoiseSpectrum:
    """A matrix against noise of the same shape and variance.

    Attributes:
        size: Its number of eigenvalues, the shorter side.
        distance: Their largest distance (KS) to the law: of all columns, then without each group.
        outliers: The share of the matrix's square that lies in outliers, likewise.
        num_outliers: How many there are.
        p_value: Of the largest.
    """

    size: int
    distance: Float[ndarray, " r"]
    outliers: Float[ndarray, " r"]
    num_outliers: int
    p_value: float


def noise_spectrum(Z: Float[ndarray, "r c"], groups: Int[ndarray, " m"]) -> NoiseSpectrum | None:
    """Compare a matrix with noise; `groups` are those of its longer side.

    None where it is all zero or its shorter side is below four.
    """
    if Z.shape[0] > Z.shape[1]:
        Z = Z.T
    if len(Z) < LEAST_SIZE or not Z.any():
        return None
    Z = Z / np.abs(Z).max()
    gram, m = Z @ Z.T, Z.shape[1]
    rows = [_compared(_eigenvalues(gram, m), len(Z), m)]
    for g in range(groups.max() + 1) if groups.any() else ():  # one group has nothing to compare
        out = groups == g
        kept = m - int(out.sum())
        if kept >= len(Z):
            rows.append(_compared(_eigenvalues(gram - Z[:, out] @ Z[:, out].T, kept), len(Z), kept))
        else:  # the sides would change their roles
            rows.append(_compared(_other_side(Z[:, ~out]), kept, len(Z)))
    distance, outliers, number, largest = np.array(rows).T
    p_value = largest_p_value(float(largest[0]), len(Z), m)
    return NoiseSpectrum(len(Z), distance, outliers, int(number[0]), p_value)


def side_groups(Z: Float[ndarray, "r c"], rng: np.random.Generator) -> Int[ndarray, " m"]:
    """Groups of the longer side of a matrix."""
    return grouped(max(Z.shape), rng)


def pooled(spectra: Sequence[NoiseSpectrum], what: str) -> Float[ndarray, " r"]:
    """A number of several matrices, each counting by its eigenvalues.

    Matrices with fewer groups than others have none of the later ones left out.
    """
    columns = [getattr(s, what) for s in spectra]
    length = max(map(len, columns))
    filled = [np.concatenate([c, np.full(length - len(c), c[0])]) for c in columns]
    weights = np.array([s.size for s in spectra], dtype=np.float64)
    return np.asarray(weights @ np.stack(filled) / weights.sum())


def _eigenvalues(gram: Float[ndarray, "P P"], columns: int) -> Float[ndarray, " P"]:
    """Those of Z Z^T/m in units of the mean square of the entries."""
    square = float(np.trace(gram)) / (len(gram) * columns)
    values = np.maximum(np.linalg.eigvalsh(gram), 0.0)
    return values / (columns * square) if square > 0 else values


def _other_side(Z: Float[ndarray, "P m"]) -> Float[ndarray, " m"]:
    return _eigenvalues(Z.T @ Z, len(Z))


def _compared(values: Float[ndarray, " P"], rows: int, columns: int) -> tuple[float, ...]:
    """KS distance, share of the square in outliers, their number, the largest eigenvalue."""
    expected = marchenko_pastur_share(values, rows / columns)
    steps = np.arange(rows + 1) / rows
    distance = max(np.abs(expected - steps[1:]).max(), np.abs(expected - steps[:-1]).max())
    centre, unit = johnstone(rows, columns)
    beyond = values > centre + _OUTLIER_UNITS * unit
    total = float(values.sum())
    share = float(values[beyond].sum()) / total if total > 0 else 0.0
    return float(distance), share, float(beyond.sum()), float(values[-1])
