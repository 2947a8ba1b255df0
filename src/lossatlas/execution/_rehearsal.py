"""A task that costs next to nothing, to rehearse a run with: does this machine run, stop, resume?

It multiplies small random matrices, so it has bits that threads and libraries could change, and
puts into its records what is hard to keep: not-a-number, infinities, negative losses, a point.
"""

import os
import time
from typing import Any

import numpy as np

from lossatlas.catalogue import Record

from ._seed import numpy_generator, task_seed
from ._task import Task


def rehearsal_tasks(number: int, *, seed: int = 0, **settings: Any) -> list[Task]:
    """Tasks to rehearse a run with.

    Args:
        number: How many.
        seed: Changes all of them.
        **settings: Passed to each `rehearse`.

    Returns:
        The tasks, all different.
    """
    common = {"seed": seed, **settings}
    return [
        Task(
            "lossatlas.execution._rehearsal:rehearse",
            {**common, "task": i},
            task_seed("rehearsal", common, i),
        )
        for i in range(number)
    ]


def rehearse(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Run a small deterministic task.

    Args:
        settings: `size` of the matrices (8), `records` (2), `pause` in seconds (0), `end`:
            "records", "error" (raises) or "death" (the process ends at once, as if killed).
        seed: The entropy of the task's generator.

    Returns:
        The records, which depend on nothing but the arguments.

    Raises:
        ArithmeticError: If asked for by `end`.
    """
    rng = numpy_generator(seed)
    time.sleep(settings.get("pause", 0.0))
    if settings.get("end") == "error":
        raise ArithmeticError(f"rehearsed failure of task {settings.get('task')}")
    if settings.get("end") == "death":
        os._exit(9)
    size = settings.get("size", 8)
    return [_record(rng, size, place) for place in range(settings.get("records", 2))]


def _record(rng: np.random.Generator, size: int, place: int) -> Record:
    A, B = rng.standard_normal((2, size, size))
    product = A @ B
    attributes = {
        "place": place,
        "loss": float(product.sum()),
        "trace": float(np.trace(product)),
        "missing": float("nan"),
        "barrier": float("-inf"),
        "converged": bool(product[0, 0] > 0),
    }
    return Record("rehearsal", "product", attributes, product.ravel())
