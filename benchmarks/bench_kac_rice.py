"""Exact mean counts of critical points against adaptive quadrature and against Monte Carlo.

The goals are absolute, on one thread: the total at N = 1000 within 100 ms, one index at N = 40
within 5 s. No public software computes these numbers; what they are compared with is what one would
write without them. A Monte Carlo value stops at one per cent, an exact one at eleven digits.
"""

from math import exp, sqrt

import numpy as np
from _timing import Act, Row, compare
from scipy.integrate import quad

from lossatlas.theory import kac_rice
from lossatlas.theory.random_matrix import one_point_density

ORDER = 3
GOALS = {"mean_count, total": 0.1, "mean_count, index 1": 5.0, "mean_count, index 20": 5.0}


def by_quad(size: int) -> float:
    """The log of the total by adaptive quadrature, one point at a time, of the same density."""
    shift = 0.5 * size * np.log(ORDER - 1)
    value, _ = quad(
        lambda x: one_point_density(x, size) * exp(-x * x / 6), -16, 16, limit=400, epsrel=1e-10
    )
    return float(np.log(2 * sqrt(2 / ORDER) * value) + shift)


def by_dense_matrices(size: int, index: int, draws: int) -> tuple[float, float]:
    """A mean count with its relative standard error, from eigenvalues of dense matrices."""
    g = np.random.default_rng(0).standard_normal((draws, size, size))
    x = np.linalg.eigvalsh((g + g.transpose(0, 2, 1)) / 2)[:, index]
    weights = np.exp(-x * x / 6)
    value = 2 * sqrt(2 / ORDER) * (ORDER - 1) ** (size / 2) * weights.mean()
    return value, weights.std() / weights.mean() / sqrt(draws)


def judge(rows: list[Row]) -> None:
    for row in rows:
        if row.act.name in GOALS:
            goal = GOALS[row.act.name]
            verdict = "met" if row.seconds <= goal else "MISSED"
            print(f"{row.act.name}: {row.seconds:.3g} s, goal {goal:g} s: {verdict}")


if __name__ == "__main__":
    total = kac_rice.mean_count(1000, ORDER, log=True)
    assert abs(by_quad(1000) - total) < 1e-9
    judge(
        compare(
            "Total, N = 1000, p = 3",
            Act("scipy quad over the density", lambda: by_quad(1000)),
            [Act("mean_count, total", lambda: kac_rice.mean_count(1000, ORDER, log=True))],
            rounds=3,
        )
    )
    for index in (1, 20):
        exact = kac_rice.mean_count(40, ORDER, index=index)
        sampled, error = by_dense_matrices(40, index, 5000)
        assert abs(sampled / exact - 1) < 4 * error
        print(f"\nindex {index}: Monte Carlo of 5000 matrices is good to {error:.1%}")
        judge(
            compare(
                f"Index {index}, N = 40, p = 3",
                Act("5000 dense matrices", lambda k=index: by_dense_matrices(40, k, 5000)),
                [
                    Act(
                        f"mean_count, index {index}",
                        lambda k=index: kac_rice.mean_count(40, ORDER, index=k),
                    )
                ],
            )
        )
