"""Ensembles: many networks of one architecture, trained together from their own seeds.

`train` takes M networks through the same samples, each in an order of its own, and returns their
ends, their losses on the way and what they spent. A network's way depends on its start and its seed
alone: not on its neighbours, not on how the ensemble is cut into parts.
"""

from ._engine import AbstractEngine as AbstractEngine
from ._learner import AbstractLearner as AbstractLearner, AbstractState as AbstractState
from ._orders import orders as orders
from ._rates import (
    AbstractRate as AbstractRate,
    Constant as Constant,
    Exponential as Exponential,
    InverseTime as InverseTime,
    Sampled as Sampled,
)
