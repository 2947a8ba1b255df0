"""Symmetric linear algebra: eigenvalues, densities, inertia and solves.

Knows operators and matrices, never losses. Every count of eigenvalues is three-valued: what lies
within the bound on the rounding error is undecided, and says so.
"""

from ._balls import (
    eigenvalue_enclosures as eigenvalue_enclosures,
    inertia_in_balls as inertia_in_balls,
)
from ._count_negative import NegativeCount as NegativeCount, count_negative as count_negative
from ._epperly2024xtrace import trace_xtrace as trace_xtrace
from ._extremal import Eigenpairs as Eigenpairs, extremal as extremal
from ._inertia import Inertia as Inertia, inertia as inertia
from ._kantorovich import (
    Inclusion as Inclusion,
    NoInclusion as NoInclusion,
    Obstacle as Obstacle,
    euclidean_norm as euclidean_norm,
    lower_float as lower_float,
    newton_kantorovich as newton_kantorovich,
    upper_float as upper_float,
)
from ._lanczos import Tridiagonal as Tridiagonal, tridiagonalise as tridiagonalise
from ._memory import available_memory as available_memory, forecast as forecast
from ._meyer2021hutchpp import trace_hutchpp as trace_hutchpp
from ._minres_qlp import QLPSolution as QLPSolution, Reason as Reason, minres_qlp as minres_qlp
from ._operator import (
    AbstractOperator as AbstractOperator,
    DenseOperator as DenseOperator,
    FunctionOperator as FunctionOperator,
    Projected as Projected,
    Shifted as Shifted,
)
from ._quadrature import SpectralDensity as SpectralDensity, spectral_density as spectral_density
from ._rational import (
    rational_inertia as rational_inertia,
    rational_matrix as rational_matrix,
    rational_rank as rational_rank,
)
from ._tensor_roots import TensorRoots as TensorRoots
from ._trace_estimate import TraceEstimate as TraceEstimate
