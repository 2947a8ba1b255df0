"""The hypotheses on the data of Kawaguchi (2016, Theorem 2.3), each with the number behind it.

A broken hypothesis is a finding, not an error: rank-deficient inputs are reduced to the space that
they span (the loss ignores the rest), ties and zero eigenvalues are counted as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Real
from numpy import ndarray

from ._spectrum import EPSILON, TIE_TOLERANCE, DataSpectrum, spectrum


@final
@dataclass(frozen=True)
class Assumption:
    """One hypothesis: it holds when `number` clears `threshold`; `remark` says what follows."""

    id: str
    statement: str
    holds: bool
    number: float
    threshold: float
    remark: str


@final
@dataclass(frozen=True)
class Assumptions:
    """The hypotheses HA1 to HA4, in order."""

    items: tuple[Assumption, ...]

    @property
    def all_hold(self) -> bool:
        """Whether Theorem 2.3 applies as it stands."""
        return all(item.holds for item in self.items)

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, id: str) -> Assumption:
        return {item.id: item for item in self.items}[id]


def check_assumptions(X: Real[ndarray, "n d_x"], Y: Real[ndarray, "n d_y"]) -> Assumptions:
    """Test the hypotheses of Kawaguchi (2016, Theorem 2.3) on data.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.

    Returns:
        HA1 (X^T X has full rank), HA2 (X^T Y has full rank and d_y <= d_x), HA3 (the eigenvalues of
        Sigma are distinct) and HA4 (at least as many samples as inputs).

    Raises:
        ValueError: If the arrays are not two matrices with the same positive number of finite rows.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.deep_linear import check_assumptions
        >>> [a.id for a in check_assumptions(np.eye(3), np.eye(3)) if not a.holds]
        ['HA3']
    """
    data = spectrum(X, Y)
    singular = np.linalg.svd(np.asarray(X, dtype=np.float64), compute_uv=False)
    return Assumptions(
        (_full_inputs(data, singular), _full_targets(data), _distinct(data), _enough(data))
    )


def _full_inputs(data: DataSpectrum, singular: ndarray) -> Assumption:
    d_x, rank = data.num_inputs, data.input_rank
    smallest = float(singular[-1]) if len(singular) == d_x else 0.0
    ratio = smallest / float(singular[0]) if singular[0] > 0 else 0.0
    holds = rank == d_x
    condition = ratio**-2 if holds else float("inf")
    remark = (
        f"The condition number of XᵀX is {condition:.3g}."
        if holds
        else f"Reduced to the {rank} of {d_x} input directions that the samples reach: the index stays, "
        f"the nullity grows by d_1 times {d_x - rank}."
    )
    threshold = max(data.num_samples, d_x) * EPSILON
    return Assumption("HA1", "XᵀX has full rank", holds, ratio, threshold, remark)


def _full_targets(data: DataSpectrum) -> Assumption:
    d_y, sigma = data.num_outputs, data.sigma
    ratio = float(sigma[-1] / sigma[0]) if sigma[0] > 0 else 0.0
    holds = data.target_rank == d_y
    remark = (
        f"The smallest eigenvalue of Sigma is {ratio**2:.3g} of the largest."
        if holds
        else f"Only {data.target_rank} of {d_y} eigenvalues of Sigma are positive"
        + (
            f", and there are more outputs than the {data.input_rank} input directions."
            if d_y > data.input_rank
            else "."
        )
        + " Critical points still use positive eigenvalues only; counts follow the general formula."
    )
    threshold = data.target_threshold / float(sigma[0]) if sigma[0] > 0 else float("inf")
    return Assumption("HA2", "XᵀY has full rank and d_y ≤ d_x", holds, ratio, threshold, remark)


def _distinct(data: DataSpectrum) -> Assumption:
    values = data.eigenvalues
    gap = (
        float(np.min(-np.diff(values)) / values[0])
        if len(values) > 1 and values[0] > 0
        else float("inf")
    )
    if len(values) > 1 and values[0] == 0:
        gap = 0.0
    holds = gap > TIE_TOLERANCE
    remark = (
        "Index statements lose their meaning for perturbations of this size."
        if holds
        else "Ties are counted: the index uses strict inequalities only, each tied pair adds a zero."
    )
    return Assumption(
        "HA3", "The eigenvalues of Sigma are distinct", holds, gap, TIE_TOLERANCE, remark
    )


def _enough(data: DataSpectrum) -> Assumption:
    n, d_x = data.num_samples, data.num_inputs
    remark = "" if n >= d_x else "Fewer samples than inputs: the inputs were reduced."
    if data.input_rank == d_x:
        remark = "Implied by HA1."
    return Assumption(
        "HA4", "There are at least as many samples as inputs", n >= d_x, n / d_x, 1.0, remark
    )
