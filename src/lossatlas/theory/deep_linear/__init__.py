"""Deep linear networks: every critical point, its index and its class, in closed form.

Weights are lists [W_1, ..., W_L] of (d_k, d_{k-1}) matrices, samples are rows, the loss is
1/2 ||X (W_L ... W_1)^T - Y||^2. Eigenvalues of Sigma are counted from 0, the largest first.
Kawaguchi (2016); Achour, Malgouyres, Gerchinovitz (2021, arXiv 2107.13289); the normal form, the
arcs and the exact index and nullity are derived in docs/theory/deep_linear.md.
"""

from ._arcs import Arc as Arc, all_arcs as all_arcs, random_arcs as random_arcs
from ._assumptions import (
    Assumption as Assumption,
    Assumptions as Assumptions,
    check_assumptions as check_assumptions,
)
from ._balanced import (
    balanced_point as balanced_point,
    balanced_spectrum as balanced_spectrum,
    global_minimiser as global_minimiser,
)
from ._escape import (
    EscapePath as EscapePath,
    NoEscape as NoEscape,
    escape_direction as escape_direction,
)
from ._label import (
    Reason as Reason,
    Unlabelled as Unlabelled,
    label as label,
    label_on as label_on,
)
from ._normal_form import (
    NormalForm as NormalForm,
    assemble as assemble,
    critical_point as critical_point,
    draw_normal_form as draw_normal_form,
)
from ._orbit import orbit_dimension as orbit_dimension
from ._polynomial import line_polynomial as line_polynomial
from ._predict import Kind as Kind, Label as Label, predict as predict
from ._spectrum import DataSpectrum as DataSpectrum, spectrum as spectrum
from ._tightened import (
    Counts as Counts,
    core_has_full_rank as core_has_full_rank,
    counts_from_ranks as counts_from_ranks,
    index_lower_bound as index_lower_bound,
    is_tightened as is_tightened,
)
from ._values import (
    CriticalValue as CriticalValue,
    critical_value as critical_value,
    critical_values as critical_values,
    global_minimum as global_minimum,
)
