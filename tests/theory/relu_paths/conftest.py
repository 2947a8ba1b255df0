"""An oracle that knows no dynamic programming: every path of a small network, one by one."""

from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest


def _fires(weights: Any, x: Any) -> Any:
    """For one sample, which hidden units fire, by the definition of the network."""
    open_, signal = [], [float(v) for v in x]
    for W in weights[:-1]:
        z = [sum(float(w) * s for w, s in zip(row, signal, strict=True)) for row in W]
        open_.append([v > 0 for v in z])
        signal = [max(v, 0.0) for v in z]
    return open_


def _every_path(weights: Any, X: Any) -> Any:
    widths = [weights[0].shape[1], *(len(W) for W in weights)]
    fires = [_fires(weights, x) for x in X]
    units = list(product(*(range(d) for d in widths)))
    w = [float(np.prod([W[t[k + 1], t[k]] for k, W in enumerate(weights)])) for t in units]
    A = [[float(all(f[k][t[k + 1]] for k in range(len(f)))) for f in fires] for t in units]
    return SimpleNamespace(units=units, w=np.array(w), A=np.array(A), pi=np.array(A).mean(axis=1))


def _random_network(seed: int, widths: Any, n: int) -> Any:
    rng = np.random.default_rng(seed)
    shapes = zip(widths[1:], widths[:-1], strict=True)
    return [rng.standard_normal(s) for s in shapes], rng.standard_normal((n, widths[0]))


@pytest.fixture(scope="session")
def every_path() -> Any:
    """(weights, X) to all paths: units, products w, gates A (path, sample), rates pi."""
    return _every_path


@pytest.fixture(scope="session")
def random_network() -> Any:
    """(seed, widths, n) to Gaussian weights and samples."""
    return _random_network


@pytest.fixture(scope="session")
def hand() -> Any:
    """The 3-2-3-1 network of docs/theory/relu_paths.md, worked out on paper.

    At x = (1, 1, 2) the layers see (-1, 3) and (3, 3, -3), at (2, 0, 1) they see (1, 4) and
    (5, 3, -2). The outputs are 3 and 7; 2 and 4 of the 6 hidden paths are open.
    """
    weights = [
        np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]]),
        np.array([[1.0, 1.0], [-1.0, 1.0], [2.0, -1.0]]),
        np.array([[2.0, -1.0, 3.0]]),
    ]
    return weights, np.array([[1.0, 1.0, 2.0], [2.0, 0.0, 1.0]])
