"""A certificate: what is proved of a critical point, by which test, at which precision."""

from dataclasses import dataclass, replace
from html import escape
from math import inf, nextafter
from typing import Any, ClassVar, final

from lossatlas._types import Vector
from lossatlas.surfaces import AbstractSurface
from lossatlas.verification import Finding

from ._verify import checked

# A sum of three numbers rounds by less than this.
_OUTWARDS = 1 + 2.0**-50


@final
@dataclass(frozen=True, eq=False, repr=False)
class Certificate:
    """A critical point, proved in ball arithmetic; true as a condition.

    It says: the surface, its numbers taken as exact, has a critical point within `radius` of
    `point`, nondegenerate but for the symmetry, and no other one within `alone_within`. Where the
    symmetry moves critical points (`nullity` above 0) both are on the slice through `point` across
    the orbit.

    Attributes:
        point: The point w that the distances are measured from.
        radius: The critical point is at most this far from w.
        alone_within: Every other one is at least this far from w; more than `radius`.
        index: The exact number of negative eigenvalues of the Hessian on the tangent space.
        nullity: The exact number of zero ones, all forced by symmetry.
        positive: The exact number of positive ones.
        loss: Bounds on the loss at the critical point, below and above.
        spins: N where the loss is extensive in N spins, else None.
        parity: s where loss(-w) = s loss(w) for every w, else None.
        test: What proved it.
        contraction: The h of Newton and Kantorovich, below 1/2.
        precision: The working precision in bits.
    """

    proved: ClassVar[bool] = True
    point: Vector
    radius: float
    alone_within: float
    index: int
    nullity: int
    positive: int
    loss: tuple[float, float]
    spins: int | None
    parity: int | None
    test: str
    contraction: float
    precision: int

    @property
    def energy(self) -> tuple[float, float] | None:
        """Bounds on the energy per spin, where there are spins."""
        if self.spins is None:
            return None
        low, high = self.loss
        # A division rounds by half a unit: one unit outwards covers it.
        return nextafter(low / self.spins, -inf), nextafter(high / self.spins, inf)

    def antipode(self) -> "Certificate | None":
        """The same of -w, proved by symmetry; None where the surface has no such symmetry."""
        if self.parity is None:
            return None
        point = -self.point
        if self.parity == 1:
            return replace(self, point=point)
        low, high = self.loss
        return replace(
            self, point=point, index=self.positive, positive=self.index, loss=(-high, -low)
        )

    def differs_from(self, other: "Certificate") -> bool:
        """Whether two certificates on one surface are proved to be of two critical points."""
        away, error = self._distance(other)
        return away - error > (self.radius + other.radius) * _OUTWARDS

    def is_same_as(self, other: "Certificate") -> bool:
        """Whether two certificates on one surface are proved to be of one critical point.

        Never where a symmetry moves critical points: a point nearby may be another of the orbit.
        """
        if self.nullity:
            return False
        away, error = self._distance(other)
        return (away + error + other.radius) * _OUTWARDS < self.alone_within

    def _distance(self, other: "Certificate") -> tuple[float, float]:
        """The distance of the two points, and a bound on its rounding error."""
        one, two = self.point.double(), other.point.double()
        away = float((one - two).norm())
        # Differences round by half a unit each, their squares and sum by n + 2 more.
        return away, (len(one) + 8) * 2.0**-52 * away

    def attributes(self) -> dict[str, Any]:
        """The scalars by which a record of the catalogue can be proved again, with its point."""
        name, bounds = ("loss", self.loss) if self.energy is None else ("energy", self.energy)
        return {
            "certified": True,
            "index": self.index,
            "nullity": self.nullity,
            f"{name}_low": bounds[0],
            f"{name}_high": bounds[1],
            "radius": self.radius,
            "alone_within": self.alone_within,
        }

    def verify(self, surface: AbstractSurface) -> Finding:
        """Prove every statement again, by the checker that shares no code with the search.

        Args:
            surface: The surface that the certificate is about.

        Returns:
            What the checker found: true as a condition only if everything was proved again.
        """
        return checked(
            surface,
            self.point,
            signs=(self.index, self.nullity),
            loss=self.loss,
            energy=self.energy,
            distances=(self.radius, self.alone_within),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {
            **self.attributes(),
            "positive": self.positive,
            "test": self.test,
            "contraction": self.contraction,
            "precision": self.precision,
        }

    def __repr__(self) -> str:
        counts = f"-{self.index} 0:{self.nullity} +{self.positive}"
        return (
            f"Certificate({counts}, within {self.radius:.1e}, alone within {self.alone_within:.1e}, "
            f"loss {sum(self.loss) / 2:.10g}, {self.precision} bits)"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
            for name, value in self.to_dict().items()
        )
        return f"<table><tbody>{rows}</tbody></table>"


@final
@dataclass(frozen=True)
class NotCertified:
    """Nothing is proved, which is not the same as false; false as a condition.

    Attributes:
        reason: Why not, a phrase.
        bound_reached: The number that had to be smaller, where there is one.
        precision: The bits at which the last attempt was made.
    """

    proved: ClassVar[bool] = False
    reason: str
    bound_reached: float | None
    precision: int

    def __bool__(self) -> bool:
        return False

    def attributes(self) -> dict[str, Any]:
        """What a record of the catalogue says instead."""
        return {"certified": False, "reason": self.reason}

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {**self.attributes(), **vars(self)}
