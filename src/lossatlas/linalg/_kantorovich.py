"""A root proved from the equations at one point (Newton-Kantorovich, in ball arithmetic).

Let J have the Lipschitz constant K, beta >= ||J(y)^{-1}|| and eta >= ||J(y)^{-1} F(y)||. If
h = beta K eta < 1/2, then F has a root within (1 - sqrt(1 - 2h)) / (beta K) of y, no other root
nearer than (1 + sqrt(1 - 2h)) / (beta K), and J is nonsingular at it (Kantorovich 1948; Ortega
1968). All norms are Euclidean, the matrix norm bounded by Frobenius', so that one inverse and two
products in balls decide. The same holds over the complex numbers.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, nextafter
from typing import ClassVar, final

from flint import acb_mat, arb, arb_mat

from lossatlas.errors import misuse


class Obstacle(StrEnum):
    """Why a root was not proved."""

    NOT_FINITE = "the equations are not finite there"
    SINGULAR = "the derivative cannot be told from a singular matrix"
    TOO_CURVED = "h is not below 1/2: the residual is too large for this derivative"
    TOO_FAR = "the root lies beyond the ball where the Lipschitz constant holds"


@final
@dataclass(frozen=True, eq=False)
class Inclusion:
    """A root of F, proved; true as a condition.

    Attributes:
        radius: Exactly one root lies within this distance of the point, and it is simple.
        unique_within: No other root is nearer than this; at least `radius`.
        inverse_norm: The bound beta on ||J(y)^{-1}||.
        contraction: h, below 1/2.
    """

    proved: ClassVar[bool] = True
    radius: arb
    unique_within: arb
    inverse_norm: arb
    contraction: arb


@final
@dataclass(frozen=True, eq=False)
class NoInclusion:
    """Nothing is proved, which is not the same as no root; false as a condition.

    Attributes:
        obstacle: Why.
        contraction: The h that was reached, where there is one.
    """

    proved: ClassVar[bool] = False
    obstacle: Obstacle
    contraction: arb | None = None

    def __bool__(self) -> bool:
        return False


def newton_kantorovich(
    value: arb_mat | acb_mat,
    jacobian: arb_mat | acb_mat,
    *,
    lipschitz: arb,
    within: arb | None = None,
) -> Inclusion | NoInclusion:
    """Prove that F has one root near a point, and say how near.

    Balls are computed at the precision of `flint.ctx`.

    Args:
        value: F(y) as a column of balls, real or complex.
        jacobian: J(y), a square matrix of balls of the same kind.
        lipschitz: K with ||J(u) - J(v)|| <= K ||u - v||; not negative.
        within: The radius of the ball around y on which K holds; everywhere when not given.

    Returns:
        An `Inclusion`, or a `NoInclusion` with its reason.

    Raises:
        ValueError: If the shapes do not fit, or the constant is certainly negative.

    Example:
        >>> from flint import arb, arb_mat
        >>> from lossatlas.linalg import newton_kantorovich
        >>> y = arb("1.4142")  # a root of y^2 - 2, J = 2y, K = 2
        >>> found = newton_kantorovich(
        ...     arb_mat([[y * y - 2]]), arb_mat([[2 * y]]), lipschitz=arb(2)
        ... )
        >>> float(found.radius) < 2e-5, float(found.unique_within) > 2.8
        (True, True)
    """
    _check(value, jacobian, lipschitz)
    if not _finite(value) or not _finite(jacobian) or not lipschitz.is_finite():
        return NoInclusion(Obstacle.NOT_FINITE)
    try:
        inverse = jacobian.inv()
    except ZeroDivisionError:
        return NoInclusion(Obstacle.SINGULAR)
    beta, eta = euclidean_norm(inverse).upper(), euclidean_norm(inverse * value).upper()
    if not (beta.is_finite() and eta.is_finite()):
        return NoInclusion(Obstacle.SINGULAR)
    return _decided(beta, eta, lipschitz.upper(), within)


def _decided(beta: arb, eta: arb, K: arb, within: arb | None) -> Inclusion | NoInclusion:
    """The theorem, from upper bounds of its three constants."""
    h = (beta * K * eta).upper()
    # Strictly below: at h = 1/2 the root may be double.
    if not h < 0.5:
        return NoInclusion(Obstacle.TOO_CURVED, h)
    root = (1 - 2 * h).nonnegative_part().sqrt()
    # 1 - sqrt(1 - 2h) would cancel: the same radius as a quotient of sums.
    radius = (2 * eta / (1 + root)).upper()
    unique = ((1 + root) / (beta * K)).lower() if K > 0 else arb("inf")
    if within is not None:
        if not radius <= within:
            return NoInclusion(Obstacle.TOO_FAR, h)
        unique = min(unique, within.lower())
    if not radius <= unique:  # they meet at h = 1/2
        return NoInclusion(Obstacle.TOO_CURVED, h)
    return Inclusion(radius, unique, beta, h)


def euclidean_norm(matrix: arb_mat | acb_mat) -> arb:
    """The Frobenius norm of a matrix of balls, which bounds its 2-norm.

    Example:
        >>> from flint import arb_mat
        >>> from lossatlas.linalg import euclidean_norm
        >>> euclidean_norm(arb_mat([[3], [4]]))
        5.00000000000000
    """
    if isinstance(matrix, acb_mat):
        square = (matrix.conjugate().transpose() * matrix).trace().real
    else:
        square = (matrix.transpose() * matrix).trace()
    return square.nonnegative_part().sqrt()


def upper_float(ball: arb) -> float:
    """A float64 that no number in the ball exceeds.

    Example:
        >>> from flint import arb
        >>> from lossatlas.linalg import lower_float, upper_float
        >>> lower_float(arb(2).sqrt()) < arb(2).sqrt() < upper_float(arb(2).sqrt())
        True
    """
    return nextafter(float(ball.upper()), inf)


def lower_float(ball: arb) -> float:
    """A float64 that every number in the ball exceeds or equals."""
    return nextafter(float(ball.lower()), -inf)


def _finite(matrix: arb_mat | acb_mat) -> bool:
    # One entry that is not finite makes the sum so, at a tenth of the cost of asking each.
    return bool(euclidean_norm(matrix).is_finite())


def _check(value: arb_mat | acb_mat, jacobian: arb_mat | acb_mat, lipschitz: arb) -> None:
    n = value.nrows()
    shapes = [(M.nrows(), M.ncols()) for M in (value, jacobian)]
    if n == 0 or shapes != [(n, 1), (n, n)]:
        raise misuse(
            "value, jacobian",
            should="be a column (n, 1) and a square matrix (n, n), n at least 1",
            got=shapes,
            remedy="Pass the equations and their derivative at one point.",
        )
    if lipschitz < 0:
        raise misuse(
            "lipschitz",
            should="not be negative",
            got=lipschitz,
            remedy="Pass an upper bound on ||J(u) - J(v)|| / ||u - v||.",
        )
