"""Progress on a terminal, in a log, and to a caller's function."""

import io
import re

import pytest

from lossatlas.execution import ProgressReport
from lossatlas.execution._progress import (
    PlainProgress,
    Quiet,
    RichProgress,
    open_progress,
)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _report(done: int, failed: int = 0, seconds: float = 10.0) -> ProgressReport:
    return ProgressReport(done=done, total=40, skipped=3, failed=failed, seconds=seconds)


def test_a_report_says_done_rate_and_time_left() -> None:
    assert str(_report(20)) == "20 of 40 tasks, 3 done before, 2.00 a second, 10 s left"
    assert str(_report(4, 1)) == (
        "4 of 40 tasks, 1 failed, 3 done before, 2.0 s each, 1 min 10 s left"
    )
    assert _report(1, seconds=3600.0).seconds_left == pytest.approx(39 * 3600)
    assert str(_report(1, seconds=3600.0)).endswith("39 h 00 min left")


def test_before_the_first_task_the_time_left_is_unknown() -> None:
    assert _report(0, seconds=0.0).seconds_left == float("inf")
    assert "unknown time left" in str(_report(0))
    assert ProgressReport(0, 0, 5, 0, 0.0).seconds_left == 0


def test_a_log_gets_a_line_at_the_start_now_and_then_and_at_the_end() -> None:
    stream = io.StringIO()
    progress = open_progress(True, stream)
    assert isinstance(progress, PlainProgress)
    for done in range(41):
        progress.update(_report(done))
    progress.close("Stopped.")
    lines = stream.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["0", "40", "Stopped."]
    assert "\x1b" not in stream.getvalue()


def test_a_log_gets_every_line_when_time_has_passed() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream, interval=0.0)
    for done in range(5):
        progress.update(_report(done))
    assert len(stream.getvalue().splitlines()) == 5


def test_a_terminal_gets_a_bar_with_done_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    stream = _Terminal()
    progress = open_progress(True, stream)
    assert isinstance(progress, RichProgress)
    progress.update(_report(0))
    progress.update(_report(20))
    progress.close("Stopped [after] 20.")
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "20/40 tasks, 2.00 a second, 10 s left" in plain
    assert "Stopped [after] 20." in plain


def test_quiet_says_nothing() -> None:
    stream = _Terminal()
    progress = open_progress(False, stream)
    assert isinstance(progress, Quiet)
    progress.update(_report(1))
    progress.close("Stopped.")
    assert stream.getvalue() == ""


def test_a_function_is_told_everything() -> None:
    reports: list[ProgressReport] = []
    progress = open_progress(reports.append)
    for done in (0, 1):
        progress.update(_report(done))
    progress.close("Stopped.")
    assert [report.done for report in reports] == [0, 1]
