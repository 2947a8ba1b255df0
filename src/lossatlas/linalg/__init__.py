"""Symmetric linear algebra: eigenvalues, densities, inertia and solves.

Knows operators and matrices, never losses. Every count of eigenvalues is three-valued: what lies
within the bound on the rounding error is undecided, and says so.
"""

from ._count_negative import NegativeCount as NegativeCount, count_negative as count_negative
from ._extremal import Eigenpairs as Eigenpairs, extremal as extremal
from ._inertia import Inertia as Inertia, inertia as inertia
from ._lanczos import Tridiagonal as Tridiagonal, tridiagonalise as tridiagonalise
from ._memory import available_memory as available_memory, forecast as forecast
from ._minres_qlp import QLPSolution as QLPSolution, Reason as Reason, minres_qlp as minres_qlp
from ._operator import (
    AbstractOperator as AbstractOperator,
    DenseOperator as DenseOperator,
    FunctionOperator as FunctionOperator,
    Projected as Projected,
    Shifted as Shifted,
)
from ._quadrature import SpectralDensity as SpectralDensity, spectral_density as spectral_density
