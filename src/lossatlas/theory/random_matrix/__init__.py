"""Facts on random matrices that spin glasses and networks are held against.

GOE in the standard scaling: diagonal entries of variance 1, the others of variance 1/2, so that
the bulk of a matrix of size N fills about [-sqrt(2N), sqrt(2N)].
"""

from ._edge_rate import edge_rate as edge_rate, edge_rate_at as edge_rate_at
from ._marchenko_pastur import (
    marchenko_pastur as marchenko_pastur,
    marchenko_pastur_edges as marchenko_pastur_edges,
    zero_share as zero_share,
)
from ._one_point import one_point_density as one_point_density
from ._outlier import Outlier as Outlier, outlier as outlier
from ._pennington_bahri import (
    critical_energy as critical_energy,
    left_edge as left_edge,
    negative_share as negative_share,
    wishart_plus_wigner as wishart_plus_wigner,
)
from ._semicircle import (
    semicircle as semicircle,
    semicircle_distribution as semicircle_distribution,
)
from ._spacings import (
    GOE_MEAN_RATIO as GOE_MEAN_RATIO,
    GOE_SURMISE_MEAN_RATIO as GOE_SURMISE_MEAN_RATIO,
    POISSON_MEAN_RATIO as POISSON_MEAN_RATIO,
    ratio_surmise as ratio_surmise,
    spacing_ratios as spacing_ratios,
    wigner_surmise as wigner_surmise,
)
