"""Ensembles: many networks of one architecture, trained together from their own seeds.

`train` takes M networks through the same samples, each in an order of its own, and returns their
ends, their losses on the way and what they spent. A network's way depends on its start and its seed
alone: not on its neighbours, not on how the ensemble is cut into parts.
"""

from ._annealing import Annealing as Annealing
from ._annealing_schedules import annealing_schedules as annealing_schedules
from ._engine import AbstractEngine as AbstractEngine
from ._forecast import forecast_bytes as forecast_bytes
from ._full_batch import FullBatch as FullBatch
from ._history import History as History, Progress as Progress
from ._kernel import KernelEngine as KernelEngine
from ._langevin import Langevin as Langevin
from ._learner import (
    AbstractLearner as AbstractLearner,
    AbstractState as AbstractState,
    gradient_evaluations as gradient_evaluations,
)
from ._orders import orders as orders
from ._rates import (
    AbstractRate as AbstractRate,
    Constant as Constant,
    Exponential as Exponential,
    InverseTime as InverseTime,
    Sampled as Sampled,
)
from ._sgd import SGD as SGD
from ._starts import (
    AbstractStarts as AbstractStarts,
    He as He,
    Layer as Layer,
    LinearDefault as LinearDefault,
    Normal as Normal,
    UniformCube as UniformCube,
    draw_starts as draw_starts,
)
from ._torch_engine import TorchEngine as TorchEngine
from ._train import train as train
from ._trained import Trained as Trained
from ._tune import Tuning as Tuning, tune as tune
