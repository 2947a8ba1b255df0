"""The front door to the exact mean number of critical points."""

from dataclasses import dataclass
from math import exp, floor, inf, log10
from typing import final

from lossatlas.errors import misuse

from ._by_index import MORE_NODES, NODES, log_by_index
from ._checks import checked_index, checked_order, checked_size, checked_window
from ._total import log_total

LARGEST_LOG = 709.0
LARGEST_BY_INDEX = 150
LARGEST_EXTREME = 500
_TOTAL = "Auffinger, Ben Arous, Cerny 2013, Theorem 2.2"
_RESOLVED = "Auffinger, Ben Arous, Cerny 2013, Theorem 2.1"
_HERMITE = "Gauss-Legendre panels over the exact density of GOE(N), Hermite functions by recurrence"
_PFAFFIAN = "Gauss-Legendre over the exact density of an ordered eigenvalue, by Pfaffians"


@final
@dataclass(frozen=True, eq=False)
class MeanCount:
    """A mean number of critical points, with where it comes from.

    `log_value` is its natural logarithm, `digits` how many decimal digits of `value` are good.
    """

    log_value: float
    digits: int
    theorem: str
    method: str

    @property
    def value(self) -> float:
        """The number itself; infinite where it is above the largest float."""
        return exp(self.log_value) if self.log_value <= LARGEST_LOG else inf


def mean_count(
    size: int,
    order: int,
    *,
    index: int | None = None,
    between: tuple[float, float] = (-inf, inf),
    log: bool = False,
) -> float:
    """The mean number of critical points of a spherical spin glass, exact at finite size.

    Args:
        size: The size N, at least 2.
        order: The order p, at least 2.
        index: Count critical points of this index only, 0..N-1; of every index if not given.
        between: The window (low, high) of energies per spin u = H/N.
        log: The natural logarithm of the number instead; finite where the number overflows.

    Returns:
        E #{critical points}, w and -w both counted.

    Raises:
        ValueError: If order or size is below 2, the index is none of 0..N-1, the window is empty or
            reversed, the number overflows, or index and size are beyond what is computed exactly.

    Example:
        >>> round(mean_count(3, 3), 9)
        10.552359741
    """
    size, order = checked_size(size), checked_order(order)
    window = checked_window(between)
    if index is None:
        value = log_total(size, order, window)
    else:
        value = log_by_index(size, order, checked_exact(index, size), window)[0]
    return number_of(value, log=log)


def number_of(value: float, *, log: bool) -> float:
    """A number from its logarithm, or that logarithm where it was asked for.

    Raises:
        ValueError: If it was not, and the number overflows.
    """
    if log:
        return value
    if value > LARGEST_LOG:
        raise misuse(
            "log",
            should=f"be True here: the number is exp({value:.6g})",
            got=log,
            remedy="Ask with `log=True` for its natural logarithm.",
        )
    return exp(value)


def mean_count_report(
    size: int,
    order: int,
    *,
    index: int | None = None,
    between: tuple[float, float] = (-inf, inf),
) -> MeanCount:
    """The number of `mean_count` with its theorem, method and good digits; arguments as there."""
    size, order = checked_size(size), checked_order(order)
    window = checked_window(between)
    if index is None:
        return _total(size, order, window)
    return _of_index(size, order, checked_exact(index, size), window)


def checked_exact(index: int, size: int) -> int:
    """The index, checked to be one that the size allows and that is computed exactly at that size."""
    index = checked_index(index, size)
    largest = LARGEST_EXTREME if index in (0, size - 1) else LARGEST_BY_INDEX
    if size > largest:
        raise misuse(
            "size",
            should=f"be at most {largest} for an exact count of index {index}",
            got=size,
            remedy="Ask `mean_count_estimate` for a Monte Carlo value with its standard error.",
        )
    return index


def _total(size: int, order: int, window: tuple[float, float]) -> MeanCount:
    value = log_total(size, order, window)
    finer = log_total(size, order, window, refine=1.5)
    return MeanCount(value, _good_digits(value, finer - value, 3e-14), _TOTAL, _HERMITE)


def _of_index(size: int, order: int, index: int, window: tuple[float, float]) -> MeanCount:
    value, finer = log_by_index(size, order, index, window, num_nodes=(NODES, MORE_NODES))
    # the rounding of a Pfaffian of N rows, as held against the density of all eigenvalues
    digits = _good_digits(finer, finer - value, 1e-15 * size * size + 3e-14)
    return MeanCount(finer, digits, _RESOLVED, _PFAFFIAN)


def _good_digits(log_value: float, difference: float, rounding: float) -> int:
    """Digits of exp(log_value), from the change under refinement and the rounding of the log."""
    error = abs(difference) + rounding + 4e-16 * abs(log_value)
    return max(floor(-log10(error)), 0) if error == error else 0
