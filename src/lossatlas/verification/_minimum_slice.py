"""A local minimum on a slice across the flows of the loss.

The slice is w + N v with columns N across the flows' velocities. With h = L - sum c_i z_i, c one
multiplier for each kink, the equations (N^T grad h, -z) = 0 in (v, c) have the symmetric derivative
J = [[N^T H N, -G^T], [-G, 0]], G the gradients of the kinks' pre-activations. If ||1 - C J|| <= 1/2 on a
box about y that holds the ball of radius 2 ||C F(y)||, there is one root in that ball (Banach).
J is nonsingular; with K kinks and exactly K negative eigenvalues it is positive definite along them.

Near the root the loss is h + sum (c_i z_i + d_i max(0, z_i)), up to products with the distance, d_i the
derivative of h by what the unit gives, times the jump of the slope. If c_i < 0 < c_i + d_i each of
these terms rises on both sides: the root is a strict minimum of the slice. The flows carry it to points
of the same loss, with gradient and kinks zero like its own and all inequalities still strict; each is a
strict minimum of the slice through it, on a neighbourhood of one size. If N and the velocities together
span everything, these slices fill a neighbourhood of the root: it is a minimum of the network.
"""

from collections.abc import Sequence

from flint import arb, arb_mat

from ._contraction import length
from ._finding import Finding, refuted, undecided
from ._flows import Flows, Velocity
from ._frame import across, spanning
from ._inertia import negative_eigenvalues
from ._nonlinear_network import NonlinearNetwork
from ._passes import Passes
from ._pattern import Pattern
from ._slice import Slice, identity

_STEPS = 8


def slice_minimum(
    network: NonlinearNetwork,
    w: Sequence[float],
    pattern: Pattern | None,
    within: arb,
    *,
    strict: bool,
) -> arb | Finding:
    """The loss of a local minimum that is proved to lie near w, or why none is proved.

    Args:
        network: The network.
        w: The point, in the order of its matrices.
        pattern: Its pattern on a ball that is larger than `within`; None for smooth activations.
        within: How far the minimum may lie from w.
        strict: Whether it must be strict but for the mixing of units.
    """
    flows = None if pattern is None else Flows(network, pattern)
    if strict and flows is not None and flows.inert:
        return undecided("it is not strict: some weights do not count")
    point = [arb(x) for x in w]
    V = [] if flows is None else flows.velocities(network.matrices(point))
    chosen, frame = spanning([_floats(v, len(w)) for v in V])
    N = across(frame, len(w))
    if not N:
        return _constant(network, point, pattern, [V[i] for i in chosen])
    if not (pattern and pattern.kinks):
        ball = arb(0, within.upper())
        everywhere = Passes(network, network.matrices([x + ball for x in point]), pattern)
        if any(g > 0 or g < 0 for g in everywhere.gradient):
            return refuted("no critical point lies that near: the gradient is too large")
    surroundings = Slice(network, pattern, point, N)
    found = _minimum(surroundings, within)
    if isinstance(found, Finding):
        return found
    root, loss = found
    if flows is not None:
        moving = flows.velocities(surroundings.matrices(root))
        if not _span_all(N, [moving[i] for i in chosen], len(w)):
            return undecided("the slice is not proved to lie across the symmetry")
    return loss


def _minimum(near: Slice, within: arb) -> tuple[list[arb], arb] | Finding:
    """The ball of v and c that holds the root, and the loss at the root, if it is a minimum."""
    K = near.kinks
    refined = _refined(near)
    if refined is None:
        return undecided("the equations are singular there, or its kinks depend on each other")
    C, y = refined
    step = C * near.value(y)
    reach = (2 * length(step)).upper()
    box = [x + arb(0, reach) for x in y]
    J = near.derivative(box)
    defect = length(identity(C.nrows()) - C * J)
    if not defect <= 0.5:
        return undecided("no critical point could be proved near it")
    negative = negative_eigenvalues(J)
    if negative != K:
        return _no_minimum(near, negative, within)
    away = length(arb_mat([[*y[: near.size], arb(0)]])) + reach
    if not away * near.stretch <= within:
        return undecided("the critical point may lie farther away than it says")
    if not near.rises(box):
        return undecided("the loss is not proved to rise off every kink on both sides")
    # Seen from the root h has no first-order term, and the kinks vanish there.
    h = near.loss_off_kinks(y, box)
    return box, h + arb(0, (length(J) * reach * reach / 2).upper())


def _refined(near: Slice) -> tuple[arb_mat, list[arb]] | None:
    """Newton's method from w with one inverse, which comes back with the point."""
    y = near.start()
    if y is None:
        return None
    try:
        C = near.derivative(y).mid().inv().mid()
    except ZeroDivisionError:
        return None
    last = arb("inf")
    for _ in range(_STEPS):
        step = (C * near.value(y)).mid()
        size = length(step)
        if not size < last / 2:
            break
        y, last = [(a - b).mid() for a, b in zip(y, step.entries(), strict=True)], size
    return C, y


def _no_minimum(near: Slice, negative: int | None, within: arb) -> Finding:
    """A saddle is refuted where the Hessian has a negative eigenvalue on the whole ball."""
    if near.kinks == 0 and negative:
        everywhere = negative_eigenvalues(near.hessian_on_ball(within))
        if everywhere:
            return refuted(
                f"the Hessian has {everywhere} negative eigenvalues all around: a saddle"
            )
    return undecided("the Hessian is not positive definite there")


def _constant(
    network: NonlinearNetwork, point: list[arb], pattern: Pattern | None, velocities: list[Velocity]
) -> arb | Finding:
    """The loss where the flows lead everywhere: it is the same all around."""
    if pattern is None or pattern.kinks or not _span_all([], velocities, len(point)):
        return undecided("no direction is proved to be across the symmetry")
    return Passes(network, network.matrices(point), pattern).loss


def _span_all(N: list[list[float]], velocities: list[Velocity], size: int) -> bool:
    """Whether the slice and the velocities, anywhere on the ball, are independent."""
    rows = [[arb(x) for x in column] for column in N]
    rows += [[v.get(p, arb(0)) for p in range(size)] for v in velocities]
    if len(rows) != size:
        return False
    M = arb_mat([_unit(row) for row in rows])
    try:
        C = M.mid().inv().mid()
    except ZeroDivisionError:
        return False
    return bool(length(identity(size) - C * M) < 1)


def _unit(row: list[arb]) -> list[arb]:
    """The row at about unit length: the same span."""
    size = sum(float(x.mid()) ** 2 for x in row) ** 0.5
    return [x / size for x in row] if 0 < size < float("inf") else row


def _floats(velocity: Velocity, size: int) -> list[float]:
    return [float(velocity[p].mid()) if p in velocity else 0.0 for p in range(size)]
