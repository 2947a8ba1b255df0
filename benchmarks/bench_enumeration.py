"""All critical points of random spin glasses, proved: how many instances, in what time.

There is no peer to compare with: the goals are absolute. 1000 instances of N = 6, p = 3 on two
processes: at least 995 proved complete within two minutes. N = 10: within ten seconds an instance.
Wall time depends on what else the machine does; processor seconds are printed beside it.
"""

import platform
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import torch
from threadpoolctl import threadpool_limits
from torch import Generator

from lossatlas.critical import Completeness, enumerate_points_batch
from lossatlas.surfaces import SpinGlass

WORKERS = 2


@dataclass(frozen=True)
class Case:
    """Instances of one size, and the goals: seconds for all of them, and how many are proved."""

    size: int
    order: int
    instances: int
    batch: int
    seconds: float | None = None
    proved: int | None = None


CASES = [
    Case(6, 3, 1000, 100, seconds=120, proved=995),
    Case(4, 3, 1000, 100),
    Case(8, 3, 100, 10),
    Case(10, 3, 20, 1, seconds=100),  # ten seconds each, on each of two processes
    Case(12, 3, 2, 1),
    Case(4, 4, 200, 50),
    Case(6, 4, 20, 5),
    Case(4, 5, 100, 20),
]


def enumerate_some(size: int, order: int, count: int, seed: int) -> tuple[int, int, float]:
    """How many of these instances are proved, their points, and processor seconds."""
    torch.set_num_threads(1)
    threadpool_limits(1)
    generator = Generator().manual_seed(seed)
    glasses = [SpinGlass(order, size, generator=generator) for _ in range(count)]
    start = time.process_time()
    found = enumerate_points_batch(glasses)
    spent = time.process_time() - start
    return sum(one.proved for one in found), sum(len(one) for one in found), spent


def measure(pool: ProcessPoolExecutor, case: Case) -> None:
    batches = case.instances // case.batch
    start = time.perf_counter()
    jobs = [
        pool.submit(enumerate_some, case.size, case.order, case.batch, seed)
        for seed in range(batches)
    ]
    results = [job.result() for job in jobs]
    wall = time.perf_counter() - start
    proved, points, spent = (sum(column) for column in zip(*results, strict=True))
    goal = ""
    if case.seconds is not None:
        met = wall <= case.seconds and proved >= (case.proved or 0)
        wanted = f", {case.proved} proved" if case.proved else ""
        goal = f"<= {case.seconds:g} s{wanted}: {'met' if met else 'MISSED'}"
    print(
        f"N = {case.size:2}, p = {case.order}: {proved}/{case.instances} proved, "
        f"{points / case.instances:7.2f} points on average, {wall:6.1f} s on {WORKERS} processes, "
        f"{1e3 * spent / case.instances:7.1f} ms of processor time each  {goal}",
        flush=True,
    )


def saturated(instances: int = 100, size: int = 8) -> None:
    """Lists made by random starts alone, against the proved ones: how many lack a point."""
    generator = Generator().manual_seed(6)
    glasses = [SpinGlass(3, size, generator=generator) for _ in range(instances)]
    proved = enumerate_points_batch(glasses)
    searched = enumerate_points_batch(glasses, most_paths=1)
    pairs = list(zip(proved, searched, strict=True))
    called = sum(own.completeness is Completeness.SATURATED for own in searched)
    short = [(len(own) - len(other)) // 2 for own, other in pairs if len(other) < len(own)]
    starts = sorted(own.starts for own in searched)
    print(
        f"N = {size}, p = 3, random starts alone: {called}/{instances} called saturated after "
        f"{starts[0]} to {starts[-1]} starts; {len(short)} lists lack pairs, {sum(short)} in all",
        flush=True,
    )


def main(names: list[str]) -> None:
    print(f"{platform.processor() or platform.machine()}, {WORKERS} processes of one thread each")
    context = get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        for job in [pool.submit(enumerate_some, 2, 3, 1, 0) for _ in range(2 * WORKERS)]:
            job.result()  # the imports are not counted
        for case in CASES:
            if not names or str(case.size) in names:
                measure(pool, case)
    if not names or "saturated" in names:
        saturated()


if __name__ == "__main__":
    main(sys.argv[1:])
