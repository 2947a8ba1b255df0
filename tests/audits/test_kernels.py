"""The permutation test of HSIC: exact, batched, and blind to nothing."""

import numpy as np
import pytest
from numpy.random import Generator
from scipy import stats

from lossatlas.audits._kernels import input_kernel, permutation_p_values
from lossatlas.audits._pairs import centred


def test_identical_inputs_are_all_alike() -> None:
    assert (input_kernel(np.full((5, 3), 0.1)) == 1).all()


def test_the_kernel_is_e_to_minus_one_half_at_the_median_distance(rng: Generator) -> None:
    X = rng.standard_normal((40, 3))
    K = input_kernel(X)
    off = K[~np.eye(40, dtype=bool)]
    assert np.median(off) == pytest.approx(np.exp(-0.5), rel=1e-6)


def test_p_values_count_the_permutations_one_by_one(rng: Generator) -> None:
    A = centred(input_kernel(rng.standard_normal((12, 2))))
    B = centred(input_kernel(rng.standard_normal((12, 2))))
    (found,) = permutation_p_values(A[None], B, 50, np.random.default_rng(3))
    orders = np.random.default_rng(3).permuted(np.tile(np.arange(12), (50, 1)), axis=1)
    beyond = sum(float((A * B[np.ix_(o, o)]).sum()) >= float((A * B).sum()) for o in orders)
    assert found == (1 + beyond) / 51


def test_one_test_of_many_kernels_is_that_of_each(rng: Generator) -> None:
    kernels = np.stack([centred(input_kernel(rng.standard_normal((15, 2)))) for _ in range(4)])
    other = centred(input_kernel(rng.standard_normal((15, 2))))
    together = permutation_p_values(kernels, other, 99, np.random.default_rng(1))
    alone = [permutation_p_values(k[None], other, 99, np.random.default_rng(1))[0] for k in kernels]
    assert together.tolist() == alone


def test_p_values_are_uniform_when_nothing_depends(rng: Generator) -> None:
    other = centred(input_kernel(rng.standard_normal((20, 2))))
    kernels = np.stack([centred(input_kernel(rng.standard_normal((20, 2)))) for _ in range(300)])
    p = permutation_p_values(kernels, other, 199, rng)
    assert stats.kstest(p, "uniform").pvalue > 1e-3


def test_dependence_on_the_length_alone_is_seen(rng: Generator) -> None:
    X = rng.standard_normal((100, 2))
    gates = (np.linalg.norm(X, axis=1) > 1.2)[:, None].astype(float)
    kernels = centred(gates @ gates.T)[None]
    (p,) = permutation_p_values(kernels, centred(input_kernel(X)), 199, rng)
    assert p == 1 / 200
