"""The error door: one line on standard error and the right exit code, whatever happens."""

import errno
import sys
from collections.abc import Callable

import pytest

from lossatlas.cli._door import guarded
from lossatlas.errors import CatalogueError, DataError, MemoryForecastError, RunError


def _raising(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    "error",
    [
        RunError("The folder x holds a run with other settings.\n  seed: 0, now 1"),
        CatalogueError("The file x is corrupt."),
        DataError("No digits."),
        MemoryForecastError("8 GiB would be needed."),
        MemoryError(),
        OSError(errno.ENOSPC, "No space left on device", "runs/x"),
        PermissionError(errno.EACCES, "Permission denied", "/x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_trouble_is_one_line_and_exit_code_1(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(_raising(error)) == 1
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("Error: ")
    assert err.count("\n") == 1


def test_a_full_disk_says_that_the_run_resumes(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(_raising(OSError(errno.ENOSPC, "No space left on device", "runs/x")))
    assert capsys.readouterr().err == (
        "Error: No space left on device (runs/x). "
        "Free some space and run the same command again: it resumes.\n"
    )


def test_ctrl_c_is_130_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(_raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


@pytest.mark.parametrize("code", [0, 1, 2, 130])
def test_a_command_may_choose_its_exit_code(code: int) -> None:
    assert guarded(lambda: sys.exit(code)) == code


def test_a_defect_is_not_dressed_up_as_a_mistake_of_the_user() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: 1 // 0)
    with pytest.raises(ValueError, match="defect"):
        guarded(_raising(ValueError("defect")))
