"""Where tasks are run: worker processes of this machine, behind PEP 3148's `submit -> Future`.

Processes are spawned, never forked: a forked child would inherit the parent's threads' locks and
its thread counts, and its bits could differ. Even one worker is a process, for the same reason.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from typing import final

from lossatlas.catalogue import canonical_json
from lossatlas.errors import RunError, misuse

from ._task import Task
from ._worker import (
    Done,
    children_without_main,
    deaf_children,
    perform,
    single_threaded_children,
    start_worker,
)


class AbstractPool(ABC):
    """Somewhere to run tasks."""

    @property
    @abstractmethod
    def window(self) -> int:
        """How many tasks to hand out at a time: enough to keep everyone busy, few to take back."""

    @abstractmethod
    def submit(self, task: Task) -> Future[Done]:
        """Hand out a task.

        Raises:
            BrokenExecutor: If workers were lost; `restart` makes new ones.
        """

    @abstractmethod
    def restart(self) -> None:
        """Start anew after workers were lost.

        Raises:
            RunError: If that cannot be done.
        """

    @abstractmethod
    def close(self) -> None:
        """End, when nothing is under way."""

    @abstractmethod
    def stop(self) -> None:
        """End at once: what has not begun is cancelled, what is under way is given up."""


@final
class LocalPool(AbstractPool):
    """Processes of this machine, with one thread each.

    Args:
        workers: How many.

    Raises:
        ValueError: If it is not at least 1.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise misuse("workers", should="be at least 1", got=workers, remedy="Pass 1.")
        self._workers = workers
        self._children: set[BaseProcess] = set()
        self._executor = self._processes()

    @property
    def window(self) -> int:
        return 2 * self._workers

    def submit(self, task: Task) -> Future[Done]:
        # The executor starts its processes inside `submit`, one by one as they are needed.
        with _calm_start():
            before = set(active_children())
            try:
                future = self._executor.submit(perform, *arguments(task))
            except OSError as error:
                # A worker that dies while the next is being started closes the pipes under it.
                raise BrokenExecutor(f"no worker could be started: {error}") from error
            finally:
                self._children |= set(active_children()) - before
        return future

    def restart(self) -> None:
        self.stop()
        self._executor = self._processes()
        try:
            with _calm_start():
                ready = self._executor.submit(_ready)
            ready.result()
        except (BrokenExecutor, OSError) as error:
            raise RunError(
                "Worker processes end as soon as they start. See whether memory is short, and "
                "whether `python -c 'import lossatlas.execution'` works here."
            ) from error

    def close(self) -> None:
        self._executor.shutdown()

    def stop(self) -> None:
        results = getattr(self._executor, "_result_queue", None)
        self._executor.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()
        self._children.clear()
        _hang_up(results)

    def _processes(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, mp_context=get_context("spawn"), initializer=start_worker
        )


def _hang_up(results: object) -> None:
    """Let go of the sending end of the results' pipe.

    A worker killed while it sends leaves half a message, and the executor's thread waits for the
    other half as long as anyone, this process too, could still send it: the program never ends.
    """
    sender = getattr(results, "_writer", None)
    if sender is not None:
        sender.close()


def arguments(task: Task) -> tuple[str, str, tuple[int, ...]]:
    """What is sent to a worker: strings and numbers only."""
    return task.function, canonical_json(task.settings), task.seed


@contextmanager
def _calm_start() -> Generator[None]:
    """What must hold while a worker process is started."""
    with single_threaded_children(), deaf_children(), children_without_main():
        yield


def _ready() -> bool:
    return True
