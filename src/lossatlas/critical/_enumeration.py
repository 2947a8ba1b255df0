"""The critical points of one spin glass, and how sure it is that there are no others."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Any, final

from jaxtyping import Complex, Float, Int
from torch import Tensor

from ._certificate import Certificate


class Completeness(StrEnum):
    """Whether an enumeration holds every critical point.

    `PROVED`: as many complex solutions as the equations can have were proved, each a simple root in
    a ball of its own; the real ones are real, their inertia is certified, the others are not real.
    `SATURATED`: the necessary tests hold and further searches find nothing that is not listed; no
    proof.
    `INCOMPLETE`: points are certainly or probably missing.
    """

    PROVED = "proved complete"
    SATURATED = "saturated"
    INCOMPLETE = "incomplete"


@final
@dataclass(frozen=True, eq=False, repr=False)
class Enumeration:
    """All critical points of one spin glass that were found; w and -w are both listed.

    Attributes:
        points: On the sphere |w|^2 = N, by ascending energy. Where `proved`, each is the
            exact solution of T y^{p-1} = +-y rounded once to float64 and scaled to the sphere: it
            depends on neither generator nor batch.
        energy: H(w) / N of each.
        index: The negative eigenvalues of the Hessian on the tangent space; exact where the point
            has a certificate, else counted in float64.
        completeness: What is known of the rest.
        reason: Why, in one sentence.
        expected_pairs: The classes of complex solutions other than the origin that the equations
            have in general position, at most: ((p-1)^N - 1) / (p-2), and N for p = 2.
        found_pairs: How many of them were found, real and not.
        certificates: For each point its proof, or None.
        roots: One solution of T y^{p-1} = y of every two conjugate classes that are not real.
        euler: The sum of (-1)^index over the points.
        unseen: Chao's lower estimate of the points that further random starts would find; None
            where no random starts were made.
        starts: The random starts that were made.
    """

    points: Float[Tensor, "K N"]
    energy: Float[Tensor, " K"]
    index: Int[Tensor, " K"]
    completeness: Completeness
    reason: str
    expected_pairs: int
    found_pairs: int
    certificates: tuple[Certificate | None, ...]
    roots: Complex[Tensor, "C N"]
    euler: int
    unseen: float | None = None
    starts: int = 0

    def __len__(self) -> int:
        return self.points.shape[0]

    @property
    def proved(self) -> bool:
        """Whether the points are proved to be all critical points."""
        return self.completeness is Completeness.PROVED

    @property
    def real_pairs(self) -> int:
        """The pairs {w, -w} of critical points."""
        return len(self) // 2

    @property
    def euler_expected(self) -> int:
        """1 + (-1)^(N-1), the Euler characteristic of the sphere (Morse)."""
        return 2 if self.points.shape[1] % 2 else 0

    @property
    def counts(self) -> dict[int, int]:
        """The number of points of each index 0..N-1, those without any too."""
        seen = Counter(self.index.tolist())
        return {k: seen[k] for k in range(self.points.shape[1])}

    def having(self, index: int) -> Float[Tensor, "k N"]:
        """The points of an index, by ascending energy."""
        return self.points[self.index == index]

    def to_dict(self) -> dict[str, Any]:
        """Plain values of the whole, fit for JSON."""
        return {
            "points": len(self),
            "counts": self.counts,
            "completeness": self.completeness.value,
            "reason": self.reason,
            "expected_pairs": self.expected_pairs,
            "found_pairs": self.found_pairs,
            "real_pairs": self.real_pairs,
            "certified": sum(proof is not None for proof in self.certificates),
            "euler": self.euler,
            "euler_expected": self.euler_expected,
            "unseen": self.unseen,
            "starts": self.starts,
        }

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} of index {k}" for k, number in self.counts.items() if number)
        listed = f": {counts}" if counts else ""
        return f"Enumeration({len(self)} critical points, {self.completeness}{listed})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
            for name, value in self.to_dict().items()
        )
        return f"<table><tbody>{rows}</tbody></table>"
