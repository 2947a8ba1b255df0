"""The seven statements under test, with the rule that decides each.

The first five are Theorem 2.3 and Corollary 2.4 of Kawaguchi 2016 (arXiv 1605.07110). The list of
critical values goes back to Baldi and Hornik 1989; the classification by tightened pivots is that
of Achour, Malgouyres and Gerchinovitz 2021 (arXiv 2107.13289). Rules were fixed before any number
was measured. Sigma is S_yx S_xx^{-1} S_xy, its eigenvalues are lambda_1 > ... > lambda_{d_y}; H is
the number of hidden layers, p the smallest hidden width, r the rank of the end-to-end matrix.
"""

from lossatlas.evidence import Claim

VALUE_TOLERANCE = 1e-8
UNLABELLED_SHARE = 0.01
RUNS_NEEDED = 500

_THEOREM = "Kawaguchi 2016, Theorem 2.3"

K1 = Claim(
    "K1",
    "The loss of a deep linear network is neither convex nor concave.",
    "Walking straight ahead on the loss surface, the slope sometimes grows and sometimes shrinks: "
    "it is neither a bowl nor a dome.",
    f"{_THEOREM} (i)",
    "On every network a point and a direction of positive curvature and a point and a direction "
    "of negative curvature are exhibited, each beyond its rounding error.",
)
K2 = Claim(
    "K2",
    "Every local minimum is a global minimum.",
    "Wherever every direction leads up, nothing lower exists anywhere.",
    f"{_THEOREM} (ii)",
    f"At least {RUNS_NEEDED} searches and {RUNS_NEEDED} descents on every network; every certified "
    "minimum has the global value ½ (‖Y‖² - sum of the r_max largest eigenvalues) within "
    f"{VALUE_TOLERANCE:g} of ½ ‖Y‖².",
)
K3 = Claim(
    "K3",
    "Every critical point that is not a global minimum is a saddle point.",
    "A place that is flat to first order and is not the lowest always has a way down.",
    f"{_THEOREM} (iii)",
    "Every constructed critical point that is not a global minimum has index > 0, or a descent "
    "from it is exhibited; no exception.",
)
K4 = Claim(
    "K4",
    "Where the product W_H⋯W_2 of the inner matrices has full rank p, the Hessian at every "
    "saddle point has a negative eigenvalue.",
    "As long as the inner layers lose no rank, curvature alone shows the way down from a saddle.",
    f"{_THEOREM} (iv)",
    "At every point with rank(W_H⋯W_2) = p that is not a global minimum the index is at least "
    "(p - r)(d_y - r) + inv(S) ≥ 1 and equals the exact index; no exception.",
)
K5 = Claim(
    "K5",
    "A network with one hidden layer has no bad saddle; deeper ones have saddles whose Hessian has "
    "no negative eigenvalue.",
    "Depth creates flat traps: places that are no minimum, but whose curvature shows no way down.",
    "Kawaguchi 2016, Corollary 2.4",
    "One hidden layer: every critical point that is no global minimum has index > 0. More: at W = 0 "
    "and at tightened points the Hessian has no negative eigenvalue, the loss is not the least, and "
    "the point is left downhill along a path whose loss falls with a power of at least 3.",
)
K6 = Claim(
    "K6",
    "A critical point has one of finitely many losses, ½ (‖Y‖² - the sum of a subset of the "
    "eigenvalues of Σ).",
    "The heights at which the surface can be flat form a short list that the data fix in advance.",
    "Baldi and Hornik 1989; Kawaguchi 2016, section 4; Achour, Malgouyres, Gerchinovitz 2021",
    f"Every critical point that a search found lies on the list within {VALUE_TOLERANCE:g} of "
    "½ ‖Y‖²; every labelled one has the index and nullity of its label; at most "
    f"{UNLABELLED_SHARE:.0%} stay unlabelled, each with its spectral gap.",
)
K7 = Claim(
    "K7",
    "Whether a critical point is a minimum, a strict saddle or a bad saddle, its index and its "
    "nullity, follow from ranks of products of its matrices.",
    "The kind of every flat place can be read off the matrices without computing a curvature.",
    "Achour, Malgouyres, Gerchinovitz 2021 (arXiv 2107.13289); index and nullity derived in "
    "docs/theory/deep_linear.md",
    "At every constructed point (all subsets, random arcs, random gauges) index, nullity and class "
    "computed from eigenvalue counts equal those predicted; no exception.",
)

CLAIMS = (K1, K2, K3, K4, K5, K6, K7)
