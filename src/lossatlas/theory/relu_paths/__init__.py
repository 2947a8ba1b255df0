"""The paths of a ReLU network: how many there are, what they carry, and how their gates behave.

A bias-free ReLU network's output is a sum over paths of an input, a gate and a product of weights.
Both papers replace the gates by coins and the rest by something simpler. Here every statistic that
this rests on is computed over *all* paths, by dynamic programming: none is listed, none is left
out. Choromanska et al. (2015, arXiv 1412.0233), Kawaguchi (2016, arXiv 1605.07110); derived in
docs/theory/relu_paths.md.
"""

from ._counts import PathCounts as PathCounts, counts as counts
from ._gates import Gates as Gates, gates as gates
from ._kernel import kernel as kernel
from ._moment import Moment as Moment, moment as moment
from ._outputs import linear_outputs as linear_outputs, outputs as outputs
from ._paths import ListedPaths as ListedPaths, Paths as Paths, listed as listed
from ._quantised import (
    Quantised as Quantised,
    disagreement as disagreement,
    quantised as quantised,
)
from ._sample import sample as sample
from ._statistics import PathStatistics as PathStatistics, statistics as statistics
from ._theorems import (
    SignAgreement as SignAgreement,
    largest_mean as largest_mean,
    least_sign_correlation as least_sign_correlation,
    sharp_uniformity_bound as sharp_uniformity_bound,
    sign_agreement as sign_agreement,
    sign_bound as sign_bound,
    uniformity_bound as uniformity_bound,
)
from ._tuples import TupleCounts as TupleCounts, tuple_counts as tuple_counts
