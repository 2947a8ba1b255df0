"""Choromanska et al. 2015, *The Loss Surfaces of Multilayer Networks*: the networks of section 5.

Claims C13 to C18: with width the losses of trained networks concentrate, training and test loss
decouple, the index at the end is small, descent is not worse than annealing, few values suffice for
the weights, and the mean loss follows exp(alpha n^beta). The paper trained 1000 networks a width on
digits of 10 x 10 pixels; what it does not state is a setting here, and the report names it.
"""

from ._claims import CLAIMS as CLAIMS
from ._settings import (
    AnnealingChoice as AnnealingChoice,
    Choromanska2015NetworksSettings as Choromanska2015NetworksSettings,
    ProtocolChoice as ProtocolChoice,
    WidthChoice as WidthChoice,
)
from ._study import Choromanska2015Networks as Choromanska2015Networks
