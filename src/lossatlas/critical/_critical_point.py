"""What is known of one critical point, and the words for it."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Any, final

from lossatlas.linalg import Inertia

from ._certificate import Certificate, NotCertified
from ._status import Status


class Kind(StrEnum):
    """What a point is. All but `UNDETERMINED` say that the point is critical.

    `GLOBAL_MINIMUM`: no certainly negative eigenvalue, and the loss is the global value that was
    given, within the tolerance.
    `LOCAL_MINIMUM`: no certainly negative eigenvalue, and at most as many undecided ones as the
    surface's symmetry forces to be zero: a minimum, strict but for the symmetry's orbit.
    `STRICT_SADDLE`: at least one certainly negative eigenvalue, and not known to be a maximum.
    `MAXIMUM`: certainly negative eigenvalues, none positive, and no more undecided ones than the
    symmetry forces to be zero.
    `BAD_SADDLE`: no certainly negative eigenvalue, yet not a minimum: a strictly lower point was
    exhibited within each of a falling sequence of distances.
    `UNDETERMINED`: not a critical point, or its Hessian does not decide and nothing lower was seen.
    """

    GLOBAL_MINIMUM = "global minimum"
    LOCAL_MINIMUM = "local minimum"
    STRICT_SADDLE = "strict saddle"
    BAD_SADDLE = "bad saddle"
    MAXIMUM = "maximum"
    UNDETERMINED = "undetermined"


@final
@dataclass(frozen=True)
class LowerPoint:
    """A point with a lower loss, found within a distance.

    Attributes:
        distance: How far from the critical point it lies.
        decrease: By how much its loss is lower.
        margin: The decrease that rounding and the remaining Newton step could feign.
    """

    distance: float
    decrease: float
    margin: float


@final
@dataclass(frozen=True, eq=False, repr=False)
class CriticalPoint:
    """A point and what its first two derivatives say of it.

    Attributes:
        loss: The loss.
        gradient_norm: ||g||.
        newton_step: The length of the minimum-norm Newton step.
        status: Whether the point is critical, and if not, what it is.
        inertia: Counts of eigenvalues of the Hessian: certainly negative, undecided, certainly
            positive, for every matrix within the Hessian's error and its change over the remaining
            Newton step.
        kind: What that makes of the point.
        orbit_dimension: The zero eigenvalues that symmetry forces, None where it was not needed.
        lower: The lower points nearby that show a bad saddle; empty where none was looked for or
            found.
        certificate: A proof, or why there is none, where it was asked for.
    """

    loss: float
    gradient_norm: float
    newton_step: float
    status: Status
    inertia: Inertia
    kind: Kind
    orbit_dimension: int | None = None
    lower: tuple[LowerPoint, ...] = ()
    certificate: Certificate | NotCertified | None = None

    @property
    def index(self) -> tuple[int, int]:
        """The least and the greatest number of negative eigenvalues that is possible.

        Equal when nothing is undecided beyond the zero eigenvalues that symmetry forces.
        """
        least = int(self.inertia.negative)
        explained = self.orbit_dimension or 0
        return least, least + max(0, int(self.inertia.undecided) - explained)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {
            "loss": self.loss,
            "gradient_norm": self.gradient_norm,
            "newton_step": self.newton_step,
            "status": self.status.value,
            "kind": self.kind.value,
            "negative": int(self.inertia.negative),
            "undecided": int(self.inertia.undecided),
            "positive": int(self.inertia.positive),
            "shift": float(self.inertia.shift),
            "orbit_dimension": self.orbit_dimension,
            "lower": [vars(point) for point in self.lower],
            "certificate": None if self.certificate is None else self.certificate.to_dict(),
        }

    def __repr__(self) -> str:
        counts = f"-{int(self.inertia.negative)} ?{int(self.inertia.undecided)} +{int(self.inertia.positive)}"
        return f"CriticalPoint({self.kind}, loss {self.loss:.10g}, {self.status}, {counts})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
            for name, value in self.to_dict().items()
        )
        return f"<table><tbody>{rows}</tbody></table>"
