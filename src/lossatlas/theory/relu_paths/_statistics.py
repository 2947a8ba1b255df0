"""Every statistic of the gates and weights of all paths of a ReLU network, without listing a path."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from ._checks import widths_of
from ._counts import PathCounts, counts
from ._gate_moments import GateMoments, gate_moments, open_paths
from ._gates import Gates, prepared
from ._outputs import gated_pass, linear_pass
from ._remarks import remarks
from ._scaled import Scaled, unit, unit_matrices
from ._weight_moments import weight_moments


@final
@dataclass(frozen=True, eq=False)
class PathStatistics:
    """What the paths of a network do on a sample. Means over paths take every path alike.

    pi(path) is the share of samples on which the path is open, rho_x the share of paths that are
    open at x. Paths to every output are counted; gates do not depend on the output, so gate
    statistics are the same for one output or all, and the weights' are made for one output j by
    passing [*W[:-1], W[-1][j:j+1]].

    Where a number is a ratio with nothing in it, it takes the value that the assumption under test
    predicts, and `remarks` says so. What needs two samples is None when there is one.

    Attributes:
        counts: The number of paths.
        num_samples: n.
        unit_rates: Per hidden layer, the share of samples on which each unit fires.
        layer_rates: Their mean in each hidden layer.
        rho: The mean of pi over paths, which is the mean of rho_x over samples.
        rho_by_sample: rho_x.
        second_moment: The mean of pi^2 over paths on this sample, the mean entry of K.
        second_moment_unbiased: The same for the distribution that the samples come from: the mean
            entry of K off its diagonal.
        variance: Var of pi over paths on this sample. Independent gates leave rho (1 - rho)/n.
        variance_unbiased: Its unbiased estimate for the distribution of the samples; may be negative.
        dispersion: D = variance / (rho (1 - rho)), between 0 and 1; 0 under A1p-m, up to 1/n.
        dispersion_unbiased: The same from `variance_unbiased`.
        kappa: Var of rho_x over samples / (rho (1 - rho)): the mean over pairs of paths (a path with
            itself among them) of their gates' covariance, in units of one gate's variance. About 0
            under A1p-m.
        mean_weight: The mean over paths of |product of the path's weights|.
        variance_weight: Its variance over paths.
        correlation: The correlation over all paths of pi and |product of weights|; 0 under A5u-m.
        effective_paths: (sum w^2)^2 / sum w^4 over paths with w the product of weights;
            infinite beyond the floats, where the share is not.
        effective_share: The same as a share of all paths.
        input_covariances: For each input i, the mean over paths of cov_x(X_i, A_path)^2.
        input_dependence: The same over Var(X_i) times the mean of pi (1 - pi): a squared correlation
            averaged over paths, between 0 and 1; about 1/n when gates and inputs are independent.
        mean_input_covariances: For each input, the mean over paths of cov_x(X_i, A_path), signed.
        effective_ratio: The least-squares factor rho_ls of the output on W_H ... W_1 x; q rho under
            A1p-m and A5u-m with q = 1.
        explained: R^2 = 1 - |Y - rho_ls W_H ... W_1 x|^2 / |Y|^2, not centred; 1 under both.
        input_participation: (tr C)^2 / tr C^2 of the inputs' covariance C, their number of
            effectively independent inputs.
        exact: Whether rho, second_moment and variance come from integers without rounding.
        remarks: One sentence for every reading that is degenerate.
    """

    counts: PathCounts
    num_samples: int
    unit_rates: tuple[Float[ndarray, " _"], ...]
    layer_rates: tuple[float, ...]
    rho: float
    rho_by_sample: Float[ndarray, " n"]
    second_moment: float
    second_moment_unbiased: float | None
    variance: float
    variance_unbiased: float | None
    dispersion: float
    dispersion_unbiased: float | None
    kappa: float
    mean_weight: float
    variance_weight: float
    correlation: float
    effective_paths: float
    effective_share: float
    input_covariances: Float[ndarray, " d_0"]
    input_dependence: Float[ndarray, " d_0"]
    mean_input_covariances: Float[ndarray, " d_0"]
    effective_ratio: float
    explained: float
    input_participation: float
    exact: bool
    remarks: tuple[str, ...]


def statistics(
    weights: Sequence[Real[ndarray, "_ _"]],
    X: Real[ndarray, "n d_0"],
    *,
    gates: Gates | None = None,
) -> PathStatistics:
    """Every statistic of the paths of a network on a sample, by dynamic programming.

    The cost is that of the kernel K: n^2 (sum of hidden widths + d_0) operations, with 8 MB for the
    part of K that is held, beside the samples and gates.

    Args:
        weights: [W_1, ..., W_H], W_k of shape (d_k, d_{k-1}), no biases, ReLU between them.
        X: The samples, one a row.
        gates: Gates to use instead of the network's own, as `gates` returns them.

    Returns:
        The statistics, over all paths.

    Raises:
        ValueError: If the arrays do not fit together or something is not finite.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory import relu_paths
        >>> weights = [np.array([[1.0], [-1.0]]), np.array([[1.0, 1.0]])]  # Y = |x|
        >>> found = relu_paths.statistics(weights, np.array([[-2.0], [-1.0], [1.0], [2.0]]))
        >>> found.rho, found.dispersion, found.kappa, found.explained
        (0.5, 0.0, 0.0, 0.0)
    """
    matrices, X, masks = prepared(weights, X, gates)
    centred = _centred(X)
    moments, forms = gate_moments(masks, centred)
    weight = weight_moments(matrices, masks)
    scaled, _ = unit_matrices(matrices)
    ratio, explained = _reduction(gated_pass(scaled, X, masks), linear_pass(scaled, X))
    rho_by_sample = open_paths(masks)
    found = counts(widths_of(matrices))
    unit_rates = tuple(a.mean(axis=0) for a in masks)
    covariances, dependence = _dependence(forms, centred, moments)
    variance_unbiased = moments.variance_unbiased
    return PathStatistics(
        counts=found,
        num_samples=len(X),
        unit_rates=unit_rates,
        layer_rates=tuple(float(r.mean()) for r in unit_rates),
        rho=moments.rho,
        rho_by_sample=rho_by_sample,
        second_moment=moments.second,
        second_moment_unbiased=moments.second_unbiased,
        variance=moments.variance,
        variance_unbiased=variance_unbiased,
        dispersion=_over(moments.variance, moments.coin),
        dispersion_unbiased=(
            None if variance_unbiased is None else _over(variance_unbiased, moments.coin)
        ),
        kappa=_over(moments.between_samples, moments.coin),
        mean_weight=weight.first.plain(),
        variance_weight=weight.variance.plain(),
        correlation=weight.correlation(moments.rho, moments.variance),
        effective_paths=weight.number(found.num_paths_all),
        effective_share=weight.share,
        input_covariances=covariances,
        input_dependence=dependence,
        mean_input_covariances=centred.T @ rho_by_sample / len(X),
        effective_ratio=ratio,
        explained=explained,
        input_participation=_participation(centred),
        exact=moments.exact,
        remarks=remarks(masks, X, moments, weight),
    )


def _centred(X: ndarray) -> ndarray:
    # a constant column must centre to zeros, which its rounded mean alone does not promise
    shifted = X - X[0]
    centred: ndarray = shifted - shifted.mean(axis=0)
    return centred


def _over(value: float, scale: float) -> float:
    return value / scale if scale > 0 else 0.0


def _dependence(forms: ndarray, centred: ndarray, moments: GateMoments) -> tuple[ndarray, ndarray]:
    """Squared covariances of inputs and gates, and the same in units of both variances."""
    within = moments.within_paths
    if within == 0:  # gates that never change have no covariance; what the sums hold is rounding
        return np.zeros_like(forms), np.zeros_like(forms)
    covariances = np.maximum(forms, 0.0) / moments.num_samples**2
    scale = centred.var(axis=0) * within
    return covariances, np.divide(covariances, scale, out=np.zeros_like(scale), where=scale > 0)


def _reduction(Y: ndarray, linear: ndarray) -> tuple[float, float]:
    """The least-squares factor on the linear network's outputs, and R^2 about 0."""
    (Y, exponent), (linear, reference) = unit(Y), unit(linear)
    size = float(np.sum(Y * Y))
    ratio = _over(float(np.sum(Y * linear)), float(np.sum(linear * linear)))
    left = float(np.sum((Y - ratio * linear) ** 2))
    explained = 1.0 - left / size if size > 0 else 1.0
    return Scaled(ratio, exponent - reference).plain(), explained


def _participation(centred: ndarray) -> float:
    wide = centred.shape[1] > len(centred)
    C = centred @ centred.T if wide else centred.T @ centred
    return _over(float(np.trace(C)) ** 2, float(np.sum(C * C)))
