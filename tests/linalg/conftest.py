"""Matrices whose spectra are known because they were planted."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Generator, Tensor


@pytest.fixture(scope="session")
def planted() -> Callable[..., Tensor]:
    """A symmetric matrix with given eigenvalues and random eigenvectors."""

    def make(eigenvalues: Sequence[float] | Tensor, *, seed: int = 0) -> Tensor:
        values = torch.as_tensor(eigenvalues, dtype=torch.float64)
        n = len(values)
        G = torch.randn(n, n, dtype=torch.float64, generator=Generator().manual_seed(seed))
        Q = torch.linalg.qr(G).Q
        A = (Q * values) @ Q.T
        return (A + A.T) / 2

    return make
