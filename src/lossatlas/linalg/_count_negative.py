"""The number of negative eigenvalues from products alone: an interval unless it is stable.

Deflation: lock the negative Ritz vectors Q, and look at A beside them. If Q^T A Q is negative
definite and A is positive on the complement of Q, then A has exactly as many negative eigenvalues
as Q has columns, however rough the vectors are: the Schur complement only adds to A there. So
vectors are locked long before they are exact, and fresh random blocks must then find nothing below
zero. The lower end of the interval holds by Cauchy's interlacing.
"""

from dataclasses import dataclass
from typing import final

import torch
from torch import Generator, Tensor

from lossatlas.errors import misuse

from ._extremal import Search, is_finite
from ._krylov import Goal
from ._operator import AbstractOperator

_LARGEST_BLOCK = 16
_AT_ONCE = 16
# Fresh random blocks that must find nothing below zero.
_CONFIRMATIONS = 2


@final
@dataclass(frozen=True)
class NegativeCount:
    """Three-valued counts from products alone; they sum to n.

    Attributes:
        negative: Eigenvalues below -shift, at least.
        undecided: Eigenvalues of which the products said nothing, or that lie within the shift.
        positive: Eigenvalues above the shift. When stable, all others: two sweeps from random
            blocks found nothing else, which is evidence and no proof. Else those that were seen.
        shift: Half the width of the band where signs are not told.
        stable: Whether fresh random sweeps found nothing below the upper end of the band.
        num_products: Products spent.
    """

    negative: int
    undecided: int
    positive: int
    shift: float
    stable: bool
    num_products: int

    @property
    def interval(self) -> tuple[int, int]:
        """The index lies between these two, both included."""
        return self.negative, self.negative + self.undecided


def count_negative(
    operator: AbstractOperator,
    generator: Generator,
    *,
    tolerance: float = 1e-8,
    error: float = 0.0,
    max_near_zero: int = 64,
    max_products: int | None = None,
) -> NegativeCount:
    """Count negative eigenvalues of an operator that is too large to factor.

    Args:
        operator: The operator A.
        generator: Draws the starts.
        tolerance: Half the width of the undecided band, as a share of ||A||; held to what the
            precision can give.
        error: A bound on the 2-norm of the error of the operator itself, added to the band.
        max_near_zero: Eigenvalues within the band that are counted one by one; with more of them
            everything not seen is undecided.
        max_products: Products to spend at most; when not given 2000 + 10 n.

    Returns:
        The counts, as an interval; all of it undecided where products are not finite.

    Raises:
        ValueError: If the tolerance or the error is negative.
        MemoryForecastError: If the Krylov basis does not fit into memory.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import DenseOperator, count_negative
        >>> A = DenseOperator(torch.diag(torch.tensor([3.0, -1.0, -1.0, 2.0]).double()))
        >>> count_negative(A, torch.Generator().manual_seed(0)).interval
        (2, 2)
    """
    if tolerance < 0 or error < 0:
        raise misuse(
            "tolerance, error",
            should="be at least 0",
            got=(tolerance, error),
            remedy="The band cannot have a negative width.",
        )
    if not is_finite(operator, generator):
        return NegativeCount(0, operator.size, 0, torch.nan, False, 1)
    eps = torch.finfo(operator.dtype).eps
    relative = max(tolerance, 30 * operator.size**0.5 * eps)
    budget = 2000 + 10 * operator.size if max_products is None else max_products
    search = Search(operator, generator, budget, num_products=1)
    stable = _deflate(search, relative, error, max_near_zero)
    values, _, _ = search.rayleigh_ritz()
    shift = relative * search.norm + error
    negative = int((values < -shift).sum())
    if stable:
        undecided = int((values.abs() <= shift).sum())
        positive = operator.size - negative - undecided
    else:
        positive = int((values > shift).sum())
        undecided = operator.size - negative - positive
    return NegativeCount(negative, undecided, positive, shift, stable, search.num_products)


def _deflate(search: Search, relative: float, error: float, max_near_zero: int) -> bool:
    """Lock all that is not surely positive; whether nothing else was found beside it."""
    block, near_zero, confirmed = 1, 0, 0

    def converged(values: Tensor, residuals: Tensor, norm: float) -> Tensor:
        # A locked vector with residual r moves the values near zero by about r^2 / |value|: that
        # is to stay within the band.
        band = relative * max(norm, search.norm)
        return residuals <= (0.03 * (band * values.abs()).sqrt()).clamp(min=0.5 * band)

    while True:
        band = relative * search.norm + error
        goal = Goal(_AT_ONCE, 2 * band, converged, max(search.budget - search.num_products, 1))
        values, count = search.run(block, goal, below=2 * band if search.norm else torch.inf)
        band = relative * search.norm + error
        if len(search.locked) == search.operator.size:
            return True
        if search.num_products >= search.budget:
            return False
        found = values[:count]
        confirmed = confirmed + 1 if count and found[0].item() > band else 0
        if confirmed == _CONFIRMATIONS:
            return True
        near_zero += int((found.abs() <= band).sum())
        if near_zero > max_near_zero:
            return False
        block = min(2 * block, _LARGEST_BLOCK)
