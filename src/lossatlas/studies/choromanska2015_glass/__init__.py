"""Choromanska et al. 2015, *The Loss Surfaces of Multilayer Networks*: the spin-glass side.

Claims C5, C7, C11, C12 and C23: the reduced loss is the Hamiltonian of a spherical spin glass and
homogeneous of the degree of its depth; its minima lie in a band; descents end ever closer to the
band's upper edge; deep minima are walled in. Each is held against exact numbers at finite size,
because the paper's statements are limits and its sizes are finite.
"""

from ._claims import CLAIMS as CLAIMS
from ._settings import (
    Choromanska2015GlassSettings as Choromanska2015GlassSettings,
    EnumerationChoice as EnumerationChoice,
    NetworkChoice as NetworkChoice,
    SearchChoice as SearchChoice,
    SizeChoice as SizeChoice,
)
from ._study import Choromanska2015Glass as Choromanska2015Glass
