"""A4p, the inputs are Gaussian; and the same of pre-activations and outputs.

The number that decides is the mean over columns (input coordinates, units) of the share of a column's
variance that is not Gaussian (`_normality.py`). Each column is centred and scaled by itself: location
and scale are not held against it. The p-value is the smallest of Anderson and Darling's over the
columns, times their number.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy import special

from lossatlas.evidence import Ruling

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part, ruled
from ._jackknife import jackknife
from ._normality import (
    LEAST_SAMPLES,
    anderson_darling,
    excess_kurtosis,
    ks_distance,
    non_gaussian_share,
)

TOLERANCE = 0.02
"""Of the share of variance that is not Gaussian; a uniform law has 0.045."""

_MOST_SAMPLES = 1000  # sorting more sharpens an interval that is already narrow


def audit_gaussian_inputs(X: Float[ndarray, "n d"], groups: Int[ndarray, " n"]) -> Audit:
    """Audit A4p."""
    about = ASSUMPTIONS["A4p"]
    columns, groups = X[:_MOST_SAMPLES], groups[:_MOST_SAMPLES]
    part = _part("share of an input's variance that is not Gaussian", columns, groups)
    if part.measured is None:
        return Audit(about, (part,), Ruling.UNDECIDED, _too_few("inputs"))
    constant = int((np.ptp(columns, axis=0) == 0).sum())
    sentence = _sentence("an input", part)
    if constant:
        sentence += (
            f" {constant} of {X.shape[1]} inputs never change and count as not Gaussian at all."
        )
    details = {**_details(columns), **mardia(columns), "constant inputs": constant}
    return Audit(about, (part,), ruled([part]), sentence, *_test(columns), details)


def audit_gaussian_signals(
    layers: Sequence[Float[ndarray, "n _"]],
    outputs: Float[ndarray, "n d"],
    groups: Int[ndarray, " n"],
) -> Audit:
    """Audit the Gaussian approximation of pre-activations and outputs over the samples."""
    about = ASSUMPTIONS["Gaussian"]
    columns = np.concatenate([*layers, outputs], axis=1)[:_MOST_SAMPLES]
    groups = groups[:_MOST_SAMPLES]
    part = _part("share of a signal's variance that is not Gaussian", columns, groups)
    if part.measured is None:
        return Audit(about, (part,), Ruling.UNDECIDED, _too_few("signals"))
    details = _details(columns)
    named = [(f"layer {k}", z) for k, z in enumerate(layers, 1)] + [("outputs", outputs)]
    for name, z in named:
        details |= {f"{name}: {key}": value for key, value in _details(z[:_MOST_SAMPLES]).items()}
    sentence = _sentence("what enters a unit or leaves the network", part)
    return Audit(about, (part,), ruled([part]), sentence, *_test(columns), details)


def mardia(X: Float[ndarray, "n d"]) -> dict[str, float]:
    """Mardia's (1970) kurtosis over d (d + 2), 1 for a Gaussian, and his skewness with its p-value.

    In the space that the samples span; empty where they are too few for it.
    """
    n, off = len(X), X - X.mean(0)
    U, s, _ = np.linalg.svd(off, full_matrices=False)
    rank = int((s > s.max(initial=0.0) * max(X.shape) * np.finfo(np.float64).eps).sum())
    if rank == 0 or n <= 2 * rank:
        return {}
    G = n * U[:, :rank] @ U[:, :rank].T  # Mahalanobis products
    kurtosis = float(np.square(np.diagonal(G)).mean())
    skewness = float((G * G * G).mean())
    degrees = rank * (rank + 1) * (rank + 2) / 6
    return {
        "Mardia kurtosis over that of a Gaussian": kurtosis / (rank * (rank + 2)),
        "Mardia skewness": skewness,
        "Mardia skewness, p": float(
            special.chdtrc(np.float64(degrees), np.float64(n * skewness / 6))
        ),
    }


def _part(name: str, columns: Float[ndarray, "n d"], groups: Int[ndarray, " n"]) -> Part:
    if len(columns) < LEAST_SAMPLES or columns.shape[1] == 0:
        return Part(name, 0.0, TOLERANCE, None)
    value, ends = jackknife(lambda rows: float(non_gaussian_share(columns[rows]).mean()), groups)
    return Part(name, 0.0, TOLERANCE, value, *(ends or (None, None)))


def _test(columns: Float[ndarray, "n d"]) -> tuple[str, float]:
    p = min(1.0, columns.shape[1] * float(anderson_darling(columns).min()))
    return f"Anderson-Darling, smallest of {columns.shape[1]}, Bonferroni", p


def _details(columns: Float[ndarray, "n d"]) -> dict[str, float]:
    if len(columns) < LEAST_SAMPLES:
        return {}
    return {
        "not Gaussian": float(non_gaussian_share(columns).mean()),
        "excess kurtosis": float(excess_kurtosis(columns).mean()),
        "KS distance": float(ks_distance(columns).mean()),
    }


def _sentence(what: str, part: Part) -> str:
    word = {
        Ruling.HOLDS: "as good as a bell curve",
        Ruling.FAILS: "not a bell curve",
        Ruling.UNDECIDED: "these samples do not settle whether that is a bell curve",
    }[part.verdict]
    return (
        f"Of the variation of {what} over the samples {part.measured:.1%} is not Gaussian: {word}."
    )


def _too_few(what: str) -> str:
    return f"A distribution of {what} takes {LEAST_SAMPLES} samples to see, and there are fewer."
