"""Bad usage: what was asked does not exist or cannot be read; the message says what would do."""

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from difflib import get_close_matches
from typing import NoReturn, TypeVar

import typer

T = TypeVar("T")


def unknown(what: str, name: str, known: Iterable[str], *, hint: str) -> typer.BadParameter:
    """The error for a name that is not one of those known.

    Args:
        what: What the name should be the name of, for example "study".
        name: The name as given.
        known: The names that would do.
        hint: The argument or option as the user writes it.

    Returns:
        The exception (exit code 2), with the nearest name where there is one, else all of them.
    """
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    remedy = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names) or 'none'}."
    return typer.BadParameter(f"there is no {what} {name!r}. {remedy}", param_hint=repr(hint))


def numbers(text: str, convert: Callable[[str], T], *, hint: str, example: str) -> tuple[T, ...]:
    """A comma-separated list of numbers, as the user wrote it on the command line."""
    try:
        return tuple(convert(part.strip()) for part in text.split(",") if part.strip())
    except (ValueError, ZeroDivisionError):
        refuse(f"{text!r} is not a list of numbers. Write it as {example}.", hint=hint)


def refuse(message: str, *, hint: str) -> NoReturn:
    """Raise the error for a value that cannot be used (exit code 2)."""
    raise typer.BadParameter(message, param_hint=repr(hint))


def condition(text: str, *, hint: str) -> tuple[str, object]:
    """An attribute and its value from `A=V`; the value is read as JSON where it is JSON.

    So `depth=3` asks for the number and `certified=true` for the truth value; NaN and Infinity are
    numbers too. Anything else is a string.
    """
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        refuse(f"{text!r} names no attribute and value. Write it as depth=3.", hint=hint)
    try:
        return name.strip(), json.loads(value)
    except json.JSONDecodeError:
        return name.strip(), value


@contextmanager
def judging(hint: str) -> Generator[None]:
    """Within this block a wrong value is the user's: say so in one line and exit with 2.

    Only what reads the user's values belongs into the block: a `ValueError` from anywhere else is
    a defect of the program and must not pass for a mistake of the user.
    """
    try:
        yield
    except ValueError as error:
        refuse(_one_line(error), hint=hint)


def _one_line(error: ValueError) -> str:
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        return " ".join(
            f"`{'.'.join(str(part) for part in detail['loc'])}`: {detail['msg']}, "
            f"got {detail['input']!r}."
            for detail in error.errors()
        )
    return " ".join(str(error).split())
