"""Dynamics: where trajectories go from their starts, many replicas at once.

`run` moves a batch of replicas on a surface by a method and returns their ends, what they cost in
energy evaluations, and their losses on the way. A method is an object with its settings; randomness
is a generator; the surface's manifold, flat or curved, says what a step is. Whether an end is a
critical point is another room's question.
"""

from ._adaptive_descent import AdaptiveDescent as AdaptiveDescent
from ._annealing import Annealing as Annealing
from ._cooling import (
    AbstractCooling as AbstractCooling,
    Constant as Constant,
    Geometric as Geometric,
    Linear as Linear,
)
from ._ends import Ends as Ends
from ._gradient_descent import GradientDescent as GradientDescent
from ._history import History as History, Progress as Progress
from ._langevin import Langevin as Langevin
from ._method import AbstractDynamics as AbstractDynamics, Journey as Journey
from ._run import run as run
from ._run_together import run_together as run_together
from ._schedules import (
    annealing_schedules as annealing_schedules,
    langevin_schedules as langevin_schedules,
    stochastic_schedules as stochastic_schedules,
)
from ._stochastic_descent import StochasticDescent as StochasticDescent
from ._together import AbstractTogether as AbstractTogether
from ._tune import Tuning as Tuning, tune as tune
