"""The linear network of the same shape on the same data: every local minimum is global.

Without biases it is a deep linear network (Kawaguchi 2016; Baldi & Hornik 1989 for one hidden layer). With
biases the last one, b_L, shifts the outputs freely. At a critical point the outputs' mean is the targets',
and for every other weight some b_L makes it so: the loss is then that of the network without biases on
centred data, and a local minimum of the one is a local minimum of the other.
"""

from dataclasses import dataclass
from typing import final

from lossatlas.theory.deep_linear import CriticalValue, critical_values

from ._construction import Construction


@final
@dataclass(frozen=True, eq=False)
class LinearCounterpart:
    """Everything that the linear network's critical points can be worth.

    Attributes:
        minimum: The value of every local minimum, which is global.
        saddles: The values of all other critical points, ascending; each is a saddle.
    """

    minimum: float
    saddles: tuple[float, ...]


def linear_counterpart(construction: Construction) -> LinearCounterpart:
    """The critical values of the identity activation on a construction's shape and data.

    Example:
        >>> from lossatlas.theory.bad_minima import linear_counterpart, two_samples
        >>> found = linear_counterpart(two_samples())
        >>> round(found.minimum, 12), [round(value, 12) for value in found.saddles]
        (2.25, [2.5])
    """
    X, Y = construction.inputs, construction.targets
    if construction.biases:
        X, Y = X - X.mean(0), Y - Y.mean(0)
    values: list[CriticalValue] = critical_values(X, Y, construction.widths)
    return LinearCounterpart(values[0].value, tuple(v.value for v in values[1:]))
