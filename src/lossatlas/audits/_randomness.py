"""Randomness and independence, in both readings.

A digest says that the weights are random and independent. In the papers the inputs and paths are
random and the weights are the variable. So weights and inputs are audited apart, alike: the singular
values of a matrix against those of noise (`_noise_spectrum.py`), and what neighbours share. For weights
the neighbours are layers: the rank correlation over hidden units of the squared length of what comes in
and of what goes out. For inputs they are the coordinates: the mean squared correlation of two of them.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy import special, stats

from lossatlas.evidence import Ruling

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part, ruled
from ._jackknife import CONFIDENCE, interval
from ._noise_spectrum import LEAST_SIZE, NoiseSpectrum, noise_spectrum, pooled, side_groups

DISTANCE_TOLERANCE = 0.1
"""Of the KS distance of the spectrum to noise."""

OUTLIER_TOLERANCE = 0.05
"""Of the share of a matrix's square that lies in preferred directions."""

NEIGHBOUR_TOLERANCE = 0.2
"""Of the rank correlation between a unit's incoming and outgoing weights."""

SHARED_TOLERANCE = 0.01
"""Of the mean squared correlation of two inputs."""


def audit_random_weights(
    matrices: Sequence[Float[ndarray, "_ _"]], *, chained: bool, rng: np.random.Generator
) -> Audit:
    """Audit the weights.

    Args:
        matrices: The weight matrices.
        chained: Whether each acts on what the one before gives, unit by unit.
        rng: Draws the groups for intervals.
    """
    about = ASSUMPTIONS["random weights"]
    found = [noise_spectrum(W, side_groups(W, rng)) for W in matrices]
    spectra = [s for s in found if s is not None]
    parts = _spectral_parts(spectra)
    correlations = [_neighbours(a, b) for a, b in pairwise(matrices)] if chained else []
    if correlations:
        sizes = [len(a) for a, _ in pairwise(matrices)]
        parts.append(_neighbour_part(correlations, sizes))
    if not spectra:
        small = f"no weight matrix is {LEAST_SIZE} x {LEAST_SIZE} or larger with weights in it"
        sentence = f"Whether the weights look like noise cannot be seen: {small}."
        return Audit(about, tuple(parts), Ruling.UNDECIDED, sentence)
    details = {
        f"matrix {k}": {"KS": float(s.distance[0]), "outliers": s.num_outliers, "p": s.p_value}
        for k, s in enumerate(found, 1)
        if s is not None
    }
    sentence = _sentence("weight matrices", parts, sum(s.num_outliers for s in spectra))
    if correlations:
        sentence += f" Layers that meet in a unit correlate by {_number(parts[-1])} in size."
    return Audit(about, tuple(parts), ruled(parts), sentence, *_test(spectra), details)


def audit_random_inputs(
    X: Float[ndarray, "n d"], groups: Int[ndarray, " n"], rng: np.random.Generator
) -> Audit:
    """Audit the inputs, each coordinate centred and scaled by itself; constant ones left out."""
    about = ASSUMPTIONS["random inputs"]
    off = X - X.mean(0)
    size = np.linalg.norm(off, axis=0)
    floor = 64 * np.finfo(np.float64).eps * np.linalg.norm(X, axis=0)
    Z = off[:, size > floor] / size[size > floor] * len(X) ** 0.5
    spectrum = noise_spectrum(Z, side_groups(Z, rng)) if Z.shape[1] else None
    if spectrum is None:
        sentence = (
            "Whether the inputs look like noise cannot be seen: fewer than "
            f"{LEAST_SIZE} of them vary, or there are fewer than {LEAST_SIZE} samples."
        )
        return Audit(about, (), Ruling.UNDECIDED, sentence)
    name = "mean squared correlation of two inputs"
    shared = Part(name, 0.0, SHARED_TOLERANCE, *_shared(Z, groups))
    parts = [*_spectral_parts([spectrum]), shared]
    details = {"inputs that vary": Z.shape[1], "outliers": spectrum.num_outliers}
    sentence = _sentence("inputs", parts, spectrum.num_outliers)
    sentence += f" The squared correlation of two inputs is {_number(parts[-1])} on average."
    return Audit(about, tuple(parts), ruled(parts), sentence, *_test([spectrum]), details)


def _spectral_parts(spectra: Sequence[NoiseSpectrum]) -> list[Part]:
    names = (
        ("KS distance of the spectrum to noise", "distance", DISTANCE_TOLERANCE),
        ("share of the square in preferred directions", "outliers", OUTLIER_TOLERANCE),
    )
    parts = []
    for name, what, tolerance in names:
        if not spectra:
            parts.append(Part(name, 0.0, tolerance, None))
            continue
        values = pooled(spectra, what)
        ends = interval(float(values[0]), values[1:])
        parts.append(Part(name, 0.0, tolerance, float(values[0]), *(ends or (None, None))))
    return parts


