"""Facts on random matrices that spin glasses and networks are held against.

GOE in the standard scaling: diagonal entries of variance 1, the others of variance 1/2, so that
the bulk of a matrix of size N fills about [-sqrt(2N), sqrt(2N)].
"""

from ._one_point import one_point_density as one_point_density
from ._semicircle import (
    semicircle as semicircle,
    semicircle_distribution as semicircle_distribution,
)
