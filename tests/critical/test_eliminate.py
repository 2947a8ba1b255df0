"""Elimination without pivots against LAPACK."""

import torch
from hypothesis import given, settings, strategies as st
from torch import Generator
from torch.testing import assert_close

from lossatlas.critical._eliminate import eliminate


@given(st.integers(1, 12), st.integers(1, 3), st.integers(1, 40), st.integers(0, 2**16))
@settings(max_examples=40, deadline=None)
def test_it_solves_well_conditioned_symmetric_systems(
    size: int, sides: int, count: int, seed: int
) -> None:
    g = Generator().manual_seed(seed)
    A = torch.randn(count, size, size, generator=g, dtype=torch.float64)
    A = A @ A.mT + torch.eye(size)
    A *= torch.randint(0, 2, (count, 1, 1), generator=g) * 2 - 1
    R = torch.randn(count, size, sides, generator=g, dtype=torch.float64)
    X = eliminate(torch.cat([A, R], -1).movedim(0, -1).contiguous()).movedim(-1, 0)
    assert_close(X, torch.linalg.solve(A, R), rtol=1e-9, atol=1e-9)


def test_an_indefinite_matrix_costs_digits_and_no_more() -> None:
    g = Generator().manual_seed(0)
    A = torch.randn(500, 15, 15, generator=g, dtype=torch.float64)
    A, R = A + A.mT, torch.randn(500, 15, 1, generator=g, dtype=torch.float64)
    X = eliminate(torch.cat([A, R], -1).movedim(0, -1).contiguous()).movedim(-1, 0)
    apart = (X - torch.linalg.solve(A, R)).norm(dim=(1, 2)) / X.norm(dim=(1, 2))
    assert apart.median() < 1e-12
    assert apart.max() < 1e-6


def test_a_pivot_of_zero_leaves_no_finite_answer() -> None:
    A = torch.tensor([[0.0, 1.0], [1.0, 0.0]]).double()
    system = torch.cat([A, torch.ones(2, 1).double()], -1)[..., None]
    assert not eliminate(system).isfinite().all()
