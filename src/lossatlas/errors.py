"""What can go wrong, in words a reader can act on.

Misuse of a function is a `ValueError` in four parts (argument, should be, was, remedy). What goes
wrong with runs, files and memory is a `LossatlasError`, which the command line prints in one line
before it exits with code 1. Mathematical failure is neither: it is a value in a result.
"""


class LossatlasError(Exception):
    """Something outside the mathematics went wrong; the message says what, where and what to do."""


class RunError(LossatlasError):
    """A run folder cannot be used as asked (other settings, not a run, not writable)."""


class CatalogueError(LossatlasError):
    """A catalogue file is corrupt, foreign, or of another schema."""


class MemoryForecastError(LossatlasError, MemoryError):
    """An allocation was forecast not to fit, and refused before it was tried."""


class DataError(LossatlasError):
    """A data set cannot be had or is not what it should be."""


def misuse(argument: str, *, should: str, got: object, remedy: str) -> ValueError:
    """The error for a wrong argument, in its four parts.

    Args:
        argument: The argument's name as the caller wrote it.
        should: What it should be, as the end of "should ...".
        got: What it was.
        remedy: What to do, a full sentence.

    Returns:
        The exception, to be raised by the caller.

    Example:
        >>> print(misuse("widths", should="be at least 1", got=(3, 0, 2), remedy="Drop the layer."))
        `widths` should be at least 1. Got (3, 0, 2). Drop the layer.
    """
    return ValueError(f"`{argument}` should {should}. Got {got}. {remedy}")
