"""One stored local minimum of a perceptron, and that it is a bad one, proved again."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import final

from flint import arb, ctx

from ._finding import PROVED, Finding, Outcome, refuted, undecided
from ._minimum_convex import convex_minimum
from ._minimum_slice import slice_minimum
from ._nonlinear_network import NonlinearNetwork
from ._pattern import Kink, Pattern, pattern

PRECISIONS = (64, 128, 256)


@final
@dataclass(frozen=True)
class MinimumClaim:
    """That a local minimum lies within `within` of w.

    Attributes:
        loss_low: A lower bound on the loss there.
        loss_high: An upper bound.
        within: The minimum's distance from w is at most this.
        radius: On the ball of this radius about w every pre-activation but the kinks keeps its sign.
        kinks: Hidden layer, unit and sample, all from 0, of pre-activations that vanish there.
        strict: That no other point near it has its loss, but for the mixing of units.
        bad: That the lower point beside it has a loss below `loss_low`.
    """

    loss_low: float
    loss_high: float
    within: float
    radius: float
    kinks: tuple[Kink, ...] = ()
    strict: bool = False
    bad: bool = False

    def makes_sense(self, network: NonlinearNetwork) -> bool:
        """Whether the numbers can be those of a claim at all."""
        numbers = (self.loss_low, self.loss_high, self.within)
        hidden = network.widths[1:-1]
        return (
            all(isfinite(number) for number in numbers)
            and 0 <= self.within < self.radius
            and (self.radius < inf or not network.bends)
            and self.loss_low <= self.loss_high
            and (network.bends or not self.kinks)
            and len(set(self.kinks)) == len(self.kinks)
            and all(
                0 <= k < len(hidden) and 0 <= j < hidden[k] and 0 <= s < network.samples
                for k, j, s in self.kinks
            )
        )


def check_minimum(
    network: NonlinearNetwork, w: Sequence[float], claim: MinimumClaim, lower: Sequence[float] = ()
) -> Finding:
    """Prove a claim about a minimum again, at rising precision.

    Args:
        network: The network.
        w: The point as it is stored: W_1, b_1 where there are biases, W_2, and so on.
        claim: What is claimed.
        lower: The lower point, if the claim is that the minimum is a bad one.
    """
    points = [w, lower] if claim.bad else [w]
    if not all(len(p) == network.size and all(map(isfinite, p)) for p in points):
        return refuted("its coordinates are none of a point of the network")
    if not claim.makes_sense(network):
        return refuted("its numbers are none of a claim")
    finding = undecided("")
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            finding = _checked(network, network.entries(w), claim)
            if finding and claim.bad:
                finding = _lies_lower(network, network.entries(lower), claim)
        if finding.outcome is not Outcome.UNDECIDED:
            break
    return finding


def _lies_lower(network: NonlinearNetwork, lower: Sequence[float], claim: MinimumClaim) -> Finding:
    loss = network.loss(network.matrices(lower))
    if loss < claim.loss_low:
        return PROVED
    if loss >= claim.loss_low:
        return refuted("the lower point's loss is not below the minimum's")
    return undecided("the lower point's loss is not proved to be below the minimum's")


def _checked(network: NonlinearNetwork, w: Sequence[float], claim: MinimumClaim) -> Finding:
    branches: Pattern | None = None
    if network.slopes is not None:
        found = pattern(network, network.matrices(w), claim.kinks, arb(claim.radius))
        if isinstance(found, str):
            return undecided(found)
        branches = found
    loss = _minimum(network, w, branches, claim)
    if isinstance(loss, Finding):
        return loss
    if loss < claim.loss_low or loss > claim.loss_high:
        return refuted("its loss lies outside the interval")
    if not ((claim.loss_low <= loss or claim.loss_low <= 0) and loss <= claim.loss_high):
        return undecided("its loss could not be decided")
    return PROVED


def _minimum(
    network: NonlinearNetwork, w: Sequence[float], branches: Pattern | None, claim: MinimumClaim
) -> arb | Finding:
    """The loss of the minimum: by convexity where that may do, which is cheaper, else on a slice."""
    within = arb(claim.within)
    if branches is None or len(network.widths) > 3:
        return slice_minimum(network, w, branches, within, strict=claim.strict)
    if not claim.strict:
        convex = convex_minimum(network, w, branches, within)
        if not isinstance(convex, Finding):
            return convex
    return slice_minimum(network, w, branches, within, strict=claim.strict)
