"""Settings out of range are refused where the method is made, a missing generator where it runs."""

from math import isfinite

from torch import Generator

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


def required(generator: Generator | None, method: str) -> Generator:
    """The generator that a noisy method cannot do without."""
    if generator is None:
        raise misuse(
            "generator",
            should=f"be a torch.Generator for {method}",
            got=None,
            remedy="Pass `torch.Generator().manual_seed(seed)`.",
        )
    return generator
