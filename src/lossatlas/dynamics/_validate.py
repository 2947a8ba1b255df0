"""Settings out of range are refused where the method is made."""

from math import isfinite

from lossatlas.errors import misuse


def check_positive(name: str, value: float) -> None:
    """A finite number above zero."""
    if not (isfinite(value) and value > 0):
        raise misuse(
            name, should="be a number above 0", got=value, remedy="Choose a positive number."
        )


def check_nonnegative(name: str, value: float) -> None:
    """A finite number, zero or above."""
    if not (isfinite(value) and value >= 0):
        raise misuse(name, should="be a number, at least 0", got=value, remedy="Choose 0 for none.")


def check_count(name: str, value: int, *, least: int = 0) -> None:
    """A whole number, `least` or above."""
    if value != int(value) or value < least:
        raise misuse(
            name,
            should=f"be a whole number, at least {least}",
            got=value,
            remedy=f"Choose {least} or more.",
        )
