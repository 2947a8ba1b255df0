"""The classes of solutions of one tensor, corrected to the last bit, and the proof that they are all.

By Bezout, T y^{p-1} = y has at most (p-1)^N isolated solutions in C^N. When that many simple roots
are proved, the origin among them, each in a ball that meets no other, there are no more. A root
proved from real equations at a real point is real; one whose ball is disjoint from the balls of
its conjugate's whole class belongs to no critical point.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Complex, Float
from numpy import ndarray

from lossatlas.linalg import TensorRoots

from ._disjoint import disjoint
from ._root_classes import RootClasses, sort_roots, united
from ._tensor_system import num_classes

_ROUNDS = 4
# A correction of this relative size is itself exact to far below one unit in the last place.
_CORRECTED = 1e-12
# Multiplying by a root of unity that is no power of i is rounded.
_TURN = 2.0**-48


@final
@dataclass(frozen=True, eq=False)
class ProvedRoots:
    """Solutions, and whether they are proved to be all.

    Attributes:
        classes: The solutions, each rounded once.
        obstacle: Why they are not proved to be all; empty where they are.
    """

    classes: RootClasses
    obstacle: str

    @property
    def complete(self) -> bool:
        """Whether these are proved to be all solutions."""
        return not self.obstacle


def prove_roots(equations: TensorRoots, classes: RootClasses) -> ProvedRoots:
    """Correct every solution in balls and try to prove that there are no others."""
    classes = _ordered(corrected(equations, classes))
    expected = num_classes(equations.order, equations.size)
    if classes.count != expected:
        return ProvedRoots(classes, f"{classes.count} of {expected} complex solutions were found")
    real = np.empty(len(classes.real))
    for sign in (1, -1):
        mask = classes.signs == sign
        real[mask] = equations.radii(classes.real[mask], sign=sign)
    radii = np.concatenate([real, *2 * [equations.radii(classes.complex)]])
    unproved = int((~np.isfinite(radii)).sum())
    if unproved:
        return ProvedRoots(classes, f"{unproved} complex solutions are not proved to be simple")
    everything = classes.everything()
    turned = radii + (0 if equations.order <= 4 else _TURN * _lengths(classes))
    if not disjoint(everything, np.tile(turned, equations.order - 2)):
        return ProvedRoots(classes, "the balls of two solutions meet")
    return ProvedRoots(classes, "")


def _lengths(classes: RootClasses) -> Float[ndarray, " K"]:
    parts = (classes.real, classes.complex, classes.complex)
    return np.concatenate([np.linalg.norm(part, axis=1) for part in parts])


def corrected(equations: TensorRoots, classes: RootClasses) -> RootClasses:
    """Each solution rounded once, and sorted again: rounding may have hidden that one is real."""
    p = equations.order
    found = RootClasses.none(p, equations.size)
    for sign in (1, -1):
        w = _rounded(equations, classes.real[classes.signs == sign], sign)
        signs = np.full(len(w), sign)
        found = united(found, RootClasses(p, w, signs, found.complex))
    Y = _rounded(equations, classes.complex, 1)
    again = sort_roots(Y, p)
    if len(again.real):
        return united(found, corrected(equations, again))
    return RootClasses(p, found.real, found.signs, Y)


def _rounded(equations: TensorRoots, Y: ndarray, sign: int) -> ndarray:
    """Solutions after steps with exact residuals; those that do not converge are left out."""
    Y, moving = Y.copy(), np.arange(len(Y))
    for _ in range(_ROUNDS):
        steps = equations.steps(Y[moving], sign=sign)
        Y[moving] += steps
        size = np.abs(Y[moving]).max(1, initial=0)
        with np.errstate(invalid="ignore"):
            arrived = np.abs(steps).max(1, initial=0) <= _CORRECTED * size
        moving = moving[~arrived]
        if not len(moving):
            break
    keep = np.ones(len(Y), bool)
    keep[moving] = False
    return Y[keep]


def _ordered(classes: RootClasses) -> RootClasses:
    """In an order that depends on the solutions alone."""
    real, first = _order(classes.real), _order(classes.complex)
    return RootClasses(
        classes.order, classes.real[real], classes.signs[real], classes.complex[first]
    )


def _order(rows: Float[ndarray, "K N"] | Complex[ndarray, "K N"]) -> ndarray:
    columns = np.concatenate([rows.real, rows.imag], 1).T
    return np.lexsort(columns[::-1])
