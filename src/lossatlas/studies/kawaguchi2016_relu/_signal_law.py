"""The excess kurtosis of signals in random ReLU networks.

With normal weights of variance 2 / fan-in a pre-activation at x has mean 0 and variance
2 |x|^2 / d_0 in every layer, so its excess kurtosis is the mean of the fourth Hermite polynomial
z^4 - 6 z^2 + 3 of the scaled value z: a mean over units that can be taken network by network. Given the
layer below, z is normal with a variance s that the layer below decides, and
E[s_{l+1}^2] = E[s_l^2] (1 + 5/n), since ReLU has E relu^2 = 1/2 and Var relu^2 = 5/4.
"""

from typing import SupportsFloat

POWERS = (1, 2, 3, 4)
"""Of a signal, whose means over units are kept."""


def excess_kurtosis(width: SupportsFloat, layer: int) -> float:
    """3 E[s_l^2] - 3 in a layer of weights counted from 1, hidden layers of one width.

    Example:
        >>> from lossatlas.studies.kawaguchi2016_relu._signal_law import excess_kurtosis
        >>> excess_kurtosis(100, 1), round(excess_kurtosis(100, 2), 12)
        (0.0, 0.15)
    """
    return 3 * ((1 + 5 / float(width)) ** (layer - 1) - 1)
