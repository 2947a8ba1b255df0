"""Critical points of a student and teacher, proved in balls.

At y, near the point, let l be the least absolute eigenvalue of the Hessian H(y), and D(R) a bound on
||H(x) - H(y)|| over the ball of radius R, from the Hessian of a box around it. If q = D(R)/l < 1, the map
x -> x - H(y)^{-1} g(x) contracts the ball by q; if also |g(y)|/l <= (1 - q) R, it maps the ball into
itself. So there is one critical point in the ball, and by Weyl no eigenvalue changes its sign on it.
Positive eigenvalues alone make it a strict local minimum. No third derivative is needed.
"""

from dataclasses import dataclass
from math import log2
from typing import final

from flint import arb, arb_mat, ctx
from jaxtyping import Float
from torch import Tensor

from lossatlas.linalg import eigenvalue_enclosures, euclidean_norm, lower_float, upper_float

from ._arc_cosine_in_balls import Row, StudentInBalls
from ._enclosure import AbstractEnclosure, EnclosedPoint, Unproved
from ._student_teacher import StudentTeacher

_FLOAT64_BITS = 53
LARGEST = 400
# Radii that are tried for the ball in which the point is alone, the largest first.
_WIDEST, _TRIES = 0.1, 12
_SLACK = 2


@final
@dataclass(frozen=True, eq=False)
class EnclosedStudentTeacher(AbstractEnclosure):
    """The equations of one teacher, whose numbers are taken as exact.

    Args:
        surface: The surface.
    """

    surface: StudentTeacher

    @property
    def test(self) -> str:
        return (
            "Newton's map with a fixed Hessian contracts a ball, by the Hessians of a box around it"
        )

    @property
    def parity(self) -> None:
        return None

    @property
    def spins(self) -> None:
        return None

    def prove(self, w: Float[Tensor, " P"], *, precision: int) -> EnclosedPoint | Unproved:
        if len(w) > LARGEST:
            reason = f"{len(w)} weights are too many for balls (at most {LARGEST})"
            return Unproved(reason, hopeless=True)
        if not bool(w.isfinite().all()):
            return Unproved("the point is not finite", hopeless=True)
        if bool((self.surface.weights(w.to(self.surface.dtype)) == 0).all(-1).any()):
            return Unproved("a row of zeros is a kink of the loss", hopeless=True)
        if self.surface.orbit_dimension(w.to(self.surface.dtype)):
            reason = "rotations around the teacher's span move the point: no Hessian is nonsingular"
            return Unproved(reason, hopeless=True)
        with ctx.workprec(precision):
            return self._proved(arb_mat(len(w), 1, w.double().tolist()), precision)

    def _proved(self, start: arb_mat, precision: int) -> EnclosedPoint | Unproved:
        y = self._refined(start, precision)
        here = self._at(y.entries())
        g, H = euclidean_norm(here.gradient()).upper(), here.hessian()
        found = eigenvalue_enclosures(H)
        if found is None or any(ball.contains(0) for ball in found):
            return Unproved("the signs of the Hessian's eigenvalues are not decided")
        least = min(abs(ball).lower() for ball in found)
        away = euclidean_norm(y - start).upper()
        alone = self._alone(y, H, g, least)
        if alone is None:
            return Unproved("no ball is found that Newton's map contracts", upper_float(g / least))
        R, q = alone
        radius = (g / (least * (1 - q))).upper()
        signs = tuple(sum(bool(s * ball > 0) for ball in found) for s in (-1, 1))
        within, apart = upper_float(_SLACK * (away + radius)), lower_float(R - away)
        if not within < apart:
            return Unproved("other critical points nearby are not excluded", within)
        # Seen from the critical point the loss at y has no first-order term.
        most = (euclidean_norm(H) + q * least) * radius**2 / 2
        loss = here.loss() + arb(0, _SLACK * most.upper())
        bounds = (max(0.0, lower_float(loss)), upper_float(loss))
        return EnclosedPoint(within, apart, (signs[0], 0, signs[1]), bounds, upper_float(q))

    def _alone(self, y: arb_mat, H: arb_mat, g: arb, least: arb) -> tuple[arb, arb] | None:
        """The widest ball, of those tried, that Newton's map contracts, and by how much."""
        for tried in range(_TRIES):
            R = arb(_WIDEST) / 4**tried
            box = self._at([entry + arb(0, R.upper()) for entry in y.entries()])
            q = (_largest_row_sum(box.hessian() - H) / least).upper()
            if q < 1 and g <= least * (1 - q) * R:
                return R, q
        return None

    def _refined(self, start: arb_mat, precision: int) -> arb_mat:
        y = start
        for _ in range(1 + max(0, round(log2(precision / _FLOAT64_BITS)))):
            here = self._at(y.entries())
            try:
                y = (y - here.hessian().mid().solve(here.gradient())).mid()
            except ZeroDivisionError:
                break
        return y

    def _at(self, entries: list[arb]) -> StudentInBalls:
        d = self.surface.teacher.shape[1]
        rows: list[Row] = [entries[i : i + d] for i in range(0, len(entries), d)]
        teacher = [[arb(x) for x in row] for row in self.surface.teacher.double().tolist()]
        return StudentInBalls(rows, teacher)


def _largest_row_sum(matrix: arb_mat) -> arb:
    """A bound on the 2-norm of every symmetric matrix in the balls."""
    sums = [sum((x.abs_upper() for x in row), arb(0)).upper() for row in matrix.tolist()]
    return max(sums)
