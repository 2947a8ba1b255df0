"""Critical points: found from thousands of starts at once, and classified.

`find` moves a batch of starts by a method (`Newton` towards any index, `ModeFollowing` towards one,
`TensorNewton` on spin glasses, `GradientNorm` down the squared gradient norm, `Descent` down the
loss) and says of each end whether it is critical, and if not, what it is. `classify` counts the
signs of the Hessian's eigenvalues there, with a bound on every error, and says which kind of point
that makes. `distinct` tells points apart up to symmetry, `certify` proves one, `enumerate_points`
finds all of a spin glass.
"""

from ._advance import AbstractAdvance as AbstractAdvance, Bold as Bold, LineSearch as LineSearch
from ._certificate import Certificate as Certificate, NotCertified as NotCertified
from ._certify import certify as certify, certify_batch as certify_batch
from ._classify import classify as classify, classify_batch as classify_batch
from ._critical_point import (
    CriticalPoint as CriticalPoint,
    Kind as Kind,
    LowerPoint as LowerPoint,
)
from ._descent import Descent as Descent
from ._distinct import Groups as Groups, distinct as distinct
from ._enumerate import (
    enumerate_points as enumerate_points,
    enumerate_points_batch as enumerate_points_batch,
)
from ._enumeration import Completeness as Completeness, Enumeration as Enumeration
from ._find import find as find
from ._found import Found as Found
from ._gradient_norm import GradientNorm as GradientNorm
from ._method import AbstractMethod as AbstractMethod, Arrival as Arrival
from ._minimum_proof import Argument as Argument, Lower as Lower, MinimumProof as MinimumProof
from ._mode_following import ModeFollowing as ModeFollowing
from ._multi_start import MultiStart as MultiStart
from ._newton import Newton as Newton
from ._polish import Polish as Polish
from ._polish_minima import PolishedMinima as PolishedMinima, polish_minima as polish_minima
from ._prove_construction import (
    ProvedConstruction as ProvedConstruction,
    known_surface as known_surface,
    prove_construction as prove_construction,
)
from ._prove_minimum import prove_lower as prove_lower, prove_minimum as prove_minimum
from ._screen_minima import MinimaScreen as MinimaScreen, screen_minima as screen_minima
from ._status import Status as Status
from ._steps import (
    AbstractStep as AbstractStep,
    MatrixFree as MatrixFree,
    NormalCholesky as NormalCholesky,
    PseudoInverse as PseudoInverse,
    ShiftedSolve as ShiftedSolve,
)
from ._tensor_newton import TensorNewton as TensorNewton
from ._track import Tracking as Tracking
