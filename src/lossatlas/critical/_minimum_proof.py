"""What is proved of a local minimum of a network, and of a lower point beside it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, final

from lossatlas._types import Vector


class Argument(StrEnum):
    """Why the point is a local minimum."""

    SLICE = "critical, and the Hessian positive definite across the symmetry"
    KINKS = (
        "critical on the kinks, the Hessian positive definite along and the loss rising off them"
    )
    CONVEX = "the least loss of its whole activation pattern, where the loss is a convex function"
    CONVEX_KINKS = "the least loss on the kinks of such a function, the loss rising off them"


@final
@dataclass(frozen=True, eq=False, repr=False)
class MinimumProof:
    """A local minimum, proved in ball arithmetic; true as a condition.

    It says: within `within` of `point` lies a local minimum of the surface, its data taken as exact;
    on the ball of `radius` about `point` every pre-activation keeps its sign, save `kinks` of them
    that vanish at the minimum, and off which the loss rises on both sides. `strict` says that no
    other point near the minimum has its loss, save those that the symmetry reaches. Where some
    directions are inert (a dead unit's weights), the loss does not depend on them on that ball: the
    minimum is one of the other parameters, and never strict.

    Attributes:
        point: The point w that the distances are measured from.
        within: A local minimum lies at most this far from w.
        radius: Every pre-activation but the `kinks` keeps its sign on the ball of this radius about
            w; infinite for activations without a kink. More than `within`.
        margin: On that ball each of those is at least this far from zero; infinite likewise. A
            pre-activation that reads nothing but the output of a unit on its kink is zero with that,
            and here stands for it what that output is multiplied by.
        kinks: Pre-activations that are exactly zero at the minimum, which then is a point where the
            loss has no gradient.
        dead_units: Hidden units that reach the output on no sample: never active, or only where
            every unit above is not.
        inert: Directions of the parameters that the loss does not depend on on that ball, all of
            the dead units' among them.
        symmetry: The dimension of the orbit of the pattern's symmetry, flat as well: units of one
            layer scaled, and those active on the same samples mixed. 0 where `argument` is a CONVEX one.
        positive: The exact number of positive eigenvalues of the Hessian across both, and along the
            kinks; 0 where `argument` is a CONVEX one.
        strict: Whether the minimum is strict but for the symmetry.
        argument: Which theorem proves it.
        loss: Bounds on the loss at the minimum, below and above.
        precision: The working precision in bits.
        places: The kinks: the hidden layer, from 1, the unit and the sample, from 0.
    """

    proved: ClassVar[bool] = True
    point: Vector
    within: float
    radius: float
    margin: float
    kinks: int
    dead_units: int
    inert: int
    symmetry: int
    positive: int
    strict: bool
    argument: Argument
    loss: tuple[float, float]
    precision: int
    places: tuple[tuple[int, int, int], ...] = ()

    @property
    def inertia(self) -> tuple[int, int, int]:
        """Negative, zero and positive eigenvalues of the Hessian on the slice."""
        return 0, 0, self.positive

    def attributes(self) -> dict[str, Any]:
        """What a record of the catalogue says of it."""
        return {
            "certified": True,
            "within": self.within,
            "radius": self.radius,
            "margin": self.margin,
            "kinks": self.kinks,
            "dead_units": self.dead_units,
            "inert": self.inert,
            "symmetry": self.symmetry,
            "positive": self.positive,
            "strict": self.strict,
            "argument": self.argument.name,
            "loss_low": self.loss[0],
            "loss_high": self.loss[1],
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON but for infinities."""
        return {**self.attributes(), "precision": self.precision}

    def __repr__(self) -> str:
        kind = "strict" if self.strict else "not strict"
        return (
            f"MinimumProof({kind}, within {self.within:.1e}, pattern kept within "
            f"{self.radius:.1e}, {self.kinks} kinks, {self.dead_units} dead units, loss {sum(self.loss) / 2:.10g}, "
            f"{self.precision} bits)"
        )


@final
@dataclass(frozen=True, eq=False)
class Lower:
    """A point whose loss is proved to be below a minimum's: the minimum is bad; true as a condition.

    Attributes:
        point: The lower point.
        loss: Bounds on its loss, below and above.
        minimum_loss: Those of the minimum.
        gap: The minimum's loss exceeds the lower one's by at least this; positive.
    """

    proved: ClassVar[bool] = True
    point: Vector
    loss: tuple[float, float]
    minimum_loss: tuple[float, float]
    gap: float
