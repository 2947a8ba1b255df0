"""Running tasks into a store: what is done is skipped, what fails is named, what is lost is rerun.

Only this process writes the store. Tasks are handed out a few at a time, and each that comes back is
committed with its records before the next is looked at, so that a run can be ended at any moment
and taken up again.
"""

import time
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import final

from lossatlas.catalogue import AbstractStore, canonical_json
from lossatlas.errors import RunError

from ._cluster import ClusterPool
from ._pool import AbstractPool, LocalPool
from ._progress import AbstractProgress, Listener, ProgressReport, open_progress
from ._task import Task
from ._worker import Done

_DEATHS_ALONE = 2
_LOSSES_IN_A_ROW = 5


@final
@dataclass(frozen=True)
class RunSummary:
    """What a call of `run_tasks` did: tasks asked for, run now, done before, and the seconds."""

    total: int
    done: int
    skipped: int
    seconds: float


def run_tasks(
    tasks: Sequence[Task],
    store: AbstractStore,
    *,
    workers: int = 2,
    scheduler: str | None = None,
    progress: bool | Listener = True,
) -> RunSummary:
    """Run the tasks that a store does not have yet, and keep what they give.

    Give all tasks of a run in one call: the workers are started once a call, which costs seconds.

    Args:
        tasks: What to run. A task named twice is run once.
        store: Where records go; each task's in one transaction, by this process alone.
        workers: How many processes of this machine; they have one thread each.
        scheduler: The address of a Dask scheduler to use instead, "tcp://host:8786".
        progress: True for progress on standard error, False for silence, or a function that is
            called with a `ProgressReport` at the start and after each task.

    Returns:
        How many tasks were run and skipped, and how long it took.

    Raises:
        RunError: At the end, if tasks failed: the first of them and the remedy. The others' records
            are kept, and the failed ones are tried again by the next call.
        LossatlasError: If the store cannot be written; then nothing more is run.
        KeyboardInterrupt: On Ctrl-C, with one line that says how to resume. Workers are ended at
            once; what was committed is kept.
        ValueError: If `workers` is not at least 1.

    Example:
        >>> from lossatlas.catalogue import MemoryStore
        >>> from lossatlas.execution import rehearsal_tasks, run_tasks
        >>> store = MemoryStore()
        >>> run_tasks(rehearsal_tasks(3), store, workers=1, progress=False).done
        3
    """
    listener = open_progress(progress)
    unique = {task.key: task for task in tasks}
    completed = store.completed()
    runner = _Runner(store, listener, [t for key, t in unique.items() if key not in completed])
    runner.skipped = len(unique) - len(runner.waiting)
    line = ""
    try:
        runner.report()
        if runner.waiting:
            with _opened(workers, scheduler) as pool:
                runner.run(pool)
    except KeyboardInterrupt:
        line = f"Stopped after {runner.done} of {runner.total} tasks. Run it again to resume."
        raise KeyboardInterrupt(line) from None
    finally:
        listener.close(line)
    runner.raise_failures()
    return runner.summary()


@contextmanager
def _opened(workers: int, scheduler: str | None) -> Generator[AbstractPool]:
    """A pool that ends with the run: in peace when it went well, and at once when it did not."""
    pool = LocalPool(workers) if scheduler is None else ClusterPool(scheduler)
    try:
        yield pool
    except BaseException:
        pool.stop()
        raise
    pool.close()


@final
class _Runner:
    """The state of one call: what waits, what is under way, what came of the rest."""

    def __init__(
        self, store: AbstractStore, progress: AbstractProgress, waiting: Sequence[Task]
    ) -> None:
        self.store, self.progress = store, progress
        self.waiting = deque(waiting)
        self.total, self.done, self.skipped = len(waiting), 0, 0
        self.flying: dict[Future[Done], Task] = {}
        self.lost: list[Task] = []
        self.broken, self.barren = False, 0
        self.deaths: dict[str, int] = {}
        self.failures: list[tuple[Task, BaseException]] = []
        self.started = time.perf_counter()

    def run(self, pool: AbstractPool) -> None:
        """Until nothing waits and nothing is under way."""
        while self.waiting or self.flying:
            self._hand_out(pool)
            ended, _ = wait(self.flying, return_when=FIRST_COMPLETED)
            for future in ended:
                self._take_in(self.flying.pop(future), future)
            if self.broken and not self.flying:
                self._check_progress()
                pool.restart()
                self._give_again()

    def _hand_out(self, pool: AbstractPool) -> None:
        """A suspect flies alone, so that if it dies again it is known who did it."""
        while self.waiting and not self.broken:
            alone = any(self._suspect(task) for task in [self.waiting[0], *self.flying.values()])
            if len(self.flying) >= (1 if alone else pool.window):
                return
            task = self.waiting.popleft()
            try:
                self.flying[pool.submit(task)] = task
            except BrokenExecutor:
                self.waiting.appendleft(task)
                self.broken = True

    def _take_in(self, task: Task, future: Future[Done]) -> None:
        try:
            outcome = future.result()
        except (BrokenExecutor, CancelledError):
            self.lost.append(task)
            self.broken = True
            return
        except Exception as error:
            self.failures.append((task, error))
        else:
            self.store.commit(task.key, task.json, outcome.records, provenance=outcome.provenance)
            self.done += 1
        self.barren = 0
        self.report()

    def _check_progress(self) -> None:
        """Losses that lead nowhere must not go on for ever."""
        self.barren += 1
        if self.barren > _LOSSES_IN_A_ROW:
            raise RunError(
                f"Workers were lost {self.barren} times in a row and no task was finished. "
                "See whether memory or the number of processes is short, then run it again."
            )

    def _give_again(self) -> None:
        """Lost tasks go to the front; one that died alone twice is the one that kills workers."""
        for task in reversed(self.lost):
            alone = len(self.lost) == 1
            self.deaths[task.key] = self.deaths.get(task.key, 0) + alone
            if self.deaths[task.key] >= _DEATHS_ALONE:
                self.failures.append((task, RuntimeError("its worker process died (memory?)")))
                self.barren = 0
                self.report()
            else:
                self.waiting.appendleft(task)
        self.lost.clear()
        self.broken = False

    def _suspect(self, task: Task) -> bool:
        return task.key in self.deaths

    def report(self) -> None:
        """Tell the progress where things stand."""
        seconds = time.perf_counter() - self.started
        self.progress.update(
            ProgressReport(self.done, self.total, self.skipped, len(self.failures), seconds)
        )

    def summary(self) -> RunSummary:
        """What came of it."""
        seconds = time.perf_counter() - self.started
        return RunSummary(self.total + self.skipped, self.done, self.skipped, seconds)

    def raise_failures(self) -> None:
        """Raise if there are any: which, why, and what to do."""
        if not self.failures:
            return
        task, error = self.failures[0]
        words = f"{error!s:.500}".rstrip(".")
        raise RunError(
            f"{len(self.failures)} of {self.total} tasks failed; the others are kept. The first is "
            f"{task.function} with settings {canonical_json(task.settings)[:300]} "
            f"(task {task.key[:12]}): {type(error).__name__}: {words}. "
            "Run it again to try the failed tasks again."
        ) from error
