"""Theorem 1 of Yun, Sra & Jadbabaie (2019): the best linear fit, held by units that are all active.

One hidden layer with biases, slopes s_+ > 0 and s_- >= 0, s_- != s_+. Let A x + c be the least-squares fit
and m below all its values. The units max(0, .) of A x + c - m are active on every sample, and
s_+ (A x + c - m) / s_+ + m is the fit again. Every network near the point is still affine in x on the
samples, so its loss is at least that of the fit: a local minimum, with the loss that is the *global* one
of the linear network of the same shape. It is not strict: b_1 can be raised and b_2 lowered so that
nothing changes, and that is no rescaling.

Strictly lower, at the same width: with h(z) = s_- z + (s_+ - s_-) max(0, z) one unit adds the kink of
`_affine_fit.py` to one output, and the unit that held this output takes the rest, which is affine.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse

from ._activation import PiecewiseLinear
from ._affine_fit import AffineFit, Kink, best_kink, fit_affine
from ._construction import Argument, Construction
from ._samples import checked_samples

_SOURCE = "Yun, Sra & Jadbabaie (2019), arXiv 1802.03487, Theorem 1"
_SLACK = 1.0


def linear_fit(
    X: Float[ndarray, "n d_x"],
    Y: Float[ndarray, "n d_y"],
    *,
    width: int | None = None,
    activation: PiecewiseLinear | None = None,
    rng: np.random.Generator,
) -> Construction:
    """The bad minimum at the best affine fit of any data that an affine function does not fit.

    The theorem has one output; with more, each has a unit of its own, and one unit more makes the kink.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        width: Hidden units, at least d_y + 1, which is the default. More are idle: active, and not read.
        activation: The slopes; ReLU when not given.
        rng: Draws the directions among which the kink of the lower point is looked for.

    Returns:
        The construction; its `loss` is that of least squares, its `lower_loss` that less the kink's gain.

    Raises:
        ValueError: If the samples do not fit or are fitted by an affine function, or the width is too
            small.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.bad_minima import linear_fit
        >>> X, Y = np.array([[-1.0], [0.0], [1.0]]), np.array([[1.0], [0.0], [1.0]])
        >>> c = linear_fit(X, Y, rng=np.random.default_rng(0))
        >>> round(c.loss, 6), c.lower_loss < c.loss, c.strict
        (0.333333, True, False)
    """
    X, Y = checked_samples(X, Y)
    h = activation or PiecewiseLinear()
    d_y = Y.shape[1]
    units = d_y + 1 if width is None else width
    if units < d_y + 1:
        raise misuse(
            "width",
            should=f"be at least {d_y + 1}, one unit more than there are outputs",
            got=width,
            remedy="A unit for each output holds the fit, and one more makes the lower point.",
        )
    fit = fit_affine(X, Y)
    kink = best_kink(X, Y, fit, rng)
    floor = fit.values.min(0) - np.maximum(_SLACK, np.ptp(fit.values, axis=0))
    minimum = held_affine(fit.matrix, fit.offset, floor, units, h)
    return Construction(
        name=f"the linear network's best fit, {h.name}",
        source=_SOURCE,
        widths=(X.shape[1], units, d_y),
        biases=True,
        activation=h,
        inputs=X,
        targets=Y,
        minimum=minimum,
        lower=_kinked(X, fit, kink, units, h),
        loss=fit.loss,
        lower_loss=fit.loss - kink.gain,
        margin=float(min((fit.values - floor).min(), 1.0)),
        strict=False,
        argument=Argument.AFFINE,
    )


def held_affine(
    A: Float[ndarray, "d_y d_x"],
    offset: Float[ndarray, " d_y"],
    floor: Float[ndarray, " d_y"],
    units: int,
    h: PiecewiseLinear,
) -> tuple[ndarray, ...]:
    """Parts whose first d_y units hold the outputs A x + offset above `floor`; the others are idle."""
    d_y, d_x = A.shape
    W_1, b_1 = np.zeros((units, d_x)), np.ones(units)
    W_1[:d_y], b_1[:d_y] = A, offset - floor
    W_2 = np.zeros((d_y, units))
    W_2[:, :d_y] = np.eye(d_y) / h.positive
    return W_1, b_1, W_2, floor.copy()


def _kinked(
    X: ndarray, fit: AffineFit, kink: Kink, units: int, h: PiecewiseLinear
) -> tuple[ndarray, ...]:
    """The fit with one kink: g max(0, z) = g (h(z) - s_- z) / (s_+ - s_-), the last part held too."""
    bend = kink.height / (h.positive - h.negative)
    A, offset = fit.matrix.copy(), fit.offset.copy()
    A[kink.output] -= bend * h.negative * kink.direction
    offset[kink.output] += bend * h.negative * kink.threshold
    values = X @ A.T + offset
    floor = values.min(0) - np.maximum(_SLACK, np.ptp(values, axis=0))
    W_1, b_1, W_2, b_2 = held_affine(A, offset, floor, units, h)
    last = A.shape[0]
    W_1[last], b_1[last] = kink.direction, -kink.threshold
    W_2[kink.output, last] = bend
    return W_1, b_1, W_2, b_2
