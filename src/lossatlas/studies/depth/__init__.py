"""Does depth create bad minima, and is it kinder? Claim D1, and ReLU networks beside it.

Deep linear networks of one to five hidden layers and about the same number of weights, on real
digits whose least loss the theory knows. Every descent's end is classified and labelled. ReLU
networks of the same shapes are trained on the same digits; what is seen there enters no ruling.
"""

from ._claims import CLAIMS as CLAIMS
from ._settings import DepthSettings as DepthSettings, FamilyChoice as FamilyChoice
from ._study import Depth as Depth
