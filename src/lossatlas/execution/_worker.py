"""What a worker does: one task, on one thread.

A worker gets the task as strings and numbers and gives records back; it never sees the store. It
ends when its parent does, however its parent ended.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import wait
from types import ModuleType
from typing import Any, final

from lossatlas.catalogue import Record, environment

from ._task import resolve

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@final
@dataclass(frozen=True, eq=False)
class Done:
    """What came of a task: its records, and where and when it was run."""

    records: list[Record]
    provenance: dict[str, Any]


def perform(function: str, settings: str, seed: tuple[int, ...]) -> Done:
    """Run a task here.

    Args:
        function: The path of its function.
        settings: Its settings as JSON.
        seed: Its seed.

    Returns:
        The records and their provenance.

    Raises:
        TypeError: If the function does not return a list of records.
    """
    work = resolve(function)
    _one_thread()
    started, clock = time.time(), time.perf_counter()
    records = work(json.loads(settings), tuple(seed))
    if not isinstance(records, list) or not all(isinstance(r, Record) for r in records):
        raise TypeError(f"{function} should return a list of records, not {type(records).__name__}")
    facts = {"seed": list(seed), "started": started, "seconds": time.perf_counter() - clock}
    return Done(records, {**environment(), **facts})


def _one_thread() -> None:
    """Torch keeps its own count of threads; the others read the environment when they load."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() != 1:
        torch.set_num_threads(1)


@contextmanager
def single_threaded_children() -> Generator[None]:
    """Inside, processes that are started get one thread each for every linear algebra library.

    The count must stand in the environment before NumPy is loaded, and a child loads it before it
    runs a line of ours.
    """
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def deaf_children() -> Generator[None]:
    """Inside, processes that are started do not hear Ctrl-C, not even while they start.

    A child inherits which signals are blocked; one that comes to this process meanwhile is held
    and comes through at the end.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _held_interrupts():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _held_interrupts() -> Generator[None]:
    """Inside, this thread is not interrupted; at the end it is, if it would have been.

    Blocking is a thread's own: another thread that does not block the signal takes it, and Python
    would interrupt the main thread all the same, with a worker half started.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    held: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if held:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def children_without_main() -> Generator[None]:
    """Inside, processes that are started do not run the caller's script again.

    A spawned child imports its parent's main module, so that functions of it can be called. Ours
    are all lossatlas's, and a script without a main guard would start itself over and over.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def start_worker() -> None:
    """Set up a worker process: the parent alone answers Ctrl-C, and takes the worker along."""
    # A process without signals of its own (a thread of another program) keeps what it has.
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
