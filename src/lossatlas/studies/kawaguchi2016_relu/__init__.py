"""Deep ReLU networks against the models that the theory puts in their place.

Claims K8 and K9 (Kawaguchi 2016: the reduction to a deep linear network, and how far its assumptions
are from true), C1 to C4 (Choromanska et al. 2015: the output as a sum over paths, the size of a
network, few distinct weights, uniform counts), G1 and G2 (Gaussian signals, random weights). Networks
of one to four hidden layers are trained on real digits and audited at the start, on the way and at
the end.
"""

from ._claims import CLAIMS as CLAIMS
from ._settings import (
    FamilyChoice as FamilyChoice,
    Kawaguchi2016ReluSettings as Kawaguchi2016ReluSettings,
)
from ._study import Kawaguchi2016Relu as Kawaguchi2016Relu
