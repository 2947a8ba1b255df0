"""Are the stored critical points all there are? Bezout's theorem says when.

T z^{p-1} = z has at most (p-1)^N isolated solutions in C^N, and none beside them, at infinity
neither, where it has that many. The origin is one; the others come in classes z ~ zeta z with
zeta^{p-2} = 1, so there are at most ((p-1)^N - 1) / (p - 2) classes (N for p = 2). A pair w, -w of
real critical points with mu != 0 is a class; the others are stored as complex roots, one of every
two conjugate ones. If the balls about zeta z and zeta conj(z) are disjoint throughout, they are
all different and none is real; if the count is then full, nothing was left out.
"""

from collections.abc import Sequence
from math import isfinite

from flint import acb, acb_mat, arb, arb_mat, ctx

from ._contraction import contraction, distance, length
from ._couplings import Couplings
from ._finding import PROVED, Finding, refuted, undecided
from ._point import PRECISIONS, PointClaim

Root = Sequence[complex]
Ball = tuple[acb_mat, arb]


def num_classes(order: int, size: int) -> int:
    """How many classes there are at most."""
    return size if order == 2 else ((order - 1) ** size - 1) // (order - 2)


def check_complete(
    T: Couplings, points: Sequence[tuple[Sequence[float], PointClaim]], roots: Sequence[Root]
) -> Finding:
    """Prove that points are all the critical points.

    Args:
        T: The couplings.
        points: The points with their claims, each proved before.
        roots: The complex roots, one of every two conjugate classes.
    """
    expected = num_classes(T.order, T.size)
    stored = {tuple(w) for w, _ in points}
    if any(tuple(-x for x in w) not in stored for w in stored):
        return refuted("a point is stored without its antipode")
    if T.order > 2 and any(claim.energy_low <= 0 <= claim.energy_high for _, claim in points):
        return undecided("a point's energy may be zero")
    found = len(stored) // 2 + 2 * len(roots)
    if len(stored) != len(points):
        return refuted("a point is stored twice")
    if T.order == 2 and roots:
        return refuted("a symmetric matrix has no complex eigenvectors of its own")
    if found != expected:
        return undecided(f"{found} classes are stored where there are at most {expected}")
    with ctx.workprec(PRECISIONS[1]):
        real = [(acb_mat(arb_mat(T.size, 1, list(w))), arb(claim.radius)) for w, claim in points]
        pair = meeting(real)
        if pair is not None:
            away = _distance_of(real, pair)
            return _about_two(points[pair[0]][1], points[pair[1]][1], away)
    images: list[Ball] = []
    for root in roots:
        ball = _proved(T, root)
        if ball is None:
            return undecided("a complex root could not be proved")
        images += _images(T.order, *ball)
    with ctx.workprec(PRECISIONS[1]):
        if meeting(images) is not None:
            return undecided("two complex roots, or one and its conjugate, may be the same class")
    return PROVED


def _about_two(one: PointClaim, other: PointClaim, away: arb) -> Finding:
    """Two points whose balls meet: the same one, where it is the only one near both."""
    if away + other.radius < one.alone_within:
        return refuted("two points are one and the same")
    return undecided("two points are not proved to be different")


def meeting(balls: Sequence[Ball]) -> tuple[int, int] | None:
    """Two balls that may meet, if there are any: those apart in one coordinate are not compared."""
    reals = [(z[0, 0].real, r) for z, r in balls]
    ordered = sorted(
        (float((x - r).lower()), float((x + r).upper()), i) for i, (x, r) in enumerate(reals)
    )
    for place, (_, high, i) in enumerate(ordered):
        for low, _, j in ordered[place + 1 :]:
            if low > high + 1e-9 * (1 + abs(high)):  # the floats are rounded
                break
            if not _distance_of(balls, (i, j)) > balls[i][1] + balls[j][1]:
                return i, j
    return None


def _distance_of(balls: Sequence[Ball], pair: tuple[int, int]) -> arb:
    return distance(balls[pair[0]][0] - balls[pair[1]][0])


def _proved(T: Couplings, root: Root) -> Ball | None:
    """The ball of a root of T z^{p-1} = z, of the scaled T; that of the origin meets its conjugate."""
    if len(root) != T.size or not all(isfinite(z.real) and isfinite(z.imag) for z in root):
        return None
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            # z of T is z scale^{1/(p-2)} of T / scale.
            z = (acb_mat(T.size, 1, list(root)) * T.scale.root(T.order - 2)).mid()
            for _ in range(3):
                z, ball = _step(T, z)
                if ball is not None:
                    return ball
    return None


def _step(T: Couplings, z: acb_mat) -> tuple[acb_mat, Ball | None]:
    """A ball about z, or the next step of Newton's."""
    form = T.form(z)
    value = form * z - z
    rows: list[list[acb]] = (form * (T.order - 1)).tolist()
    for i, row in enumerate(rows):
        row[i] -= 1
    jacobian = acb_mat(rows)
    found = contraction(value, jacobian, lambda R: T.curvature(length(z) + R))
    if found is not None:
        return z, (z, found.radius)
    try:
        return (z - jacobian.mid().solve(value.mid())).mid(), None
    except ZeroDivisionError:
        return z, None


def _images(order: int, z: acb_mat, radius: arb) -> list[Ball]:
    """The balls of zeta z and zeta conj(z), for every zeta; a rotation keeps the radius."""
    turns = [acb(arb(2) * k / (order - 2)).exp_pi_i() for k in range(order - 2)]
    turned = [both * zeta for zeta in turns for both in (z, z.conjugate())]
    return [(ball, radius) for ball in turned]
