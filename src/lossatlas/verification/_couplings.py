"""The symmetric tensor of a spin glass in balls, and what it does to a vector."""

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations_with_replacement, product
from math import ceil, comb, isfinite, log2
from typing import Any, TypeVar, final

from flint import acb_mat, arb, arb_mat, ctx

from ._contraction import norm

Matrix = TypeVar("Matrix", arb_mat, acb_mat)

LARGEST = 2_000_000
_BITS = 128


@final
class Couplings:
    """T over a power of two above its norm, from its entries with i_1 <= ... <= i_p.

    Raises:
        ValueError: If order, size or entries are not those of a spin glass, or too many.
    """

    def __init__(self, order: int, size: int, entries: Sequence[float]) -> None:
        # The logarithm first: the power of an absurd size would not fit anywhere.
        if order < 2 or size < 2 or order * log2(size) > log2(LARGEST) + 1e-9:
            raise ValueError(f"order {order} and size {size} are none, or too large to check")
        if len(entries) != comb(size + order - 1, order):
            raise ValueError(f"{len(entries)} couplings do not fit order {order} and size {size}")
        if not all(isfinite(entry) and abs(entry) < 1e100 for entry in entries):
            raise ValueError("a coupling is not finite, or absurdly large")
        self.order, self.size = order, size
        places = combinations_with_replacement(range(size), order)
        table = dict(zip(places, entries, strict=True))
        all_entries = [table[tuple(sorted(i))] for i in product(range(size), repeat=order)]
        with ctx.workprec(_BITS):
            unscaled = arb_mat(size ** (order - 1), size, all_entries)
            size_of_T = norm(unscaled)
            exponent = ceil(log2(float(size_of_T))) if size_of_T > 1e-300 else 0
            self.scale = arb(2) ** exponent
            self.norm = (size_of_T / self.scale).upper()
            self._unfolding = unscaled * (1 / self.scale)  # by a power of two: exact

    def form(self, v: Matrix) -> Matrix:
        """T v^{p-2} of the scaled T, a matrix."""
        kind: Any = type(v)
        form: Any = self._complex if kind is acb_mat else self._unfolding
        for power in range(self.order - 1, 1, -1):
            form = kind(self.size ** (power - 1), self.size, (form * v).entries())
        result: Matrix = form
        return result

    def curvature(self, radius: arb) -> arb:
        """A bound on the Lipschitz constant of (p-1) T v^{p-2} where |v| <= radius."""
        p = self.order
        return (p - 1) * (p - 2) * self.norm * radius ** max(p - 3, 0)

    @cached_property
    def _complex(self) -> acb_mat:
        return acb_mat(self._unfolding)
