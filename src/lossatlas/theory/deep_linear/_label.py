"""The name of a critical point that was found numerically, or the reason why it has none.

The product tells the subset; ranks of all paths at one cut tell the arcs; index and nullity follow.
Every reading must lie in a gap, and where the point's own Hessian eigenvalues are given they must
show the same counts at a cut inside a spectral gap. Strata of lower rank lie in the closure of
those of higher rank, so a point near several is left unlabelled instead of guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import final

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from ._arcs import Arc
from ._predict import Label, labelled, orbit_from_intervals
from ._ranks import PathSpectra, arcs_from_ranks, target_norm
from ._spectrum import DataSpectrum, spectrum
from ._widths import checked_weights, widths_of

FLOOR = 1e-15
"""Rounding's share of the largest eigenvalue; a spectral gap is not counted beyond it."""


class Reason(StrEnum):
    """Why a point has no label."""

    PRODUCT = "the product is not a truncation of the target to some of its singular triples"
    NO_GAP = "the singular values of the paths show no gap to cut in"
    RANKS = "the ranks of the paths, at every cut in a gap, belong to no critical point"
    EIGENVALUES = (
        "index and nullity from the ranks differ from the Hessian's eigenvalues at every gap"
    )


@final
@dataclass(frozen=True)
class Unlabelled:
    """A point that could not be named. `gap` is the best ratio seen, below what was asked for."""

    reason: Reason
    gap: float
    residual: float

    def __bool__(self) -> bool:
        return False


@final
@dataclass(frozen=True)
class Cut:
    """A place to cut between singular values, and the ratio across it."""

    value: float
    gap: float


def label(
    weights: Sequence[Float[ndarray, "_ _"]],
    X: Real[ndarray, "n d_x"],
    Y: Real[ndarray, "n d_y"],
    *,
    hessian_eigenvalues: Float[ndarray, " P"] | None = None,
    minimal_gap: float = 100.0,
    weight_error: float = 1e-8,
    residual_tolerance: float = 1e-5,
) -> Label | Unlabelled:
    """Name a critical point: subset, arcs, index, nullity and class.

    Args:
        weights: [W_1, ..., W_L], near an exact critical point.
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        hessian_eigenvalues: The eigenvalues of the Hessian at the weights; when given, the label
            is accepted only if they show its index and nullity at a cut in a spectral gap.
        minimal_gap: The smallest ratio between neighbours across a cut.
        weight_error: How far the weights may be from an exact critical point; what is smaller is
            not told apart from zero.
        residual_tolerance: How far the product may be from the critical one, in units of the
            largest singular value of T.

    Returns:
        The label, with the smaller of the gaps it rests on, or the reason why there is none.

    Raises:
        ValueError: If the weights do not compose or do not fit the data.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.deep_linear import label
        >>> zero = [np.zeros((3, 3))] * 3
        >>> label(zero, np.eye(3), np.diag([5.0, 3.0, 2.0])).kind.value
        'bad saddle'
    """
    return label_on(
        spectrum(X, Y),
        weights,
        hessian_eigenvalues=hessian_eigenvalues,
        minimal_gap=minimal_gap,
        weight_error=weight_error,
        residual_tolerance=residual_tolerance,
    )


def label_on(
    data: DataSpectrum,
    weights: Sequence[Float[ndarray, "_ _"]],
    *,
    hessian_eigenvalues: Float[ndarray, " P"] | None = None,
    minimal_gap: float = 100.0,
    weight_error: float = 1e-8,
    residual_tolerance: float = 1e-5,
) -> Label | Unlabelled:
    """As `label`, on data whitened once for many points."""
    matrices = checked_weights(weights, data)
    subset, residual = subset_of(matrices, data)
    if subset is None or not residual <= _allowed(data, residual_tolerance):
        return Unlabelled(Reason.PRODUCT, 0.0, residual)
    point = _Point(data, widths_of(matrices), subset, residual, PathSpectra.of(matrices, data))
    named = _named(point, hessian_eigenvalues, minimal_gap, weight_error)
    if named or hessian_eigenvalues is None:
        return named
    # products of several small blocks may be structure below the error: read once more at
    # products of two errors, which is no guess while the eigenvalues must agree
    return _named(point, hessian_eigenvalues, minimal_gap, weight_error**2) or named


@final
@dataclass(frozen=True, eq=False)
class _Point:
    """A point in the course of being named."""

    data: DataSpectrum
    widths: tuple[int, ...]
    subset: tuple[int, ...]
    residual: float
    spectra: PathSpectra


def _named(
    point: _Point,
    eigenvalues: Float[ndarray, " P"] | None,
    minimal_gap: float,
    weight_error: float,
) -> Label | Unlabelled:
    """The best label among all cuts, or what was missing."""
    pooled, residual = point.spectra.pooled, point.residual
    cuts = list(cuts_of(pooled, minimal_gap, weight_error))
    if not cuts:
        return Unlabelled(Reason.NO_GAP, _widest(pooled, weight_error), residual)
    found = [n for cut in cuts if (n := _at(cut, point))]
    if not found:
        return Unlabelled(Reason.RANKS, max(c.gap for c in cuts), residual)
    if eigenvalues is not None:
        scale = _hessian_scale(point.data)
        found = [
            replace(n, gap=min(n.gap, spectral_gap(eigenvalues, n.index, n.nullity, scale)))
            for n in found
        ]
    best = max(found, key=lambda n: n.gap)
    return best if best.gap >= minimal_gap else Unlabelled(Reason.EIGENVALUES, best.gap, residual)


