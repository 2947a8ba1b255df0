"""Tasks on a Dask cluster: the same tasks, sent through the scheduler.

A worker that is lost costs nothing but time, since the scheduler gives its tasks to another. A task
whose workers die again and again is given up by the scheduler and reported like one that raises.
"""

import time
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, final

from lossatlas.errors import RunError

from ._pool import AbstractPool, arguments
from ._task import Task
from ._worker import Done, perform

_PATIENCE = 30.0
_REFRESH = 5.0


@final
class ClusterPool(AbstractPool):
    """The workers of a Dask scheduler.

    Args:
        address: The scheduler's, "tcp://host:8786".

    Raises:
        RunError: If Dask is not installed, the scheduler does not answer, or has no workers.
    """

    def __init__(self, address: str) -> None:
        self._client = _connected(address)
        self._executor = self._client.get_executor(pure=False)
        self._address = address
        self._counted, self._threads = float("-inf"), 1

    @property
    def window(self) -> int:
        # Workers come and go; asking for each task would cost a message each.
        now = time.monotonic()
        if now > self._counted + _REFRESH:
            self._counted, self._threads = now, sum(self._client.nthreads().values())
        return 2 * max(1, self._threads)

    def submit(self, task: Task) -> Future[Done]:
        future: Future[Done] = self._executor.submit(perform, *arguments(task))
        return future

    def restart(self) -> None:
        raise RunError(
            f"The scheduler at {self._address} went away. What was done is kept: start it and run "
            "the same command again to resume."
        )

    def close(self) -> None:
        self._executor.shutdown()
        self._client.close()

    def stop(self) -> None:
        # The scheduler may be gone, and then there is nothing to take back from it.
        with suppress(OSError, CancelledError, TimeoutError):
            self._executor.shutdown(wait=False)
            self._client.close(timeout=2)


def _connected(address: str) -> Any:
    if find_spec("distributed") is None:
        raise RunError(
            "A scheduler was asked for, but Dask is not installed. "
            'Install it: pip install "lossatlas[cluster]"'
        )
    import distributed

    cluster: Any = distributed
    try:
        client = cluster.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise RunError(
            f"The scheduler at {address} does not answer ({error!s:.200}). Check the address, for "
            "example tcp://localhost:8786, and that `dask scheduler` runs there."
        ) from error
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        client.close()
        raise RunError(
            f"The scheduler at {address} has no workers. Start one: dask worker {address}"
        ) from None
    return client
