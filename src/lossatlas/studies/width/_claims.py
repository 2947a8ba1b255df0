"""The two statements under test, with the rule that decides each.

Rules were fixed before any number was measured. A trend is three-valued (`studies/_trend.py`).
"""

from lossatlas.evidence import Claim
from lossatlas.studies._trend import CONFIDENCE

HIDDEN_LAYERS = (1, 2, 3)
WIDTHS_NEEDED = 4
NETWORKS_NEEDED = 100
LARGEST_SHARE_LOST = 0.01
"""An ensemble of which more became infinite does not count."""
CURVATURES_NEEDED = 20
LINES_NEEDED = 20
BANDS_NEEDED = 12
BEST_PRESET = "the preset `standard` has them"

_TREND = (
    f"A trend falls if the measured value falls from each width to the next and the {CONFIDENCE:.0%} "
    "bootstrap interval, over runs, of its slope against the logarithm of the width lies below zero; "
    "an interval above zero, of the slope or of one step, fails the claim; anything between leaves "
    "it open."
)

W1 = Claim(
    "W1",
    "As networks grow wider, the losses at which their training ends concentrate.",
    "Among wide networks it matters little where training began: all end about equally low.",
    "Choromanska et al. 2015 (arXiv 1412.0233), section 5.3, for more than one hidden layer and the "
    "training loss too",
    "With one, two and three hidden layers of equal width, at least "
    f"{WIDTHS_NEEDED} widths and {NETWORKS_NEEDED} networks each, the standard deviation of the "
    "final training loss and of the final test loss falls with the width, as it is and divided by "
    f"the mean at that width. {_TREND} Networks that became infinite enter no spread; a width that "
    f"loses more than {LARGEST_SHARE_LOST:.0%} of them does not count.",
)
W2 = Claim(
    "W2",
    "As networks grow wider, the landscape grows smoother: less curvature, less roughness between "
    "solutions, lower barriers.",
    "Between two good networks the way is bumpy if they are small, and smooth if they are large.",
    "A reading of Choromanska et al. 2015 (arXiv 1412.0233), which measures none of the three; on "
    "barriers, Draxler et al. 2018 (arXiv 1803.00885)",
    "With one, two and three hidden layers and at least "
    f"{WIDTHS_NEEDED} widths: the mean largest eigenvalue of the Hessian of the training loss at the "
    f"ends (at least {CURVATURES_NEEDED} networks a width) falls; the mean roughness of straight "
    f"lines between disjoint pairs of ends (at least {LINES_NEEDED}) falls, the total variation of "
    "the training loss along the line minus the difference of its ends; and the mean barrier of "
    f"elastic bands between pairs (at least {BANDS_NEEDED}, on networks small enough for one, at "
    "one hidden layer or more) falls, the highest loss on the band above that of the higher end. "
    f"{_TREND} Units are those of the loss, a mean over samples.",
)

CLAIMS = (W1, W2)