def _neighbours(below: Float[ndarray, "u _"], above: Float[ndarray, "_ u"]) -> float:
    """Spearman's correlation over units of incoming and outgoing size; 0 where one is constant.

    Lengths that differ by rounding alone are the same.
    """
    # relative to the largest entry, so that no square overflows
    incoming = np.square(below / (np.abs(below).max() or 1.0)).sum(1)
    outgoing = np.square(above / (np.abs(above).max() or 1.0)).sum(0)
    if _alike(incoming) or _alike(outgoing):
        return 0.0
    a, b = stats.rankdata(incoming), stats.rankdata(outgoing)
    return float(np.corrcoef(a, b)[0, 1])


def _alike(values: Float[ndarray, " u"]) -> bool:
    return bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def _neighbour_part(correlations: Sequence[float], sizes: Sequence[int]) -> Part:
    """Fisher's transformation, hidden layers pooled by their units; Spearman's error 1.03/sqrt(n - 3).

    Where all correlations are exactly 0 the sizes do not vary, and there is nothing to be unsure of.
    """
    name = "correlation of incoming and outgoing weights"
    if not any(correlations):
        return Part(name, 0.0, NEIGHBOUR_TOLERANCE, 0.0, 0.0, 0.0)
    weights = np.array([max(0, n - 3) for n in sizes], dtype=np.float64)
    if not weights.any():
        return Part(name, 0.0, NEIGHBOUR_TOLERANCE, None)
    inside = np.clip(correlations, -1 + 1e-12, 1 - 1e-12)
    z = float(weights @ np.arctanh(inside) / weights.sum())
    reach = float(special.ndtri(np.float64((1 + CONFIDENCE) / 2))) * 1.03 / weights.sum() ** 0.5
    low, value, high = np.tanh([z - reach, z, z + reach]).tolist()
    return Part(name, 0.0, NEIGHBOUR_TOLERANCE, value, low, high)


def _shared(
    Z: Float[ndarray, "n d"], groups: Int[ndarray, " n"]
) -> tuple[float | None, float | None, float | None]:
    """The mean squared correlation of two coordinates, less what a finite sample adds."""
    if Z.shape[1] < 2 or len(Z) < LEAST_SIZE:
        return None, None, None
    parts = [Z[groups == g] for g in range(groups.max() + 1)]
    moments = [(len(z), z.sum(0), z.T @ z) for z in parts]
    number, total, products = len(Z), Z.sum(0), Z.T @ Z
    value = _squared_correlation(number, total, products)
    without = [_squared_correlation(number - n, total - t, products - p) for n, t, p in moments]
    ends = interval(value, np.array(without))
    return (value, *(ends or (None, None)))


def _squared_correlation(
    n: int, total: Float[ndarray, " d"], products: Float[ndarray, "d d"]
) -> float:
    """From the moments of n samples: (r^2 (n - 1) - 1)/(n - 2), which averages 0 without relation.

    A coordinate that does not vary among these samples is related to none.
    """
    covariance = products - np.outer(total, total) / n
    size = np.diagonal(covariance)
    varies = size > 64 * np.finfo(np.float64).eps * np.diagonal(products)
    scale = np.where(varies, 1 / np.sqrt(np.where(varies, size, 1.0)), 0.0)
    r = covariance * scale[:, None] * scale[None, :]
    d = len(size)
    mean = (float(np.square(r).sum()) - int(varies.sum())) / (d * (d - 1))
    return (mean * (n - 1) - 1) / (n - 2)


def _test(spectra: Sequence[NoiseSpectrum]) -> tuple[str, float]:
    p = min(1.0, len(spectra) * min(s.p_value for s in spectra))
    return "largest eigenvalue against Tracy-Widom, Bonferroni", p


def _sentence(what: str, parts: Sequence[Part], outliers: int) -> str:
    distance, share = parts[:2]
    word = {
        Ruling.HOLDS: "look like noise",
        Ruling.FAILS: "do not look like noise",
        Ruling.UNDECIDED: "may or may not be noise",
    }[ruled([distance, share])]
    return (
        f"By their singular values the {what} {word}: the spectrum differs from that of noise by "
        f"{_number(distance)}, and {outliers} preferred directions hold {_percent(share)} of the "
        "square."
    )


def _number(part: Part) -> str:
    return "an unknown amount" if part.measured is None else f"{part.measured:.2g}"


def _percent(part: Part) -> str:
    return "an unknown share" if part.measured is None else f"{part.measured:.1%}"
