"""Spherical spin glasses: mean numbers of critical points by the Kac-Rice formula, and levels.

H(w) = N^{-(p-1)/2} sum J_{i1..ip} w_i1 ... w_ip on the sphere |w|^2 = N, J of independent standard
normal entries. An energy is per spin, u = H/N; w and -w are both counted. Auffinger, Ben Arous,
Cerny (2013, arXiv 1003.1129); derived in docs/theory/kac_rice.md.
"""

from ._complexity import complexity as complexity, crisanti_sommers as crisanti_sommers
from ._energies import (
    energy_moments as energy_moments,
    energy_rule as energy_rule,
    mean_energy_of_minima as mean_energy_of_minima,
)
from ._every_index import mean_counts_by_index as mean_counts_by_index
from ._ground_state_law import (
    GroundStateLaw as GroundStateLaw,
    ground_state_law as ground_state_law,
)
from ._index_fraction import (
    bulk as bulk,
    energy_at_index_fraction as energy_at_index_fraction,
    index_fraction as index_fraction,
)
from ._index_law import index_law as index_law
from ._mean_count import (
    MeanCount as MeanCount,
    mean_count as mean_count,
    mean_count_report as mean_count_report,
)
from ._minima_excess import minima_excess as minima_excess
from ._monte_carlo import (
    MonteCarloCount as MonteCarloCount,
    mean_count_estimate as mean_count_estimate,
)
from ._network_size import NetworkSize as NetworkSize, network_size as network_size
from ._sharp import sharp_count as sharp_count
from ._thresholds import (
    barrier_bound as barrier_bound,
    ground_state as ground_state,
    layer as layer,
    threshold as threshold,
)
