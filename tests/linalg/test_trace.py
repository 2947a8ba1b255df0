"""Trace estimates: unbiased, exact where they must be, sharper than plain sampling."""

from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor

from lossatlas.linalg import DenseOperator, TraceEstimate, trace_hutchpp, trace_xtrace

Planted = Callable[..., Tensor]

both = pytest.mark.parametrize("estimate", [trace_hutchpp, trace_xtrace])


def generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


@both
@pytest.mark.parametrize("rank", [0, 1, 5])
def test_low_rank_is_exact(
    planted: Planted, estimate: Callable[..., TraceEstimate], rank: int
) -> None:
    A = planted([3.0] * rank + [0.0] * (60 - rank))
    found = estimate(DenseOperator(A), generator(), num_products=30)
    assert found.value == pytest.approx(3.0 * rank, abs=1e-9)


@both
@pytest.mark.parametrize("n", [1, 2, 7])
def test_enough_products_are_exact(
    planted: Planted, estimate: Callable[..., TraceEstimate], n: int
) -> None:
    A = planted(torch.linspace(-1, 3, n))
    found = estimate(DenseOperator(A), generator(), num_products=100)
    assert found.value == pytest.approx(A.trace().item(), abs=1e-10)
    assert found.standard_error == 0


@both
def test_estimates_are_unbiased_and_know_their_error(
    planted: Planted, estimate: Callable[..., TraceEstimate]
) -> None:
    A = DenseOperator(planted(torch.linspace(-2, 5, 80)))
    exact = A.dense().trace().item()
    runs = [estimate(A, generator(seed), num_products=30) for seed in range(200)]
    errors = torch.tensor([run.value - exact for run in runs])
    assert abs(errors.mean()) <= 4 * errors.std() / 200**0.5
    claimed = torch.tensor([run.standard_error for run in runs]).square().mean().sqrt()
    assert 0.6 < claimed / errors.square().mean().sqrt() < 1.8


@both
def test_decaying_spectra_beat_plain_sampling_tenfold(
    planted: Planted, estimate: Callable[..., TraceEstimate]
) -> None:
    values = 0.8 ** torch.arange(100)
    A = DenseOperator(planted(values))
    exact, spent = values.sum().item(), 60
    ours = [estimate(A, generator(s), num_products=spent).value - exact for s in range(20)]
    plain = (2 * values.square().sum() / spent).sqrt()
    assert torch.tensor(ours).square().mean().sqrt() < 0.1 * plain


@both
def test_float32_and_misuse(planted: Planted, estimate: Callable[..., TraceEstimate]) -> None:
    A = DenseOperator(planted([1.0, 2.0, 3.0]).float())
    assert estimate(A, generator()).value == pytest.approx(6, abs=1e-4)
    with pytest.raises(ValueError, match="num_products"):
        estimate(A, generator(), num_products=2)