def subset_of(
    weights: Sequence[ndarray], data: DataSpectrum
) -> tuple[tuple[int, ...] | None, float]:
    """The eigenvalues that the product holds, and its distance from holding exactly those.

    The share of eigenvalue i is ||u_i^T M S||^2 / lambda_i, one or zero at a critical point; within
    ties only their sum means something, and the lowest numbers are taken.
    """
    product = np.linalg.multi_dot([*reversed(weights[1:]), data.whiten(weights[0])])
    coordinates = data.U.T @ product
    t = data.target_rank
    shares = np.sum(coordinates[:t] ** 2, axis=1) / data.eigenvalues[:t]
    subset: list[int] = []
    held = np.zeros_like(coordinates)
    for members in _tied(data):
        count = round(float(np.clip(shares[members].sum(), 0, len(members))))
        subset += members[:count]
        held[members] = _truncation(coordinates[members], count, members, data)
    residual = float(np.linalg.norm(coordinates - held, 2)) / target_norm(data)
    narrow = min(W.shape[0] for W in weights)
    return (tuple(subset) if len(subset) <= narrow else None), residual


def cuts_of(pooled: Float[ndarray, " k"], minimal_gap: float, weight_error: float) -> Iterator[Cut]:
    """The places where neighbours in a descending list differ by at least a ratio.

    Products of two errors are far smaller than one: without the floor at `weight_error` the gap
    between them would pass for the one between structure and error.
    """
    values = _floored(pooled, weight_error)
    for high, low in pairwise(values.tolist()):
        if high >= minimal_gap * low:
            yield Cut(float(np.sqrt(high * low)), float(high / low))


def spectral_gap(
    eigenvalues: Float[ndarray, " P"], index: int, nullity: int, scale: float
) -> float:
    """The ratio between the smallest nonzero and the largest zero eigenvalue, as counted.

    Zero when the eigenvalues beyond the first `nullity` in size do not hold `index` negative ones.
    """
    ordered = np.asarray(eigenvalues)[np.argsort(np.abs(eigenvalues), kind="stable")]
    if len(ordered) < nullity or int(np.sum(ordered[nullity:] < 0)) != index:
        return 0.0
    size = np.abs(ordered)
    nonzero = float(size[nullity]) if nullity < len(size) else scale
    zero = float(size[nullity - 1]) if nullity else 0.0
    return nonzero / max(zero, FLOOR * max(float(size[-1]), scale))


def _at(cut: Cut, point: _Point) -> Label | None:
    """The label at one cut, if the ranks there are those of a critical point."""
    data, widths, subset = point.data, point.widths, point.subset
    arcs = arcs_from_ranks(point.spectra.ranks(cut.value), len(subset))
    if arcs is None or _returning(arcs, len(widths) - 1) != data.target_rank - len(subset):
        return None
    named = labelled(
        widths,
        data.groups,
        data.target_rank,
        subset,
        arcs,
        input_rank=data.input_rank,
        gap=cut.gap,
        cut=cut.value,
        residual=point.residual,
    )
    orbit = orbit_from_intervals(widths, point.spectra.open_intervals(cut.value))
    return replace(named, orbit_dimension=orbit)


def _returning(arcs: Sequence[Arc], depth: int) -> int:
    return sum(a.returns(depth) for a in arcs)


def _allowed(data: DataSpectrum, tolerance: float) -> float:
    """The residual allowed: small against the smallest positive singular value, too."""
    if data.target_rank == 0:
        return tolerance
    return min(tolerance, 0.01 * float(data.sigma[data.target_rank - 1] / data.sigma[0]))


def _tied(data: DataSpectrum) -> Iterator[list[int]]:
    groups = np.array(data.groups[: data.target_rank], dtype=int)
    for g in dict.fromkeys(groups.tolist()):
        yield np.flatnonzero(groups == g).tolist()


def _truncation(rows: ndarray, count: int, members: list[int], data: DataSpectrum) -> ndarray:
    """What exactly `count` triples of a tied group would put into these rows of U^T M S."""
    triples: ndarray = data.sigma[members][:, None] * data.V[:, members].T
    left = np.eye(1)[:, :count] if len(members) == 1 else np.linalg.svd(rows)[0][:, :count]
    held: ndarray = left @ left.T @ triples
    return held


def _floored(pooled: ndarray, floor: float) -> ndarray:
    top = max(1.0, float(pooled[0])) if len(pooled) else 1.0
    return np.concatenate([[top], np.maximum(pooled, floor), [floor]])


def _widest(pooled: ndarray, floor: float) -> float:
    values = _floored(pooled, floor)
    return float(np.max(values[:-1] / values[1:]))


def _hessian_scale(data: DataSpectrum) -> float:
    """The size of curvature that the data suggest, for points where all of it vanishes."""
    return float(data.scales[0]) * target_norm(data) if data.input_rank else 1.0
