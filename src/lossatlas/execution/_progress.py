"""Progress on standard error: how many tasks are done, how fast, and how long the rest will take."""

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, final, runtime_checkable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TaskID, TextColumn


@final
@dataclass(frozen=True)
class ProgressReport:
    """Where a run stands. `skipped` tasks were done before it began and count neither way.

    `seconds_left` is infinite until a task is done.
    """

    done: int
    total: int
    skipped: int
    failed: int
    seconds: float

    @property
    def rate(self) -> float:
        """Tasks a second, failed ones included."""
        return (self.done + self.failed) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float:
        """At the rate so far."""
        left = self.total - self.done - self.failed
        return left / self.rate if self.rate > 0 else (0.0 if left == 0 else float("inf"))

    def __str__(self) -> str:
        failed = f", {self.failed} failed" if self.failed else ""
        skipped = f", {self.skipped} done before" if self.skipped else ""
        return (
            f"{self.done} of {self.total} tasks{failed}{skipped}, {_rate(self.rate)}, "
            f"{_duration(self.seconds_left)} left"
        )


Listener: TypeAlias = Callable[[ProgressReport], object]


@runtime_checkable
class Stream(Protocol):
    """Somewhere to write lines to."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...

    def isatty(self) -> bool: ...


class AbstractProgress(ABC):
    """Something that is told how a run goes, and says at its end what came of it."""

    @abstractmethod
    def update(self, report: ProgressReport) -> None:
        """Take note; called at the start and after each task."""

    @abstractmethod
    def close(self, message: str = "") -> None:
        """Stop, and say one line where there is one to say."""


def open_progress(progress: bool | Listener, stream: Stream | None = None) -> AbstractProgress:
    """The progress that was asked for.

    Args:
        progress: True for a bar on a terminal and plain lines elsewhere, False for silence, or a
            function that is called with each report.
        stream: Where to write; standard error by default.
    """
    if callable(progress):
        return CalledProgress(progress)
    if not progress:
        return Quiet()
    stream = sys.stderr if stream is None else stream
    return RichProgress(stream) if stream.isatty() else PlainProgress(stream)


@final
class Quiet(AbstractProgress):
    """Says nothing."""

    def update(self, report: ProgressReport) -> None:
        del report

    def close(self, message: str = "") -> None:
        del message


@final
class CalledProgress(AbstractProgress):
    """Tells a function of the caller's; the line at the end is the caller's business too."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def update(self, report: ProgressReport) -> None:
        self._listener(report)

    def close(self, message: str = "") -> None:
        del message


@final
class PlainProgress(AbstractProgress):
    """A line now and then, for logs: at the start, at the end, and every ten seconds."""

    def __init__(self, stream: Stream, *, interval: float = 10.0) -> None:
        self._stream, self._interval = stream, interval
        self._next = 0.0

    def update(self, report: ProgressReport) -> None:
        now = time.monotonic()
        if now >= self._next or report.done + report.failed == report.total:
            self._next = now + self._interval
            print(report, file=self._stream, flush=True)

    def close(self, message: str = "") -> None:
        if message:
            print(message, file=self._stream, flush=True)


@final
class RichProgress(AbstractProgress):
    """A bar that redraws itself, for terminals."""

    def __init__(self, stream: Stream) -> None:
        file: Any = stream
        self._console = Console(file=file)
        self._bar = Bar(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            console=self._console,
        )
        self._task: TaskID | None = None

    def update(self, report: ProgressReport) -> None:
        failed = f", {report.failed} failed" if report.failed else ""
        words = f"tasks{failed}, {_rate(report.rate)}, {_duration(report.seconds_left)} left"
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task(words, total=report.total)
        self._bar.update(self._task, completed=report.done + report.failed, description=words)

    def close(self, message: str = "") -> None:
        self._bar.stop()
        if message:
            self._console.print(message, markup=False, highlight=False, soft_wrap=True)


def _rate(rate: float) -> str:
    return f"{rate:.2f} a second" if rate >= 1 or rate == 0 else f"{1 / rate:.1f} s each"


def _duration(seconds: float) -> str:
    if seconds == float("inf"):
        return "unknown time"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
