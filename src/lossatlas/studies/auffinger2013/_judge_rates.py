"""C10: the exponential rate of the exact means, and the asymptotics with its prefactor."""

from collections.abc import Sequence
from math import expm1

from lossatlas.evidence import Check, Strength

from ._claims import SHARP_SIZE, SHARP_TOLERANCE
from ._rows import Row, Rows, by, by_order
from ._steps import falls


def check_rates(rows: Rows) -> list[Check]:
    """C10: for every order and energy the rate comes nearer; at one size the prefactor is right."""
    checks = []
    for order, own in by_order(rows.rates).items():
        for name, at_energy in by(lambda row: row["below"], own).items():
            where = "of all points" if name == "all" else f"of points below {name}"
            checks.append(
                falls(
                    f"p = {order}: the distance of (1/N) ln of the exact mean number {where} from "
                    f"its limit {at_energy[0]['limit']:.6f}",
                    at_energy,
                    lambda row: abs(row["rate"] - row["limit"]),
                )
            )
        checks.append(_sharp(order, own))
    return checks


def _sharp(order: int, rows: Sequence[Row]) -> Check:
    at_size = [row for row in rows if row["size"] == SHARP_SIZE]
    errors = [expm1(row["log_sharp"] - row["log_exact"]) for row in at_size]
    named = ", ".join(
        f"{error:+.2%} {'in all' if row['below'] == 'all' else 'below ' + row['below']}"
        for row, error in zip(at_size, errors, strict=True)
    )
    return Check.no_exception(
        f"p = {order}: the sharp asymptotics at N = {SHARP_SIZE} is within {SHARP_TOLERANCE:.0%} of "
        f"the exact mean ({named or 'none'})",
        exceptions=sum(not abs(error) <= SHARP_TOLERANCE for error in errors),
        sample_size=len(errors),
        strength=Strength.MEASURED,
        tolerance=SHARP_TOLERANCE,
    )
