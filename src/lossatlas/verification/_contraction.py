"""A root proved by Banach's theorem: y - C F(y) contracts a ball about y.

With e = ||1 - C J(y)||, c = ||C|| and a Lipschitz constant K of J on the ball of radius R about y,
the map has slope at most q(R) = e + c K R there. If q(R) < 1, F has at most one root in that ball
and J is nonsingular on it; if also ||C F(y)|| + q(R) R <= R it has one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from flint import acb_mat, arb, arb_mat


@final
@dataclass(frozen=True)
class Contraction:
    """Bounds at one point; `radius` is where the root is."""

    defect: arb
    inverse: arb
    radius: arb

    def is_unique(self, R: arb, lipschitz: arb) -> bool:
        """Whether no two roots lie within R."""
        return bool(self.defect + self.inverse * lipschitz * R < 1)


def contraction(
    value: arb_mat | acb_mat, jacobian: arb_mat | acb_mat, lipschitz: Callable[[arb], arb]
) -> Contraction | None:
    """The proof that a root lies near a point, or None.

    Args:
        value: F(y), a column.
        jacobian: J(y).
        lipschitz: The Lipschitz constant of J on the ball of a radius about y.
    """
    try:
        C = jacobian.mid().inv().mid()
    except ZeroDivisionError:
        return None
    n = C.nrows()
    unit = type(C)([[int(i == j) for j in range(n)] for i in range(n)])
    found = Contraction(length(unit - C * jacobian), length(C), (2 * length(C * value)).upper())
    # q(R) <= 1/2 and R = 2 ||C F||: the step and half of R are R.
    slope = found.defect + found.inverse * lipschitz(found.radius) * found.radius
    return found if slope <= 0.5 else None


def distance(v: arb_mat | acb_mat) -> arb:
    """The root of the sum of squares, as a ball: a vector's length."""
    if isinstance(v, acb_mat):
        return (v.conjugate().transpose() * v).trace().real.nonnegative_part().sqrt()
    return (v.transpose() * v).trace().nonnegative_part().sqrt()


def length(M: arb_mat | acb_mat) -> arb:
    """An upper bound on that, and so on a matrix's norm."""
    return distance(M).upper()


def norm(A: arb_mat) -> arb:
    """||A||_2 <= ||G^2||_inf^{1/4} with G = A^T A: sharp to a factor n^{1/8}."""
    G = A.transpose() * A
    rows = (G * G).tolist()
    largest = max(sum((entry.abs_upper() for entry in row), arb(0)).upper() for row in rows)
    return largest.root(4).upper()
