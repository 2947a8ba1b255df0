"""The error door: every way out of a command is one line and an exit code.

0: done, whatever the verdicts say. 1: something outside the mathematics went wrong (a file, a
disk, a foreign catalogue). 2: bad usage. 130: interrupted with Ctrl-C. A traceback is a defect of
the program and is shown as such; it never stands for a mistake of the user.
"""

import errno
import os
import sys
from collections.abc import Callable

from lossatlas.errors import LossatlasError

from ._output import say


def guarded(command: Callable[[], None]) -> int:
    """Run the command line and turn what leaves it into an exit code.

    Args:
        command: The command line; it may leave by `SystemExit`, as usage errors do.

    Returns:
        The exit code.
    """
    try:
        code = _exit_code(command)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
        return 1
    except KeyboardInterrupt:
        say("Interrupted.")
        return 130
    except LossatlasError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(_about_a_file(error))
    except MemoryError as error:
        return _complain(f"Memory: {error or 'none left'}. Ask for a smaller preset or size.")
    return code


def _exit_code(command: Callable[[], None]) -> int:
    try:
        command()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def _complain(message: str, *, code: int = 1) -> int:
    say("Error: " + " ".join(message.split()))
    return code


def _about_a_file(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    remedy = {
        errno.ENOSPC: "Free some space and run the same command again: it resumes.",
        errno.EFBIG: "Raise the file size limit and run the same command again: it resumes.",
        errno.EACCES: "Choose a place that you may write to.",
        errno.EROFS: "Choose a place that you may write to.",
    }.get(error.errno or 0, "")
    return f"{error.strerror or error}{where}. {remedy}"


def _silence() -> None:
    """Let the interpreter's last flush go nowhere: the reader of our output has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
