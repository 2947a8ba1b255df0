"""Laws that every operator keeps."""

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import eigsh
from torch import Generator
from torch.testing import assert_close

from lossatlas.errors import MemoryForecastError
from lossatlas.linalg import (
    DenseOperator,
    FunctionOperator,
    Projected,
    Shifted,
    available_memory,
    forecast,
)

A = torch.tensor([[2.0, 1, 0, 0], [1, -3, 1, 0], [0, 1, 1, 2], [0, 0, 2, 5]], dtype=torch.float64)
Q = torch.linalg.qr(torch.randn(4, 2, dtype=torch.float64, generator=Generator().manual_seed(0))).Q
OPERATORS = {
    "dense": (DenseOperator(A), A),
    "function": (FunctionOperator(4, lambda V: A @ V), A),
    "shifted": (Shifted(DenseOperator(A), -2.5), A - 2.5 * torch.eye(4, dtype=A.dtype)),
    "projected": (Projected(DenseOperator(A), Q), Q.T @ A @ Q),
    "float32": (DenseOperator(A.float()), A.float()),
}
cases = pytest.mark.parametrize("name", OPERATORS)


@cases
def test_products_with_vectors_and_blocks_are_those_of_the_matrix(name: str) -> None:
    operator, matrix = OPERATORS[name]
    V = torch.randn(operator.size, 3, dtype=operator.dtype, generator=Generator().manual_seed(1))
    assert_close(operator @ V, matrix @ V)
    assert_close(operator @ V[:, 0], matrix @ V[:, 0])
    assert (operator @ V[:, :0]).shape == (operator.size, 0)


@cases
def test_the_dense_matrix_is_the_matrix(name: str) -> None:
    operator, matrix = OPERATORS[name]
    assert_close(operator.dense(), matrix)
    assert operator.dense().dtype == operator.dtype


@cases
def test_scipy_sees_the_same_operator(name: str) -> None:
    operator, matrix = OPERATORS[name]
    linear = operator.to_scipy()
    v = np.arange(operator.size, dtype=linear.dtype)
    np.testing.assert_allclose(linear @ v, matrix.numpy() @ v, rtol=1e-6)
    np.testing.assert_allclose(linear @ np.stack([v, v], 1), matrix.numpy() @ np.stack([v, v], 1))
    assert linear.shape == (operator.size, operator.size)


def test_scipy_finds_the_eigenvalues_through_the_operator() -> None:
    found = eigsh(OPERATORS["function"][0].to_scipy(), k=1, which="LA", return_eigenvectors=False)
    assert found[0] == pytest.approx(torch.linalg.eigvalsh(A)[-1].item())


def test_misuse_is_named() -> None:
    with pytest.raises(ValueError, match=r"max\|A - A\^T\| = 1"):
        DenseOperator(torch.tensor([[0.0, 1.0], [0.0, 0.0]]))
    with pytest.raises(ValueError, match="square"):
        DenseOperator(torch.zeros(2, 3))
    with pytest.raises(ValueError, match=r"vector \(4,\)"):
        OPERATORS["dense"][0] @ torch.zeros(3, dtype=torch.float64)


def test_a_matrix_that_does_not_fit_is_refused_with_the_number_and_the_remedy() -> None:
    with pytest.raises(MemoryForecastError, match=r"GiB.*extremal"):
        FunctionOperator(10**7, lambda V: V).dense()
    with pytest.raises(MemoryForecastError, match=r"Nothing helps\."):
        forecast(2 * available_memory() + 1, purpose="A test", remedy="Nothing helps.")
