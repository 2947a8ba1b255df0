"""How every benchmark here is timed: interleaved rounds on one thread, ratios with their spread.

A round runs every act once (repeated until it lasts `MIN_SECONDS`), so that a busy neighbour slows
all of them alike; a figure is the median over seven rounds of the round's own ratio, its spread the
smallest and largest. One thread: with two, every small call costs a slice of the scheduler.
"""

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import torch
from threadpoolctl import threadpool_limits

torch.set_num_threads(1)

ROUNDS = 7
MIN_SECONDS = 0.05


@dataclass(frozen=True)
class Act:
    """Something to time against the baseline.

    `per` divides the time (vectors in a block, points in a batch). A goal bounds the ratio of this
    act's time to the baseline's: `at_most`, or `at_least` for a peer that should be slower.
    """

    name: str
    run: Callable[[], object]
    per: float = 1
    at_most: float | None = None
    at_least: float | None = None


@dataclass(frozen=True)
class Row:
    """What came out: seconds a unit, the ratio to the baseline with its spread, the goal."""

    act: Act
    seconds: float
    ratio: float
    low: float
    high: float

    @property
    def goal(self) -> str:
        if self.act.at_most is not None:
            return f"<= {self.act.at_most:g}"
        return f">= {self.act.at_least:g}" if self.act.at_least is not None else ""

    @property
    def met(self) -> bool | None:
        if self.act.at_most is not None:
            return self.ratio <= self.act.at_most
        return self.ratio >= self.act.at_least if self.act.at_least is not None else None


def compare(title: str, baseline: Act, acts: Sequence[Act], *, rounds: int = ROUNDS) -> list[Row]:
    """Time all acts side by side in this process, print the table, return its rows."""
    threadpool_limits(1)
    everything = [baseline, *acts]
    repeats = [_calibrate(act.run) for act in everything]
    times = [
        [_seconds(act.run, count) / act.per for act, count in zip(everything, repeats, strict=True)]
        for _ in range(rounds)
    ]
    rows = [
        _row(act, [t[i] for t in times], [t[0] for t in times]) for i, act in enumerate(everything)
    ]
    _print(title, rows, rounds)
    return rows


def _calibrate(run: Callable[[], object]) -> int:
    """Calls that last `MIN_SECONDS`; the first call warms up and is not counted."""
    run()
    return max(1, round(MIN_SECONDS / _seconds(run, 1)))


def _seconds(run: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        run()
    return (time.perf_counter() - start) / count


def _row(act: Act, seconds: list[float], baseline: list[float]) -> Row:
    ratios = [a / b for a, b in zip(seconds, baseline, strict=True)]
    return Row(act, median(seconds), median(ratios), min(ratios), max(ratios))


def _print(title: str, rows: list[Row], rounds: int) -> None:
    width = max(len(row.act.name) for row in rows)
    print(f"\n{title}\n{platform.processor() or platform.machine()}, one thread, {rounds} rounds")
    print(f"{'':{width}}  {'seconds':>10}  {'ratio':>8}  {'spread':>17}  {'goal':>8}")
    for row in rows:
        spread = f"{row.low:.3g} .. {row.high:.3g}"
        verdict = {True: "met", False: "MISSED", None: ""}[row.met]
        print(
            f"{row.act.name:{width}}  {row.seconds:10.3e}  {row.ratio:8.3g}  {spread:>17}"
            f"  {row.goal:>8}  {verdict}"
        )
