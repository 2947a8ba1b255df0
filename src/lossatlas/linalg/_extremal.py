"""Eigenpairs at an end of the spectrum, each as often as its multiplicity.

A first sweep of single-vector Lanczos finds the distinct lowest eigenvalues. Then sweeps with
blocks of twice the last size start at random beside the vectors locked so far, until one finds
nothing below the k-th: a copy that was missed would be the lowest eigenvalue there, and a random
block has a part along it. Values and residuals come from a last Rayleigh-Ritz step on all vectors.
"""

from dataclasses import dataclass, field
from typing import Literal, final

import torch
from jaxtyping import Bool, Float
from torch import Generator, Tensor

from lossatlas.errors import misuse

from ._krylov import Goal, sweep
from ._operator import AbstractOperator, FunctionOperator
from ._trace_estimate import gaussian

_LARGEST_BLOCK = 16
# Up to this size, or four times the pairs asked for, n products cost no more than a search.
_SMALL = 32


@final
@dataclass(frozen=True, eq=False)
class Eigenpairs:
    """Eigenvalues at one end of the spectrum with a basis of eigenvectors.

    Attributes:
        values: The k eigenvalues, from the end of the spectrum inwards.
        vectors: Orthonormal columns.
        residuals: ||A q - lambda q|| of each; an eigenvalue of A lies within it of the value.
        converged: Whether each residual is within the tolerance and the verifying sweep found no
            eigenvalue that should come before.
        num_products: Products spent, blocks counted column by column.
    """

    values: Float[Tensor, " k"]
    vectors: Float[Tensor, "n k"]
    residuals: Float[Tensor, " k"]
    converged: Bool[Tensor, " k"]
    num_products: int


def extremal(
    operator: AbstractOperator,
    k: int,
    *,
    which: Literal["smallest", "largest"] = "smallest",
    generator: Generator | None = None,
    tolerance: float = 1e-8,
    max_products: int | None = None,
) -> Eigenpairs:
    """Find the k smallest or largest eigenvalues, multiplicities included.

    Args:
        operator: The operator A.
        k: How many.
        which: The end of the spectrum, by sign: "smallest" is the most negative.
        generator: Draws the starts; without one the starts are the same in every call.
        tolerance: A pair is converged when its residual is at most this times ||A||; held to what
            the precision can give.
        max_products: Products to spend at most; when not given 100 (k + 10) + 10 n.

    Returns:
        The pairs found; `converged` says which can be relied on. Products that are not finite give
        NaN values, none converged.

    Raises:
        ValueError: If `k` is not between 1 and n, or `which` is not an end of the spectrum.
        MemoryForecastError: If the Krylov basis does not fit into memory.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import DenseOperator, extremal
        >>> A = DenseOperator(torch.diag(torch.tensor([3.0, -1.0, -1.0, 2.0]).double()))
        >>> pairs = extremal(A, 2, which="smallest")
        >>> [round(x, 6) for x in pairs.values.tolist()]
        [-1.0, -1.0]
    """
    if not 1 <= k <= operator.size or which not in ("smallest", "largest"):
        raise misuse(
            "k, which",
            should=f"be between 1 and {operator.size}, 'smallest' or 'largest'",
            got=(k, which),
            remedy="`inertia` and `spectral_density` look at the whole spectrum.",
        )
    generator = generator or Generator(operator.device).manual_seed(0)
    if not is_finite(operator, generator):
        return _not_finite(operator, k)
    if operator.size <= max(4 * k, _SMALL):
        return _dense_pairs(operator, k, which)
    sign = 1.0 if which == "smallest" else -1.0
    lower = operator if which == "smallest" else _negated(operator)
    budget = 100 * (k + 10) + 10 * operator.size if max_products is None else max_products
    search = Search(lower, generator, budget, num_products=1)
    eps = torch.finfo(operator.dtype).eps
    relative = max(tolerance, 30 * operator.size**0.5 * eps)
    verified = _lowest(search, k, relative)
    values, vectors, residuals = search.rayleigh_ritz(k)
    converged = (residuals <= 2 * relative * search.norm) & verified
    return Eigenpairs(sign * values, vectors, residuals, converged, search.num_products)


def is_finite(operator: AbstractOperator, generator: Generator) -> bool:
    """Whether the product with a random vector is finite: one NaN in a matrix reaches its row."""
    return bool((operator @ gaussian(operator, 1, generator)).isfinite().all())


