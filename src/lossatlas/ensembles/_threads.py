"""Networks shared out over threads that run compiled code.

Parts are large at first and single networks at the end: few hand-overs, and no thread waits for
another longer than for one network, even where a neighbour holds one of them up. Which thread takes
a part changes no bit, since networks know nothing of each other.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeAlias

Work: TypeAlias = Callable[[slice], None]


def share_out(count: int, threads: int, begin: Callable[[], Work], *, most: int) -> None:
    """Do the work on all networks.

    Args:
        count: The networks.
        threads: The threads that take parts of them; 1 is the calling one.
        begin: Called once in each thread: gives what does the work on a part, with memory of its own.
        most: The networks of a part at most; an interrupt is heard when one is done.
    """
    waiting = deque(parts(count, threads, most=most))

    def take() -> None:
        work = begin()
        while True:
            try:
                part = waiting.popleft()
            except IndexError:
                return
            work(part)

    if threads == 1:
        take()
        return
    with ThreadPoolExecutor(threads) as pool:
        takers = [pool.submit(take) for _ in range(min(threads, len(waiting)))]
        try:
            wait(takers, return_when=FIRST_EXCEPTION)
        finally:
            waiting.clear()  # where one failed or we were interrupted, the others end their part
    for taker in takers:
        taker.result()


def parts(count: int, threads: int, *, most: int) -> Iterator[slice]:
    """Half of what each thread would get of the rest, again and again, down to single networks."""
    start = 0
    while start < count:
        left = count - start
        size = left if threads == 1 else left // (2 * threads)
        size = max(1, min(size, most))
        yield slice(start, start + size)
        start += size
