"""A number with its provenance: formula, theorem, method and how many of its digits are good."""

from dataclasses import dataclass
from typing import Any, final

from ._digits import EPSILON, good_digits
from ._output import print_table


@final
@dataclass(frozen=True)
class Source:
    """Where a number comes from: the theorem that says it, and how it is computed here."""

    theorem: str
    method: str


def fact(
    quantity: str, number: object, formula: str, source: Source, digits: int | str
) -> dict[str, Any]:
    """A row of results in plain values."""
    return {
        "quantity": quantity,
        "number": number,
        "formula": formula,
        "theorem": source.theorem,
        "method": source.method,
        "good_digits": digits,
    }


def rounded(number: float, size: float = 0.0) -> int:
    """Good digits of a closed form in float64 whose terms are as large as `size`."""
    return good_digits(number, 8 * EPSILON * max(abs(number), size))


def shown(value: object, digits: int | str | None) -> object:
    """A number with the digits that are good, no more; anything else as it is."""
    if isinstance(value, float) and isinstance(digits, int) and digits:
        return f"{value:.{digits}g}"
    return value


def print_facts(rows: list[dict[str, Any]], *, title: str, caption: str = "") -> None:
    """The results as a table: quantity, number, good digits, and where they come from."""
    print_table(
        ["quantity", "number", "good digits", "from"],
        [
            [
                row["quantity"],
                shown(row["number"], row["good_digits"]),
                row["good_digits"],
                f"{row['formula']}. {row['theorem']}; {row['method']}.",
            ]
            for row in rows
        ],
        title=title,
        caption=caption,
    )
