"""Dead units: a hidden layer that is active on no sample, so that the loss is flat.

With biases the network is the constant b_2 around such a point, and b_2 = mean(Y) is the best constant.
Without biases it is zero, whatever the weights; then all inputs have to lie on one side of a hyperplane
through the origin. Either way no point nearby is lower, and many are equal: a local minimum that is not
strict. One unit that fires lowers the loss, unless the targets are constant.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse

from ._activation import PiecewiseLinear
from ._affine_fit import AffineFit, best_kink, best_ray
from ._construction import Argument, Construction
from ._samples import checked_samples

_SOURCE = "elementary; the dying ReLU"
_ROUNDS = 1000


def dead_units(
    X: Float[ndarray, "n d_x"],
    Y: Float[ndarray, "n d_y"],
    *,
    width: int = 1,
    biases: bool = True,
    positive: float = 1.0,
    rng: np.random.Generator,
) -> Construction:
    """The flat local minimum of a network whose hidden units are all inactive on all samples.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        width: Hidden units, at least 1.
        biases: Whether each layer has a bias.
        positive: ReLU's slope above zero. With another slope than 0 below no unit is ever dead.
        rng: Draws the directions in which the unit of the lower point is looked for.

    Returns:
        The construction; its `loss` is that of the best constant, or of zero without biases.

    Raises:
        ValueError: If the samples do not fit, the width is below 1, no unit can improve on the constant,
            or, without biases, no weight makes all preactivations negative.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.bad_minima import dead_units
        >>> X, Y = np.array([[1.0], [2.0]]), np.array([[1.0], [3.0]])
        >>> c = dead_units(X, Y, rng=np.random.default_rng(0))
        >>> c.loss, c.lower_loss < c.loss, c.strict
        (1.0, True, False)
    """
    X, Y = checked_samples(X, Y)
    if width < 1:
        raise misuse("width", should="be at least 1", got=width, remedy="Add a unit to be dead.")
    h = PiecewiseLinear(positive, 0.0)
    build = _with_biases if biases else _without_biases
    minimum, lower, loss, lower_loss, margin = build(X, Y, width, h, rng)
    return Construction(
        name=f"dead units, {'with' if biases else 'without'} biases",
        source=_SOURCE,
        widths=(X.shape[1], width, Y.shape[1]),
        biases=biases,
        activation=h,
        inputs=X,
        targets=Y,
        minimum=minimum,
        lower=lower,
        loss=loss,
        lower_loss=lower_loss,
        margin=margin,
        strict=False,
        argument=Argument.CONSTANT,
    )


_Built = tuple[tuple[ndarray, ...], tuple[ndarray, ...], float, float, float]


def _with_biases(
    X: ndarray, Y: ndarray, width: int, h: PiecewiseLinear, rng: np.random.Generator
) -> _Built:
    d_x, d_y, mean = X.shape[1], Y.shape[1], Y.mean(0)
    residuals = mean - Y
    loss = 0.5 * float((residuals**2).sum())
    constant = AffineFit(
        np.zeros((d_y, d_x)), mean, np.broadcast_to(mean, Y.shape), residuals, loss
    )
    kink = best_kink(X, Y, constant, rng)
    W_1, b_1, W_2 = np.zeros((width, d_x)), np.full(width, -1.0), np.ones((d_y, width))
    L_1, c_1, L_2 = W_1.copy(), b_1.copy(), np.zeros((d_y, width))
    L_1[0], c_1[0] = kink.direction, -kink.threshold
    L_2[kink.output, 0] = kink.height / h.positive
    return (W_1, b_1, W_2, mean), (L_1, c_1, L_2, mean.copy()), loss, loss - kink.gain, 1.0


def _without_biases(
    X: ndarray, Y: ndarray, width: int, h: PiecewiseLinear, rng: np.random.Generator
) -> _Built:
    d_y = Y.shape[1]
    away = _one_side(X)
    loss = 0.5 * float((Y**2).sum())
    direction, heights, gain = best_ray(X, Y, rng)
    W_1, W_2 = np.tile(-away, (width, 1)), np.ones((d_y, width))
    L_1, L_2 = W_1.copy(), np.zeros((d_y, width))
    L_1[0], L_2[:, 0] = direction, heights / h.positive
    return (W_1, W_2), (L_1, L_2), loss, loss - gain, float((X @ away).min())


def _one_side(X: ndarray) -> Float[ndarray, " d_x"]:
    """A vector w with X w at least 1 everywhere, by the perceptron's rule."""
    norms = np.linalg.norm(X, axis=1)
    if norms.min() > 0:
        rows = X / norms[:, None]
        w = rows.mean(0)
        for _ in range(_ROUNDS):
            products = X @ w
            if products.min() > 0:
                scaled: ndarray = w / products.min()
                return scaled
            w = w + rows[int((rows @ w).argmin())]
    raise misuse(
        "X",
        should="lie on one side of a hyperplane through the origin, strictly",
        got=f"{len(X)} samples for which no such hyperplane was found",
        remedy="Without biases units die on such inputs only (pixels, say); use `biases=True`.",
    )
