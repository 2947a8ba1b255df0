"""A local minimum of the three-sample midpoint problem, proved in balls for smooth activations.

Samples (1, 0), (0, 1) with target 0, (1/2, 1/2) with target 1; k hidden units, preactivations a_j = z_j + t_j,
b_j = z_j - t_j and z_j, biases included. The loss is even in t, so its derivative in t vanishes at t = 0;
there all outputs are equal, and the loss is at least 1/3. The Hessian in t is

    u_i u_j (h'(a_i) h'(a_j) + h'(b_i) h'(b_j)) + [i = j] u_j (y_1 h''(a_j) + y_2 h''(b_j)),

y_1, y_2 the outputs of the outer samples. If it is positive definite on a box that is symmetric in t, the
loss is convex in t there, least at t = 0 and so at least 1/3; and it is 1/3 where the output at t = 0 is. On a
box of half-width r in every weight and bias, z moves by 2r, t by r and the preactivations by 3r.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, final

from flint import arb, arb_mat, ctx

from lossatlas.errors import misuse
from lossatlas.linalg import inertia_in_balls, upper_float

from ._enclosure import Unproved

Jet: TypeAlias = tuple[arb, arb, arb]

# Klambauer et al. (2017).
_SCALE, _SHARE = 1.0507009873554805, 1.6732632423543772
_WIDEST, _TRIES = 0.5, 24


@final
@dataclass(frozen=True, eq=False)
class EvenMinimum:
    """A local minimum of loss exactly 1/3, proved; true as a condition.

    Attributes:
        within: It lies within this distance of the given point, in the output weights.
        radius: At every point whose weights and biases are all this near the given ones the loss is at
            least 1/3, whether the network has biases or not.
    """

    proved: ClassVar[bool] = True
    within: float
    radius: float


def even_minimum(
    activation: str, preactivations: Sequence[float], outputs: Sequence[float], *, precision: int
) -> EvenMinimum | Unproved:
    """Prove the local minimum with W_1 = [z z], W_2 = u and, where there are biases, zeros.

    Args:
        activation: tanh, sigmoid, arctan, softplus, square, SELU or ELU.
        preactivations: z, a number a hidden unit.
        outputs: u, likewise.
        precision: The working precision in bits.

    Returns:
        The minimum with the box on which it is least, or why nothing is proved.

    Raises:
        ValueError: If the activation is another, or z and u have different lengths.

    Example:
        >>> from lossatlas.surfaces import even_minimum
        >>> found = even_minimum("softplus", [1.0, 1.0], [0.1268] * 2, precision=64)
        >>> found.radius > 0.005, found.within < 1e-3
        (True, True)
    """
    jet = _jet(activation)
    if len(preactivations) != len(outputs) or not outputs:
        raise misuse(
            "outputs",
            should="hold one weight for each preactivation, at least one",
            got=(len(preactivations), len(outputs)),
            remedy="Pass z and u of the same units.",
        )
    with ctx.workprec(precision):
        z, u = [arb(x) for x in preactivations], [arb(x) for x in outputs]
        middle = [jet(x) for x in z]
        if any(value is None for value in middle):
            return Unproved(
                "a preactivation lies at a kink of the second derivative", hopeless=True
            )
        c = sum((w * value[0] for w, value in zip(u, middle, strict=True) if value), arb(0))
        if not abs(c) > 0:
            return Unproved("the output at the point may be zero, not 1/3")
        away = (sum((w * w for w in u), arb(0)).sqrt() * abs(1 / (3 * c) - 1)).upper()
        for tried in range(_TRIES):
            r = arb(_WIDEST) / 2**tried
            if r < away:
                break
            if _convex(jet, z, u, r):
                return EvenMinimum(upper_float(away), float(r))
    return Unproved("the loss is not proved to be convex in t around the point")


def midpoint_loss(
    activation: str, W_1: Sequence[Sequence[float]], W_2: Sequence[float], *, precision: int
) -> tuple[float, float] | None:
    """Bounds on the loss of a network of the midpoint problem whose biases are zero, below and above.

    Args:
        activation: As for `even_minimum`.
        W_1: A row of two weights for each hidden unit.
        W_2: The output weights.
        precision: The working precision in bits.

    Returns:
        The bounds, or None where a preactivation lies at a kink of the activation's second derivative.
    """
    jet = _jet(activation)
    with ctx.workprec(precision):
        outputs = []
        for x, y in ((1, 0), (0, 1), (arb(0.5), arb(0.5))):
            jets = [jet(arb(a) * x + arb(b) * y) for a, b in W_1]
            if any(value is None for value in jets):
                return None
            outputs.append(
                sum(
                    (arb(w) * value[0] for w, value in zip(W_2, jets, strict=True) if value), arb(0)
                )
            )
        loss = (outputs[0] ** 2 + outputs[1] ** 2 + (outputs[2] - 1) ** 2) / 2
        return max(0.0, -upper_float(-loss)), upper_float(loss)


def _convex(jet: Callable[[arb], Jet | None], z: list[arb], u: list[arb], r: arb) -> bool:
    """Whether the Hessian in t is positive definite on the whole box."""
    jets = [jet(x + arb(0, 3 * r)) for x in z]
    known = [value for value in jets if value is not None]
    if len(known) < len(jets):
        return False
    weights = [w + arb(0, r) for w in u]
    output = sum((w * value[0] for w, value in zip(weights, known, strict=True)), arb(0, r))
    slopes = [w * value[1] for w, value in zip(weights, known, strict=True)]
    H = [[2 * (x * y) for y in slopes] for x in slopes]
    for j, (w, value) in enumerate(zip(weights, known, strict=True)):
        H[j][j] = 2 * slopes[j] ** 2 + 2 * w * output * value[2]
    return inertia_in_balls(arb_mat(H)) == (0, 0, len(H))


def _jet(activation: str) -> Callable[[arb], Jet | None]:
    if activation not in _JETS:
        raise misuse(
            "activation",
            should=f"be one of {', '.join(_JETS)}",
            got=repr(activation),
            remedy="These are the functions that are written in balls.",
        )
    return _JETS[activation]


def _tanh(x: arb) -> Jet:
    t = x.tanh()
    return t, 1 - t * t, -2 * t * (1 - t * t)


def _sigmoid(x: arb) -> Jet:
    s = 1 / (1 + (-x).exp())
    return s, s * (1 - s), s * (1 - s) * (1 - 2 * s)


def _arctan(x: arb) -> Jet:
    slope = 1 / (1 + x**2)
    return x.atan(), slope, -2 * x * slope**2


def _softplus(x: arb) -> Jet:
    s = _sigmoid(x)
    return x.exp().log1p(), s[0], s[1]


def _square(x: arb) -> Jet:
    return x**2, 2 * x, arb(2)


def _elu(x: arb) -> Jet | None:
    if x > 0:
        return x, arb(1), arb(0)
    if x < 0:
        return x.expm1(), x.exp(), x.exp()
    if x == 0:  # the value alone is asked for: the derivatives are those from above
        return arb(0), arb(1), arb(0)
    return None


def _selu(x: arb) -> Jet | None:
    found = _elu(x)
    if found is None:
        return None
    share = arb(_SHARE) if x < 0 else arb(1)
    value, first, second = (arb(_SCALE) * share * part for part in found)
    return value, first, second


_JETS: dict[str, Callable[[arb], Jet | None]] = {
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "arctan": _arctan,
    "softplus": _softplus,
    "square": _square,
    "SELU": _selu,
    "ELU": _elu,
}
