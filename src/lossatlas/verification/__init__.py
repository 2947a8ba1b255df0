"""The checker: every stored certificate proved again, by code that shares nothing with the search.

It imports python-flint and the standard library alone, reads a catalogue's file by itself and
trusts nothing in it. Roots are proved by Banach's theorem and indices by elimination, where
the certificates themselves come from Newton-Kantorovich and Gershgorin: two proofs of one statement.
Each statement is proved again, refuted (its opposite is proved), or undecided.
"""

from ._complete import check_complete as check_complete, num_classes as num_classes
from ._couplings import Couplings as Couplings
from ._finding import Finding as Finding, Outcome as Outcome
from ._minimum import MinimumClaim as MinimumClaim, check_minimum as check_minimum
from ._network import Network as Network
from ._network_point import (
    NetworkClaim as NetworkClaim,
    check_network_point as check_network_point,
)
from ._nonlinear_network import NonlinearNetwork as NonlinearNetwork
from ._point import PointClaim as PointClaim, check_point as check_point
from ._read import UnreadableCatalogueError as UnreadableCatalogueError
from ._verify import Statement as Statement, verify_catalogue as verify_catalogue