def _not_finite(operator: AbstractOperator, k: int) -> Eigenpairs:
    empty = torch.full((operator.size, k), torch.nan, dtype=operator.dtype, device=operator.device)
    nan = empty.new_full((k,), torch.nan)
    return Eigenpairs(nan, empty, nan, torch.zeros_like(nan, dtype=torch.bool), 1)


def _dense_pairs(operator: AbstractOperator, k: int, which: str) -> Eigenpairs:
    """The k pairs from the whole matrix, for n products."""
    A = operator.dense()
    A = (A + A.T) / 2
    values, vectors = torch.linalg.eigh(A)
    if which == "largest":
        values, vectors = values.flip(0), vectors.flip(1)
    values, vectors = values[:k], vectors[:, :k]
    residuals = (A @ vectors - vectors * values).norm(dim=0)
    converged = torch.ones_like(values, dtype=torch.bool)
    return Eigenpairs(values, vectors, residuals, converged, 1 + operator.size)


@dataclass(eq=False)
class Search:
    """Vectors locked so far and what they cost; it lives for one call.

    Attributes:
        operator: The operator A.
        generator: Draws the starts.
        budget: Products that may be spent.
        locked: Orthonormal rows.
        norm: A lower estimate of ||A||.
        num_products: Products spent.
    """

    operator: AbstractOperator
    generator: Generator
    budget: int
    locked: Float[Tensor, "l n"] = field(init=False)
    norm: float = 0.0
    num_products: int = 0

    def __post_init__(self) -> None:
        self.locked = torch.empty(
            0, self.operator.size, dtype=self.operator.dtype, device=self.operator.device
        )

    def run(
        self, block: int, goal: Goal, *, below: float = torch.inf
    ) -> tuple[Float[Tensor, " m"], int]:
        """One sweep beside the locked vectors; its converged vectors below a value are locked too.

        Once the budget is spent the unconverged ones are locked as well, so that the search gives
        back as many as were asked for.
        """
        found = sweep(self.operator, self.locked, self.generator, block=block, goal=goal)
        self.num_products += found.num_products
        self.norm = max(self.norm, found.norm)
        spent = self.num_products >= self.budget
        count = len(found.vectors) if spent else found.num_converged
        wanted = spent | (found.values[:count] < below)
        fresh = found.vectors[:count][wanted]
        self.locked = torch.linalg.qr(torch.cat([self.locked, fresh]).T).Q.T
        return found.values, found.num_converged

    def rayleigh_ritz(
        self, k: int | None = None
    ) -> tuple[Float[Tensor, " k"], Float[Tensor, "n k"], Float[Tensor, " k"]]:
        """The lowest values, vectors and residuals within the locked space, by fresh products."""
        Q = self.locked.T
        AQ = self.operator.matmat(Q)
        self.num_products += Q.shape[1]
        T = Q.T @ AQ
        values, Y = torch.linalg.eigh((T + T.T) / 2)
        values, Y = values[:k], Y[:, :k]
        vectors = Q @ Y
        return values, vectors, (AQ @ Y - vectors * values).norm(dim=0)


def _lowest(search: Search, k: int, relative: float) -> bool:
    """Lock the k lowest eigenvectors; whether a last sweep found none before them."""
    ceiling, block = torch.inf, 1

    def converged(values: Tensor, residuals: Tensor, norm: float) -> Tensor:
        # Far above the ceiling it is enough to know that a value is above it.
        enough = (0.1 * (values - ceiling)).clamp(min=relative * max(norm, search.norm))
        return residuals <= enough

    while True:
        goal = Goal(k, ceiling, converged, max(search.budget - search.num_products, 1))
        before = len(search.locked)
        values, count = search.run(block, goal, below=ceiling)
        slack = 2 * relative * search.norm
        if len(search.locked) == search.operator.size:
            return True
        if search.num_products >= search.budget:
            return False
        if before and count and values[0].item() >= ceiling - slack:
            return True
        if len(search.locked) >= k:
            ceiling = search.rayleigh_ritz(k)[0][-1].item()
            block = min(2 * block, _LARGEST_BLOCK)


def _negated(operator: AbstractOperator) -> AbstractOperator:
    return FunctionOperator(
        operator.size, lambda V: -operator.matmat(V), dtype=operator.dtype, device=operator.device
    )
