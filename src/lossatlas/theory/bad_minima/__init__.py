"""Bad local minima that can be written down: nonlinear networks have them, linear ones do not.

Each construction is a `Construction`: widths, activation, data, the parts W_1, b_1, ... of the minimum and of
a strictly lower point, both losses by formula, the reason why it is a minimum (`argument`) and whether it
is strict but for rescaling. Nothing here runs a network: that is the surfaces' part, and the proofs in
ball and rational arithmetic are `critical.prove_construction(c)`, which answers for every one of them::

    two_samples(PiecewiseLinear(1, s))   one unit, two samples; strict; exists exactly for s < 1/2
    dead_units(X, Y, rng=rng)            every unit inactive; flat, not strict
    linear_fit(X, Y, rng=rng)            any data that no affine function fits; not strict
    midpoint(SMOOTH["tanh"])             three samples, any of `SMOOTH` or two slopes; not strict
    all_constructions(rng)               one of each, the list that claim N3 goes through
    linear_counterpart(c)                the critical values of the linear network of that shape and data
    spurious_student(6)                  Safran & Shamir's minimum, on `surfaces.StudentTeacher(I, 6)`;
                                         strict, proved by `critical.prove_minimum` and `certify`

docs/theory/bad_minima.md has the proofs and what was confirmed of the papers.
"""

from ._activation import (
    SMOOTH as SMOOTH,
    PiecewiseLinear as PiecewiseLinear,
    Smooth as Smooth,
)
from ._construction import Argument as Argument, Construction as Construction
from ._dead_units import dead_units as dead_units
from ._linear import (
    LinearCounterpart as LinearCounterpart,
    linear_counterpart as linear_counterpart,
)
from ._list import all_constructions as all_constructions
from ._midpoint import (
    MidpointConditions as MidpointConditions,
    midpoint as midpoint,
    midpoint_conditions as midpoint_conditions,
    midpoint_data as midpoint_data,
)
from ._safran2018 import (
    SpuriousStudent as SpuriousStudent,
    arc_cosine_kernel as arc_cosine_kernel,
    linear_student_minimum as linear_student_minimum,
    spurious_student as spurious_student,
    student_teacher_loss as student_teacher_loss,
)
from ._two_samples import two_samples as two_samples
from ._yun2019 import linear_fit as linear_fit
