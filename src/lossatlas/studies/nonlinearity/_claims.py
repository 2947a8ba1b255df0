"""The four statements under test, with the rule that decides each; fixed before any was measured.

Shapes and sample sizes were chosen after looking at a few hundred descents of 2-2-1, 3-2-1, 3-4-1 and
5-4-3-3 networks. One thing was settled after a first run at small size: of the identity, ends at the
global value count among those that say something. There it held for all 200 ends of a 3-2-1 network, none of
which passes for a minimum, since its minima form a manifold that is larger than the orbit. Trends are those of `studies/_trend.py`, but for shares that
have reached zero, which cannot fall any further.
"""

from lossatlas.evidence import Claim
from lossatlas.studies._trend import CONFIDENCE

from ._story import BACKGROUND, WORDS

SEARCHES_NEEDED = 200
IDENTIFIED_SHARE_NEEDED = 0.5
VALUE_TOLERANCE = 1e-8
SLOPES_NEEDED = 5
WIDTHS_NEEDED = 4
SMOOTH = ("tanh", "softplus")
BEST_PRESET = "the preset `standard` has them"

_SHARES = (
    'An end is "at the best known value" if its loss lies within '
    f"{VALUE_TOLERANCE:g} of ½ ‖Y‖² from the lowest loss that any search of the network found (the "
    'global value, for the identity). It is in a "bad minimum" if it is proved in ball arithmetic to '
    "be a local minimum, and a point of strictly lower loss is exhibited, both losses enclosed; ends "
    "of the same loss and activation pattern are one minimum, proved once. All others (on plateaus, "
    "at kinks, on their way, not proved) are the third share and never called bad."
)

N1 = Claim(
    "N1",
    "Bad local minima of deep ReLU networks are due to the nonlinearity alone: the linear network of "
    "the same shape on the same data has none.",
    "Without a bend in its activation a network has no bad minimum; with one it can have some.",
    "Kawaguchi 2016 (arXiv 1605.07110), Theorem 2.3 (ii), and what it says of ReLU in section 3",
    f"At least {SEARCHES_NEEDED} searches of a network with the identity, of which "
    f"{IDENTIFIED_SHARE_NEEDED:.0%} end at the global value or in points that pass for minima (critical "
    "to rounding, no negative eigenvalue, none near zero beyond the symmetry's), and as many of the "
    "network with ReLU. With the identity none of these lies above the global value or below it, and none "
    "is proved bad. With ReLU at "
    f"least one end of some network is a proved bad minimum. {_SHARES}",
    BACKGROUND,
    WORDS,
)
N2 = Claim(
    "N2",
    "How often searches end in bad minima depends on the activation, and without a bend they never do.",
    "Without a bend no search gets stuck; with one some do, more or fewer by how sharp it is.",
    "A reading of Kawaguchi 2016 (arXiv 1605.07110), which puts no number on it",
    f"For some network at least {SLOPES_NEEDED} slopes of leaky ReLU, 1 (the identity) and 0 (ReLU) "
    f"among them, and {' and '.join(SMOOTH)}, with at least {SEARCHES_NEEDED} searches each from the "
    "same starts. No search at slope 1 ends in a bad minimum. The curve itself is reported, with 95 % "
    f"intervals after Wilson 1927, and is not judged. {_SHARES}",
)
N3 = Claim(
    "N3",
    "Bad minima of networks with bends can be written down, and each is a minimum by proof; the "
    "linear network of the same shape has none.",
    "Bad minima can be built on purpose, each with its proof, and each is gone once the bends are.",
    "Constructions of the literature, each with its source in its record",
    "Every construction is proved in ball arithmetic to be a local minimum (strict but for the "
    "symmetry, or said not to be, as with dead units), and a point of strictly lower loss is exhibited, "
    "both losses enclosed. No exception. For the linear network of the same shape on the same data the "
    "least loss is known by theorem, and no search of it that ends in a minimum lies above it.",
)
N4 = Claim(
    "N4",
    "Larger networks meet fewer bad minima.",
    "The more units a network has, the fewer of its searches get stuck.",
    "A reading of Choromanska et al. 2015 (arXiv 1412.0233); for students and teachers "
    "Safran and Shamir 2018 (arXiv 1712.08968)",
    f"In every family of ReLU networks with one hidden layer of at least {WIDTHS_NEEDED} widths, with at "
    f"least {SEARCHES_NEEDED} searches each, the share of searches that end in bad minima falls with the "
    "width, and so does the share of all ends above the best known value, which holds the bad minima "
    "that could not be proved. A share falls if its measured value falls from each width to the next, or "
    f"is zero at both, and the {CONFIDENCE:.0%} bootstrap interval, over searches, of its slope against "
    "the logarithm of the width lies below zero; an interval above zero, of the slope or of one step, "
    f"fails the claim; anything between leaves it open. {_SHARES}",
)

CLAIMS = (N1, N2, N3, N4)
