"""The statement under test, with the rule that decides it; fixed before anything was measured."""

from lossatlas.evidence import Claim

DEPTHS = (1, 2, 3, 4, 5)
DESCENTS_NEEDED = 200
CERTIFIED_SHARE_NEEDED = 0.5
VALUE_TOLERANCE = 1e-8
BEST_PRESET = "the preset `standard` has them"

D1 = Claim(
    "D1",
    "Depth does not create bad minima in linear networks: no descent ends in a minimum above the "
    "global value.",
    "However many linear layers are stacked, rolling downhill leads to the very bottom: depth digs "
    "no hole halfway.",
    "Kawaguchi 2016 (arXiv 1605.07110), Theorem 2.3 (ii), for one to five hidden layers",
    f"For each number of hidden layers from {DEPTHS[0]} to {DEPTHS[-1]}, at about a fixed number of "
    f"weights, at least {DESCENTS_NEEDED} descents, of which at least {CERTIFIED_SHARE_NEEDED:.0%} "
    "certified. An end is certified if it is critical, its gradient leaves the loss uncertain by less "
    "than the tolerance, and `critical.classify` decides its kind. Every certified end, saddles too, "
    f"has the global value within {VALUE_TOLERANCE:g} of ½ ‖Y‖², and where the theory's label names a "
    "certified end it names a global minimum; no exception. Ends that are not certified are counted "
    "and not judged.",
)

CLAIMS = (D1,)
