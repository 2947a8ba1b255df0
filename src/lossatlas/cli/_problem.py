"""What the calculator is asked about: eigenvalues given as numbers, or real data."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from ._digits import exact_error, first_order_error, good_digits
from ._usage import numbers, refuse

if TYPE_CHECKING:
    from lossatlas.data import Dataset
    from lossatlas.theory.deep_linear import DataSpectrum

GIVEN = "singular values in float64, held against exact rational arithmetic"
BOUNDED = "singular values in float64, with a first-order bound on their rounding"
PROVED = "singular values in float64, held against a proved enclosure in ball arithmetic"
UNPROVED = f"{BOUNDED} (no enclosure: the inputs cannot be certified to be independent)"


@final
@dataclass(frozen=True, eq=False)
class Problem:
    """Data (n, d_x) and (n, d_y) with widths, and how the digits of a value are to be counted.

    `exact` are the eigenvalues as exact numbers where they were given; `prove` asks for enclosures.
    """

    source: str
    inputs: Float[ndarray, "n d_x"]
    targets: Float[ndarray, "n d_y"]
    widths: tuple[int, ...]
    exact: tuple[Fraction, ...] | None = None
    prove: bool = False

    @cached_property
    def spectrum(self) -> "DataSpectrum":
        """The whitened problem."""
        from lossatlas.theory.deep_linear import spectrum

        return spectrum(self.inputs, self.targets)

    @cached_property
    def balls(self) -> list[Any] | None:
        """The eigenvalues in balls, largest first, where that was asked for and can be had."""
        from ._proof import eigenvalue_balls

        return eigenvalue_balls(self.inputs, self.targets) if self.prove else None

    @property
    def method(self) -> str:
        """How the values are computed and how their digits are known."""
        if self.exact is not None:
            return GIVEN
        if self.prove:
            return UNPROVED if self.balls is None else PROVED
        return BOUNDED

    def digits(self, value: float, subset: Sequence[int]) -> int:
        """The good digits of the critical value of a subset."""
        return good_digits(value, self._error(value, subset))

    def _error(self, value: float, subset: Sequence[int]) -> float:
        if self.exact is not None:
            left = [x for i, x in enumerate(self.exact) if i not in subset]
            return exact_error(value, sum(left, Fraction(0)) / 2)
        if self.balls is not None:
            from ._proof import proved_error

            return proved_error(value, subset, self.balls, self.targets)
        return first_order_error(self.spectrum, float(np.sum(self.targets**2)))

    def to_dict(self) -> dict[str, Any]:
        """What was asked, in plain values."""
        data = self.spectrum
        return {
            "source": self.source,
            "widths": list(self.widths),
            "input_rank": data.input_rank,
            "target_rank": data.target_rank,
            "eigenvalues": data.eigenvalues.tolist(),
        }


def read_widths(text: str) -> tuple[int, ...]:
    """The widths (d_x, d_1, ..., d_y) from the command line."""
    widths = numbers(text, int, hint="--widths", example="64,8,4,10")
    if len(widths) < 3 or min(widths) < 1:
        refuse(
            f"{text!r} is not a network. Give d_x, at least one hidden width, and d_y, "
            "each at least 1.",
            hint="--widths",
        )
    return widths


def from_eigenvalues(text: str, widths: tuple[int, ...]) -> Problem:
    """The problem whose Sigma has the given eigenvalues: orthonormal inputs, diagonal targets."""
    values = numbers(text, Fraction, hint="--eigenvalues", example="25,9,4")
    d_x, d_y = widths[0], widths[-1]
    if len(values) != d_y or any(
        a < b for a, b in zip(values, (*values[1:], Fraction(0)), strict=True)
    ):
        refuse(
            f"{text!r} should be {d_y} numbers (the last width), largest first, none negative.",
            hint="--eigenvalues",
        )
    if any(values[d_x:]):
        refuse(
            f"at most {d_x} eigenvalues (the first width) can be positive. Got {text!r}.",
            hint="--eigenvalues",
        )
    Y = np.zeros((d_x, d_y))
    np.fill_diagonal(Y, [float(value) ** 0.5 for value in values[:d_x]])
    return Problem("eigenvalues", np.eye(d_x), Y, widths, values)


def from_data(dataset: "Dataset", widths: tuple[int, ...], *, prove: bool) -> Problem:
    """The problem of a data set; the outer widths must be the data's."""
    return Problem(dataset.name, dataset.inputs, dataset.targets, widths, prove=prove)
