"""The five statements under test, with the rule that decides each.

All are of Choromanska, Henaff, Mathieu, Ben Arous, LeCun 2015 (arXiv 1412.0233); what stands behind
them is Auffinger, Ben Arous, Cerny 2013 (arXiv 1003.1129). Rules were fixed before any number was
measured; how many couplings a trend needs was settled after first runs. Lambda is the number of
spins (N elsewhere), p the order, u = H / Lambda the energy per spin, E_inf = 2 sqrt((p - 1) / p) the
threshold, E_k the layer of index k.
"""

from lossatlas.evidence import Claim

DEVIATIONS = 4.0
"""Standard errors within which a mean over independent disorders meets its exact value."""
REFERENCE_DEVIATIONS = 3.0
"""The same for descents against the reference table."""
GAP, GAP_TOLERANCE = 1.2, 0.1
GAP_SIZES = (20, 250)
"""Sizes between which the scaled gap of the minima is held against 1.2."""
EPSILON = 0.2
INSTANCES_NEEDED = 30
RUNS_NEEDED = 1000
DISORDERS_NEEDED = {25: 100, 50: 100, 100: 100, 200: 20, 250: 20, 500: 20}
LEVEL_TOLERANCE = 1e-6
HOMOGENEITY_TOLERANCE = 1e-8
BROKEN_BEYOND = 1e-3
BEST_PRESET = "the preset `paper` has them"

_PAPER = "Choromanska et al. 2015 (arXiv 1412.0233)"

C5 = Claim(
    "C5",
    "The reduced loss is the Hamiltonian of a spherical p-spin glass: a centred Gaussian field whose "
    "covariance is Λ R^p, R the overlap of two points.",
    "The simplified loss is the energy of a magnet with random couplings, and how alike two of its "
    "values are depends only on the angle between the points.",
    f"{_PAPER}, section 3.4 and equation (8); with p = the number of weight layers",
    f"At every order, size and overlap that is sampled, the mean of H(s) H(t) over independent "
    f"couplings lies within {DEVIATIONS:g} standard errors of Λ R^p.",
)
C7 = Claim(
    "C7",
    "Critical points of fixed index, minima among them, lie below the threshold -Λ (E_∞ - ε), for "
    "every ε > 0 as Λ grows.",
    "The places where descents can stop gather in a narrow band of low energies. At any size that "
    "can be computed they stop just above it.",
    f"{_PAPER}, section 4.2, after Auffinger, Ben Arous, Černý 2013, Theorem 2.14",
    f"On completely enumerated instances (at least {INSTANCES_NEEDED}) the mean energy of all minima "
    f"lies within {DEVIATIONS:g} standard errors of the exact curve; on the exact curve the gap to "
    f"-E_∞ is {GAP:g} ± {GAP_TOLERANCE:g} over √Λ between Λ = {GAP_SIZES[0]} and {GAP_SIZES[1]}, and "
    f"the share of minima below -(E_∞ - {EPSILON:g}) grows with Λ. The literal statement, with ε = 0, "
    "is checked too and must come out false at every size: most minima lie above -E_∞.",
)
C11 = Claim(
    "C11",
    "To leave a deep minimum for a deeper or a like one, a path must climb a barrier: up to the "
    "lowest saddle of index 1 that joins them, at least Λ (E_0 - E_1) in the limit.",
    "Good valleys are walled in, and the lowest pass between two of them can be computed exactly.",
    f"{_PAPER}, section 4.3",
    "On instances whose points are proved complete, the graph of the descents from every saddle of "
    "index 1 joins all minima, and an elastic band between each pair of minima reaches the exact "
    f"minimax level of the graph within {LEVEL_TOLERANCE:g}; misses are counted and each is an "
    "exception. The barrier of the deepest minimum is compared with Λ (E_0 - E_1); the comparison "
    "enters no ruling, since the bound is asymptotic.",
)
C12 = Claim(
    "C12",
    "The energies per spin at which descents end concentrate as Λ grows: their spread falls, and "
    "their mean falls to -E_∞ from above.",
    "In a large system it does not matter where training starts: all descents end almost equally low.",
    f"{_PAPER}, section 5.3 and Figure 3 (left)",
    f"At least {RUNS_NEEDED} descents at each Λ of {', '.join(map(str, DISORDERS_NEEDED))}, over at "
    "least 100 independent couplings to Λ = 100 and 20 above; for gradient and stochastic descent "
    "the standard deviation falls from each Λ to the next and so does the mean, which stays above "
    f"-E_∞; for gradient descent the mean lies within {REFERENCE_DEVIATIONS:g} standard errors, "
    "clustered by couplings, of the reference at equal Λ.",
)
C23 = Claim(
    "C23",
    "The output of a network without biases, and the reduced loss, is a homogeneous function of the "
    "weights whose degree is the depth.",
    "Doubling every weight of a network of three layers multiplies its output by eight.",
    f"{_PAPER}, section 3.1 and equation (8)",
    "f(c w) = c^H f(w), H the number of weight layers, for ReLU and linear networks without biases on "
    "real digits at random widths, and for the reduced loss, within "
    f"{HOMOGENEITY_TOLERANCE:g} relatively and without exception; with biases and with a softmax it "
    f"is broken by more than {BROKEN_BEYOND:g}.",
)

CLAIMS = (C5, C7, C11, C12, C23)
