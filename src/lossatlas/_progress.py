"""What long work tells on its way: to a callable, or in plain lines on the error stream."""

import sys
import time
from collections.abc import Callable
from typing import TypeAlias, TypeVar, final

_SECONDS = 2.0

News = TypeVar("News")
Listener: TypeAlias = Callable[[News], object]
"""Something that is told how far the work has come; what it raises ends the work."""


def listener(progress: Listener[News] | bool) -> Listener[News] | None:
    """What to call with news: the callable itself, a printer for True, nothing for False."""
    if isinstance(progress, bool):
        return _Printer() if progress else None
    return progress


@final
class _Printer:
    """A plain line every two seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, news: object) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS:
            self._last = now
            print(news, file=sys.stderr, flush=True)
