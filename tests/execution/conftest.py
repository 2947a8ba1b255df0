"""What the tests of runs share: processes looked at from outside, and a run done without a stop."""

import os
from collections.abc import Callable

import pytest
from tests._processes import is_alive, until as wait_until, worker_processes

from lossatlas.catalogue import MemoryStore
from lossatlas.execution import rehearsal_tasks, rehearse


@pytest.fixture(scope="session")
def children() -> Callable[[int], list[int]]:
    return worker_processes


@pytest.fixture(scope="session")
def alive() -> Callable[[int], bool]:
    return is_alive


@pytest.fixture(scope="session")
def until() -> Callable[..., bool]:
    return wait_until


@pytest.fixture(scope="session")
def expected() -> Callable[..., MemoryStore]:
    """What a rehearsal gives when its tasks are called one after the other, right here."""

    def run(number: int, **settings: object) -> MemoryStore:
        store = MemoryStore()
        for task in rehearsal_tasks(number, **settings):  # type: ignore[arg-type]
            plain = {**task.settings, "pause": 0}
            store.commit(task.key, task.json, rehearse(plain, task.seed))
        return store

    return run


@pytest.fixture(scope="session")
def own_pid() -> int:
    return os.getpid()
