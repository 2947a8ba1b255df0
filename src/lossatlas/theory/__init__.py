"""What theory predicts, computed without looking at any surface.

Numpy in, numpy out: a formula must be able to be wrong on its own, so nothing here evaluates a
network. `deep_linear` knows every critical point of a deep linear network, `kac_rice` the mean numbers
of critical points of a spherical spin glass, `random_matrix` the laws of its Hessians, `relu_paths`
what the paths of a ReLU network do, from its weights and a sample, `bad_minima` the local minima that
nonlinear networks have and linear ones do not.
"""

from . import (
    bad_minima as bad_minima,
    deep_linear as deep_linear,
    kac_rice as kac_rice,
    random_matrix as random_matrix,
    relu_paths as relu_paths,
)
