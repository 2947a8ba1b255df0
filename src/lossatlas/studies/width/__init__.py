"""Does width make the landscape kinder and smoother? Claims W1 and W2.

Networks with one to three hidden layers are trained on real digits, many at each width and all in
the same way. Where they end, how sharply the loss bends there, and what lies between two ends is
held against the width.
"""

from ._claims import CLAIMS as CLAIMS
from ._settings import (
    BandChoice as BandChoice,
    FamilyChoice as FamilyChoice,
    WidthSettings as WidthSettings,
)
from ._study import Width as Width
