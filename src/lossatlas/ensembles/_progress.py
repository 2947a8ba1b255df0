"""What a long training tells on its way: to a callable, or in plain lines on the error stream."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

_SECONDS = 2.0


@final
@dataclass(frozen=True)
class Progress:
    """How far an ensemble has come.

    Attributes:
        epoch: The epochs done.
        num_epochs: The epochs that will be done.
        num_networks: The networks that learn.
    """

    epoch: int
    num_epochs: int
    num_networks: int

    def __str__(self) -> str:
        return f"epoch {self.epoch} of {self.num_epochs}, {self.num_networks} networks"


Listener: TypeAlias = Callable[[Progress], object]


def listener(progress: Listener | bool) -> Listener | None:
    """What to call after every epoch: the callable itself, a printer for True, nothing for False."""
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
