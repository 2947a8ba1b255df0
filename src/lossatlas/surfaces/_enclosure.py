"""Critical points of a surface proved in balls: what a surface offers to who certifies.

A surface that can be enclosed writes its critical equations F = 0 so that roots are simple (its
symmetry divided out), with the derivative of F and a Lipschitz constant of that, all in balls. The
answer is a value either way: what is proved of the point near w, or why nothing is.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

from jaxtyping import Float
from torch import Tensor


@final
@dataclass(frozen=True, eq=False)
class EnclosedPoint:
    """What is proved of a critical point near w; true as a condition.

    Attributes:
        radius: The critical point lies within this distance of w.
        alone_within: No other one does; of those on the slice across the symmetry, where that
            moves critical points.
        inertia: Exact numbers of negative, zero and positive eigenvalues of its Hessian on the
            tangent space.
        loss: Bounds on the loss there, below and above.
        contraction: The h of Newton and Kantorovich, at most.
    """

    proved: ClassVar[bool] = True
    radius: float
    alone_within: float
    inertia: tuple[int, int, int]
    loss: tuple[float, float]
    contraction: float


@final
@dataclass(frozen=True, eq=False)
class Unproved:
    """Nothing is proved of a point; false as a condition.

    Attributes:
        reason: Why not, a phrase.
        bound_reached: The number that had to be smaller, where there is one.
        hopeless: Whether more precision cannot help.
    """

    proved: ClassVar[bool] = False
    reason: str
    bound_reached: float | None = None
    hopeless: bool = False

    def __bool__(self) -> bool:
        return False


class AbstractEnclosure(ABC):
    """The critical equations of one surface in balls, prepared for many points."""

    @property
    @abstractmethod
    def test(self) -> str:
        """The name of the test, for the reader of a certificate."""

    @property
    @abstractmethod
    def parity(self) -> int | None:
        """The sign s with loss(-w) = s loss(w), where there is one."""

    @property
    @abstractmethod
    def spins(self) -> int | None:
        """N where the loss is N times an energy per spin."""

    @abstractmethod
    def prove(self, w: Float[Tensor, " P"], *, precision: int) -> EnclosedPoint | Unproved:
        """Prove that a critical point lies near w, and what kind.

        Args:
            w: The point, of any floating type; its numbers are taken as exact.
            precision: The working precision in bits.
        """
