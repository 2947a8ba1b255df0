"""What the paper says of trained networks, to a newcomer, and what decides it.

All are of Choromanska, Henaff, Mathieu, Ben Arous, LeCun 2015 (arXiv 1412.0233), section 5. Rules
were fixed before any number was measured, but for the tuning of descent and the least sizes of C16
and C17 and the test loss in C16, which were settled after small runs. n1 is the width of the hidden
layer. A trend over widths is three-valued (`studies/_trend.py`).
"""

from lossatlas.evidence import Claim
from lossatlas.studies._trend import CONFIDENCE

LEVEL = 0.01
"""The error probability of every test."""
PAPER_WIDTHS = (25, 50, 100, 250, 500)
NETWORKS_NEEDED = 100
"""Networks a width that a spread or a correlation is judged on; the paper has 1000."""
INDEXED_WIDTHS = (10, 25, 50)
INDEXED_NEEDED = 10
CUT = 1e-3
"""The paper's cut: eigenvalues of a smaller absolute value count as zero."""
CUTS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
LARGEST_INDEX = 0.01
CORRELATIONS = {25: 0.7616, 50: 0.6861, 100: 0.5983, 250: 0.5302, 500: 0.4081}
"""The paper's Table 1: training against test loss over 1000 networks a width."""
PAPER_NETWORKS = 1000
BUDGETS_NEEDED = 3
PAIRS_NEEDED = 6
DIGITS_NEEDED = 500
EVALUATIONS_NEEDED = 150
"""With less, annealing has not begun to cool."""
FEW = (-1.0, 0.0, 1.0)
LARGEST_DROP = 0.025
LAW_NEEDED = 0.95
BEST_PRESET = "the preset `standard` has them"

_PAPER = "Choromanska et al. 2015 (arXiv 1412.0233)"
_NEEDED = f"At least {NETWORKS_NEEDED} networks at each n1 of {', '.join(map(str, PAPER_WIDTHS))}"
_TREND = (
    f"from each width to the next, and the {CONFIDENCE:.0%} bootstrap interval (networks drawn anew "
    "at each width) of its slope against ln n1 lies below zero. An interval above zero, of the slope "
    "or of one step, fails the claim; anything between leaves it open."
)

C13 = Claim(
    "C13",
    "The scaled test losses of trained networks concentrate as the hidden layer grows: their "
    "standard deviation falls.",
    "Among large networks it matters little which one training happens to find: all do about as "
    "well. Among small ones some are much worse than others.",
    f"{_PAPER}, section 5.3 and Figure 3 (right)",
    f"{_NEEDED}; the standard deviation of the test loss divided by the fitted exp(a n1^b) falls "
    f"{_TREND} The law is fitted again in every resample.",
)
C14 = Claim(
    "C14",
    "The normalised index at the end of training, negative eigenvalues of the Hessian over "
    "parameters, is at most about 0.01.",
    "Where training stops, the loss bends down in hardly any direction: it is a minimum or close to "
    "one.",
    f"{_PAPER}, section 5.4 and Figure 4",
    f"At n1 = {', '.join(map(str, INDEXED_WIDTHS))}, at least {INDEXED_NEEDED} networks each, the mean "
    f"share of eigenvalues of the training loss's exact Hessian (float64, mean over samples) below "
    f"-{CUT:g}, the paper's cut, is at most {LARGEST_INDEX:g}. Where another cut from {CUTS[0]:g} to "
    f"{CUTS[-1]:g} gives the other answer, the claim is undecided. Certified counts, without a cut, "
    "and gradient norms stand beside it.",
)
C15 = Claim(
    "C15",
    "Training and test loss of trained networks are correlated, and the less the larger the network.",
    "In a large network the lowest training loss says little about how well it does on new digits, "
    "so there is no point in looking for the global minimum.",
    f"{_PAPER}, section 5.5 and Table 1",
    f"{_NEEDED}; Pearson's correlation of training and test loss over networks falls {_TREND} The "
    "paper's own values stand beside it and enter no ruling.",
)
C16 = Claim(
    "C16",
    "Stochastic gradient descent does at least as well as simulated annealing.",
    "A method that can climb out of valleys finds nothing better than one that only rolls down.",
    f"{_PAPER}, section 5.3",
    f"At one width or more, at least {BUDGETS_NEEDED} budgets and {PAIRS_NEEDED} pairs of networks "
    f"each, from the same starts on the same digits (at least {DIGITS_NEEDED}) with as many loss "
    "evaluations, the best of five rates against the best of five annealing schedules by mean "
    "training loss: the mean differences of the training losses and of the test losses, descent "
    f"minus annealing, are not above 0. One-sided paired t-tests at {LEVEL:g} in each direction: "
    "holds if both are certainly below 0 at every width and budget, fails if one is certainly above. "
    "Both bests are chosen after the fact on the networks that are compared.",
)
C17 = Claim(
    "C17",
    "Networks are highly redundant: with weights of three evenly spaced values in [-1, 1] the test "
    "accuracy drops by less than 2.5 %.",
    "A weight needs hardly more than a sign: -1, 0 or 1 is enough to read digits almost as well.",
    f"{_PAPER}, section 3.3, after Denil et al. 2013",
    f"Networks whose weights are annealed over {{-1, 0, 1}} (best of five schedules by training loss) "
    "against the same starts trained by descent (best of five rates) with real weights on the same "
    f"digits (at least "
    f"{DIGITS_NEEDED}) with as many loss evaluations (at least {EVALUATIONS_NEEDED}), at least "
    f"{PAIRS_NEEDED} pairs: the mean drop of the test accuracy is below {LARGEST_DROP:.1%} at every "
    f"width, by a one-sided t-test at {LEVEL:g} in each direction. Rounding and k-means of trained "
    "weights stand beside it.",
)
C18 = Claim(
    "C18",
    "The mean test loss follows exp(a n1^b).",
    "How well networks do on average depends on their width by a simple law.",
    f"{_PAPER}, section 5.3 (the scaling of Figure 3, right)",
    f"{_NEEDED}; the least-squares fit of ln E[L] = a n1^b over these widths explains at least "
    f"{LAW_NEEDED:.0%} of its variance. Residuals, in standard errors too, and a power law with as "
    "many constants stand beside it.",
)

CLAIMS = (C13, C14, C15, C16, C17, C18)
