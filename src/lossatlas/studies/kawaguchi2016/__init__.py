"""Kawaguchi 2016, *Deep Learning without Poor Local Minima*, held against real digits.

Claims K1 to K7: the loss of a deep linear network is neither convex nor concave, every minimum is
global, every other critical point is a saddle, and which saddles show a way down by curvature. The
theory says of every critical point its loss, index, nullity and class; here they are searched for,
constructed, and compared.
"""

from ._claims import CLAIMS as CLAIMS
from ._settings import (
    DataChoice as DataChoice,
    Kawaguchi2016Settings as Kawaguchi2016Settings,
    NetworkChoice as NetworkChoice,
)
from ._study import Kawaguchi2016 as Kawaguchi2016
