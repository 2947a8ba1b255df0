"""What a long run tells on its way: to a callable, or in plain lines on the error stream."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

_SECONDS = 2.0


@final
@dataclass(frozen=True)
class Progress:
    """How far a batch of replicas has come.

    Attributes:
        step: The steps done.
        num_steps: The steps that will be done at most.
        moving: The replicas that still move.
    """

    step: int
    num_steps: int
    moving: int

    def __str__(self) -> str:
        return f"step {self.step} of at most {self.num_steps}, {self.moving} replicas move"


Listener: TypeAlias = Callable[[Progress], object]


def listener(progress: Listener | bool) -> Listener | None:
    """What to call after every step: the callable itself, a printer for True, nothing for False."""
    if isinstance(progress, bool):
        return _Printer() if progress else None
    return progress


@final
class _Printer:
    """A plain line every two seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, news: Progress) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS:
            self._last = now
            print(news, file=sys.stderr, flush=True)
