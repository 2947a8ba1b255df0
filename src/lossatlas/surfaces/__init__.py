"""Loss surfaces: loss, gradient, Hessian products and Hessian of a flat vector of parameters.

Every surface takes points `(..., P)` with any leading batch axes. The papers' own surfaces are
closed forms in matrix products; automatic differentiation serves a user's own module.
"""

from ._activations import (
    AbstractActivation as AbstractActivation,
    Identity as Identity,
    LeakyReLU as LeakyReLU,
    ReLU as ReLU,
    Softplus as Softplus,
    Tanh as Tanh,
)
from ._criteria import (
    AbsoluteError as AbsoluteError,
    AbstractCriterion as AbstractCriterion,
    CrossEntropy as CrossEntropy,
    Hinge as Hinge,
    SquaredError as SquaredError,
)
from ._deep_linear import DeepLinear as DeepLinear
from ._determinism import NondeterministicLossError as NondeterministicLossError
from ._enclosed import enclosure as enclosure
from ._enclosed_spin_glass import EnclosedSpinGlass as EnclosedSpinGlass
from ._enclosure import (
    AbstractEnclosure as AbstractEnclosure,
    EnclosedPoint as EnclosedPoint,
    Unproved as Unproved,
)
from ._even_minimum import (
    EvenMinimum as EvenMinimum,
    even_minimum as even_minimum,
    midpoint_loss as midpoint_loss,
)
from ._flat_directions import (
    ActivationPatterns as ActivationPatterns,
    FlatDirections as FlatDirections,
    activation_patterns as activation_patterns,
    alone_on_kinks as alone_on_kinks,
    flat_directions as flat_directions,
    reaching_samples as reaching_samples,
)
from ._gate_agreement import (
    Estimate as Estimate,
    GateAgreement as GateAgreement,
    gate_agreement as gate_agreement,
)
from ._gated_expected import GatedExpected as GatedExpected
from ._gated_linear import GatedLinear as GatedLinear
from ._gates import AbstractGates as AbstractGates
from ._held_kinks import (
    HeldKinks as HeldKinks,
    Inside as Inside,
    held_kinks as held_kinks,
    pre_activation_slopes as pre_activation_slopes,
)
from ._manifold import AbstractManifold as AbstractManifold, Flat as Flat
from ._module import Module as Module
from ._passes_in_balls import slope_below as slope_below
from ._path_gates import PathGates as PathGates
from ._perceptron import Perceptron as Perceptron
from ._perceptron_minimum import (
    EnclosedMinimum as EnclosedMinimum,
    enclosed_loss as enclosed_loss,
    enclosed_minimum as enclosed_minimum,
)
from ._rational_deep_linear import (
    rational_gradient as rational_gradient,
    rational_hessian as rational_hessian,
)
from ._sigma_enclosure import sigma_enclosure as sigma_enclosure
from ._sphere import Sphere as Sphere
from ._spin_glass import SpinGlass as SpinGlass
from ._student_teacher import StudentTeacher as StudentTeacher
from ._surface import AbstractSurface as AbstractSurface
from ._unit_gates import UnitGates as UnitGates
