"""The smallest bad minimum: one unit, two samples on a line, strict but for rescaling.

Inputs 1 and -1, targets 1 and 2, the network x -> v h(w x). With w > 0 and a = v w the outputs are s_+ a and
-s_- a, so the loss is the parabola ((s_+ a - 1)^2 + (s_- a + 2)^2) / 2 of a, least at
a = (s_+ - 2 s_-) / (s_+^2 + s_-^2), where it is (5 - (s_+ - 2 s_-)^2 / (s_+^2 + s_-^2)) / 2. With w < 0 the two
targets change places: a = (2 s_+ - s_-) / (s_+^2 + s_-^2), which is always lower. So the unit that looks
the wrong way is stuck at a bad minimum exactly while s_- < s_+ / 2; at s_- = s_+ / 2 the minimum reaches
w v = 0 and is gone, long before the network is linear.
"""

import numpy as np

from lossatlas.errors import misuse

from ._activation import PiecewiseLinear
from ._construction import Argument, Construction


def two_samples(activation: PiecewiseLinear | None = None) -> Construction:
    """The bad minimum of one unit on two samples.

    Args:
        activation: Slopes with ``s_- < s_+ / 2``; ReLU when not given.

    Returns:
        The construction, strict but for the rescaling of its unit.

    Raises:
        ValueError: If the slope below zero is too large: there is no bad minimum then.

    Example:
        >>> from lossatlas.theory.bad_minima import two_samples
        >>> c = two_samples()
        >>> c.loss, c.lower_loss, c.strict
        (2.0, 0.5, True)
    """
    h = activation or PiecewiseLinear()
    p, q = h.positive, h.negative
    if not q < p / 2:
        raise misuse(
            "activation",
            should="have a slope below zero of less than half that above",
            got=h.name,
            remedy="From there on the unit turns round without climbing.",
        )
    size = p**2 + q**2
    wrong, right = (p - 2 * q) / size, (2 * p - q) / size
    return Construction(
        name=f"two samples, {h.name}",
        source="elementary",
        widths=(1, 1, 1),
        biases=False,
        activation=h,
        inputs=np.array([[1.0], [-1.0]]),
        targets=np.array([[1.0], [2.0]]),
        minimum=(np.array([[1.0]]), np.array([[wrong]])),
        lower=(np.array([[-1.0]]), np.array([[right]])),
        loss=(5 - (p - 2 * q) ** 2 / size) / 2,
        lower_loss=(5 - (2 * p - q) ** 2 / size) / 2,
        margin=1.0,
        strict=True,
        argument=Argument.ISOLATED,
    )
