"""Spectral density by stochastic Lanczos quadrature.

For a start v, the eigenvalues of T and the squared first components of its eigenvectors are the
Gauss rule of the measure sum_i (v . q_i)^2 delta(lambda_i) (Golub & Meurant 2010, chapter 6). Its
mean over random v is the density of eigenvalues (Ubaru, Chen & Saad 2017; Ghorbani et al. 2019).
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.errors import misuse

from ._lanczos import tridiagonal_matrix, tridiagonalise_many
from ._operator import AbstractOperator

# Numbers in the bases of runs that move together; past this a block costs memory, not time.
_LARGE = 20_000_000


@final
@dataclass(frozen=True, eq=False)
class SpectralDensity:
    """A probability measure on finitely many nodes, standing for the spectrum."""

    nodes: Float[Tensor, " k"]
    weights: Float[Tensor, " k"]

    def moment(self, order: int) -> Float[Tensor, ""]:
        """The mean of x^order; order 1 estimates trace(A) / n."""
        return self.weights @ self.nodes**order

    def mass_below(self, level: float) -> Float[Tensor, ""]:
        """The share of eigenvalues below a level. It is an estimate: never an index."""
        return self.weights[self.nodes < level].sum()

    def smoothed(self, grid: Float[Tensor, " g"], width: float) -> Float[Tensor, " g"]:
        """The density on a grid, every node spread to a Gaussian of a standard deviation."""
        z = (grid[:, None] - self.nodes) / width
        bumps: Tensor = torch.exp(-(z**2) / 2) / (width * (2 * torch.pi) ** 0.5)
        return bumps @ self.weights


def spectral_density(
    operator: AbstractOperator,
    generator: Generator,
    *,
    num_steps: int = 80,
    num_runs: int = 10,
) -> SpectralDensity:
    """Estimate the density of eigenvalues.

    Args:
        operator: The operator A.
        generator: Draws the start vectors.
        num_steps: Lanczos steps a run: how fine the density is resolved. At most n are taken.
        num_runs: Independent runs: how small the Monte Carlo error is.

    Returns:
        The pooled rules; the weights sum to one.

    Raises:
        ValueError: If a number of steps or runs is below 1.
        MemoryForecastError: If the Krylov bases do not fit into memory.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import DenseOperator, spectral_density
        >>> A = DenseOperator(torch.diag(torch.tensor([-1.0, 2.0, 2.0, 5.0])))
        >>> density = spectral_density(A, torch.Generator().manual_seed(0), num_runs=500)
        >>> round(density.mass_below(0.0).item(), 1)
        0.2
    """
    if num_steps < 1 or num_runs < 1:
        raise misuse(
            "num_steps, num_runs",
            should="be at least 1",
            got=(num_steps, num_runs),
            remedy="80 steps and 10 runs show the bulk and the outliers.",
        )
    n, steps = operator.size, min(num_steps, operator.size)
    at_once = max(1, min(num_runs, _LARGE // (steps * n)))
    rules = []
    for first in range(0, num_runs, at_once):
        r = min(at_once, num_runs - first)
        starts = torch.randn(
            r, n, generator=generator, dtype=operator.dtype, device=generator.device
        ).to(operator.device)
        _, diagonal, off_diagonal = tridiagonalise_many(operator, starts, steps)
        rules.append(_gauss_rules(diagonal, off_diagonal))
    nodes = torch.cat([values.flatten() for values, _ in rules])
    weights = torch.cat([shares.flatten() for _, shares in rules]) / num_runs
    return SpectralDensity(nodes, weights)


def _gauss_rules(
    diagonal: Float[Tensor, "r m"], off_diagonal: Float[Tensor, "r m-1"]
) -> tuple[Float[Tensor, "r m"], Float[Tensor, "r m"]]:
    """Nodes and weights of each run; NaN where its products were not finite."""
    T = tridiagonal_matrix(diagonal, off_diagonal)
    finite = T.isfinite().all(-1).all(-1)[:, None]
    nodes, vectors = torch.linalg.eigh(torch.where(finite[..., None], T, 0.0))
    return (
        torch.where(finite, nodes, torch.nan),
        torch.where(finite, vectors[:, 0].square(), torch.nan),
    )
