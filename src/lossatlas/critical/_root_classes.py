"""Solutions of T y^{p-1} = y of a real tensor, up to y -> zeta y and up to conjugation.

With zeta^{p-2} = 1 and T real, zeta y and the conjugate of y are solutions when y is. A class that
holds its own conjugate is e^{i theta} w with w real and T w^{p-1} = s w, s = e^{-i (p-2) theta} = +-1:
it is a pair of critical points. All other classes come in conjugate pairs, of which one is kept.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Complex, Float, Int
from numpy import ndarray

# Relative: rounding of a solution in float64, unless it is ill-conditioned.
_SAME = 1e-8
_REAL = 1e-9


@final
@dataclass(frozen=True, eq=False)
class RootClasses:
    """One solution of every class, and of every two conjugate classes.

    Attributes:
        order: p.
        real: w with T w^{p-1} = s w, of every class that holds its own conjugate.
        signs: s of each, +1 or -1; always +1 for odd p.
        complex: One y of each pair of conjugate classes.
    """

    order: int
    real: Float[ndarray, "R N"]
    signs: Int[ndarray, " R"]
    complex: Complex[ndarray, "C N"]

    @classmethod
    def none(cls, order: int, size: int) -> "RootClasses":
        """No solution yet."""
        return cls(order, np.empty((0, size)), np.empty(0, int), np.empty((0, size), complex))

    @property
    def count(self) -> int:
        """The classes; a conjugate pair counts twice."""
        return len(self.real) + 2 * len(self.complex)

    def everything(self) -> Complex[ndarray, "K N"]:
        """Every solution but the origin: (p - 2) of each class.

        Exact for p = 3 and 4, where a rotation exchanges real and imaginary parts or changes signs;
        otherwise rounded to a few units in the last place.
        """
        phases = np.where(self.signs > 0, 1.0, _rotations(2 * (self.order - 2))[1])
        one_each = np.concatenate(
            [self.real * phases[:, None], self.complex, self.complex.conjugate()]
        )
        turned: ndarray = _rotations(self.order - 2)[:, None, None] * one_each
        return turned.reshape(-1, one_each.shape[1])


def sort_roots(Y: Complex[ndarray, "K N"], order: int) -> RootClasses:
    """Sort solutions into classes; the origin and repeated ones are left out.

    Args:
        Y: Solutions in float64, finite.
        order: p, at least 3.
    """
    Y = Y[np.abs(Y).max(1, initial=0) > 0]
    half_turns = _rotations(2 * (order - 2)).conj()[: order - 2]
    turned = half_turns[:, None, None] * Y  # (p-2, K, N)
    skew = np.abs(turned.imag).max(2, initial=0) / np.abs(Y).max(1, initial=0)
    best = skew.argmin(0)
    is_real = skew.min(0) <= _REAL
    w = np.take_along_axis(turned, best[None, :, None], 0)[0].real[is_real]
    signs = np.where(best[is_real] % 2 == 0, 1, -1)
    w, signs = _upright(w, signs, order)
    return _distinct(RootClasses(order, w, signs, _turned(Y[~is_real], order)))


def united(first: RootClasses, second: RootClasses) -> RootClasses:
    """What either of two searches found."""
    parts = [(getattr(first, name), getattr(second, name)) for name in ("real", "signs", "complex")]
    return _distinct(RootClasses(first.order, *(np.concatenate(part) for part in parts)))


def _rotations(count: int) -> Complex[ndarray, " m"]:
    """The roots of unity of this degree, anticlockwise from 1, on the axes exactly."""
    roots: ndarray = np.exp(2j * np.pi * np.arange(count) / count)
    on_axis = np.isclose(np.abs(roots.real) % 1, 0) | np.isclose(np.abs(roots.imag) % 1, 0)
    return np.where(on_axis, np.round(roots), roots)


def _weights(size: int) -> Float[ndarray, " N"]:
    """Fixed weights that no structure of a tensor knows."""
    weights: ndarray = 1 + np.sqrt(np.arange(size) + 0.7) % 1
    return weights


def _upright(
    w: Float[ndarray, "R N"], signs: Int[ndarray, " R"], order: int
) -> tuple[Float[ndarray, "R N"], Int[ndarray, " R"]]:
    """Of w and -w the one with s = +1 for odd p, the one whose largest entry is positive for even."""
    if not len(w):
        return w, signs
    if order % 2:
        return w * signs[:, None], np.abs(signs)
    largest = w[np.arange(len(w)), np.abs(w).argmax(1)]
    return w * np.sign(largest)[:, None], signs


def _turned(Y: Complex[ndarray, "C N"], order: int) -> Complex[ndarray, "C N"]:
    """Of each solution's class, or its conjugate, the same solution whichever was given."""
    if not len(Y):
        return Y
    # Of degree p - 2 and so the same for the whole class; conjugation changes the imaginary sign.
    invariant = (Y / np.abs(Y).max(1, keepdims=True)) ** (order - 2) @ _weights(Y.shape[1])
    Y = np.where(invariant.imag[:, None] > 0, Y, Y.conjugate())
    largest = Y[np.arange(len(Y)), np.abs(Y).argmax(1)]
    sector = 2 * np.pi / (order - 2)
    turns = np.floor(np.angle(largest) / sector + 0.27).astype(int) % (order - 2)
    turned: ndarray = Y * _rotations(order - 2).conj()[turns][:, None]
    return turned


def _distinct(classes: RootClasses) -> RootClasses:
    keep = _first_of_each(np.concatenate([classes.real, classes.signs[:, None]], 1))
    flat = np.concatenate([classes.complex.real, classes.complex.imag], 1)
    return RootClasses(
        classes.order,
        classes.real[keep],
        classes.signs[keep],
        classes.complex[_first_of_each(flat)],
    )


def _first_of_each(rows: Float[ndarray, "K m"]) -> Int[ndarray, " k"]:
    """The places of rows that differ from every earlier one, relative to their size."""
    if not len(rows):
        return np.empty(0, int)
    size = np.abs(rows).max(1)
    order = np.argsort(rows[:, 0], kind="stable")
    later = np.zeros(len(rows), bool)
    # Rows that are the same have neighbouring first entries: compare at growing distances in order.
    for shift in range(1, len(rows)):
        a, b = order[:-shift], order[shift:]
        room = _SAME * np.maximum(size[a], size[b])
        close = rows[b, 0] - rows[a, 0] <= room
        if not close.any():
            break
        same = close & (np.abs(rows[a] - rows[b]).max(1) <= room)
        later[np.maximum(a, b)[same]] = True
    return np.nonzero(~later)[0]
