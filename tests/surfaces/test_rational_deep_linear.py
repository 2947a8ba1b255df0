"""Worked examples on X = I, Y = diag(5, 3, 2), in rational arithmetic: every number is exact."""

from fractions import Fraction
from itertools import pairwise

import pytest
import torch
from flint import fmpq, fmpq_mat
from hypothesis import given, strategies as st

from lossatlas.surfaces import DeepLinear, rational_gradient, rational_hessian

EYE = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
TARGETS = [[5, 0, 0], [0, 3, 0], [0, 0, 2]]


def diagonal(*entries: int) -> list[list[int]]:
    return [[entries[i] if i == j else 0 for j in range(3)] for i in range(3)]


ZERO, E1, E2, E3 = diagonal(0, 0, 0), diagonal(1, 0, 0), diagonal(0, 1, 0), diagonal(0, 0, 1)
E12, E13 = diagonal(1, 1, 0), diagonal(1, 0, 1)

# weights, loss, index, nullity, positive, orbit dimension
EXAMPLES = [
    ([ZERO, ZERO, ZERO], 19, 0, 27, 0, 0),
    ([ZERO, EYE, ZERO], 19, 9, 9, 9, 9),
    ([ZERO, ZERO, EYE], 19, 9, 9, 9, 9),
    ([diagonal(5, 0, 0), E1, E1], 6.5, 0, 22, 5, 10),
    ([diagonal(0, 3, 0), E2, E2], 14.5, 1, 22, 4, 10),
    ([diagonal(5, 0, 0), E12, E1], 6.5, 2, 18, 7, 13),
    ([diagonal(5, 0, 0), EYE, E1], 6.5, 4, 14, 9, 14),
    ([diagonal(5, 0, 2), EYE, E13], 4.5, 2, 17, 8, 17),
    ([TARGETS, EYE, EYE], 0, 0, 18, 9, 18),
    ([ZERO, ZERO], 19, 9, 0, 9, 0),
    ([diagonal(0, 0, 2), E3], 17, 6, 5, 7, 5),
    ([[[0, 0, 2]], [[0], [0], [1]]], 17, 2, 1, 3, 1),
    ([diagonal(5, 0, 0), E1, E1, EYE], 6.5, 0, 31, 5, 19),
    ([diagonal(5, 0, 0), E12, E12, E1], 6.5, 2, 27, 7, 21),
    ([diagonal(5, 0, 0), E12, E1, E1], 6.5, 0, 31, 5, 18),
]


def _float_surface(weights: list[list[list[int]]]) -> tuple[DeepLinear, torch.Tensor]:
    widths = (3, *(len(W) for W in weights))
    X, Y = torch.tensor(EYE).double(), torch.tensor(TARGETS).double()
    s = DeepLinear(widths, inputs=X, targets=Y)
    return s, s.point([torch.tensor(W).double() for W in weights])


def _signs(H: fmpq_mat) -> tuple[int, int, int]:
    """Negative, zero and positive eigenvalues, read off the characteristic polynomial.

    All roots are real, so that Descartes' rule of signs counts them exactly.
    """
    coefficients = H.charpoly().coeffs()
    zero = next(k for k, c in enumerate(coefficients) if c != 0)
    positive = _sign_changes([c for c in coefficients if c != 0])
    return H.nrows() - zero - positive, zero, positive


def _sign_changes(coefficients: list[fmpq]) -> int:
    return sum((a > 0) != (b > 0) for a, b in pairwise(coefficients))


def _floats(matrix: fmpq_mat) -> torch.Tensor:
    rows = [[float(entry.p) / float(entry.q) for entry in row] for row in matrix.tolist()]
    return torch.tensor(rows, dtype=torch.float64)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: str(e[0]))
def test_examples_are_critical_with_the_inertia_that_theory_gives(example: tuple) -> None:
    weights, _, index, nullity, positive, _ = example
    gradient = rational_gradient(weights, EYE, TARGETS)
    H = rational_hessian(weights, EYE, TARGETS)
    assert all(gradient[i, 0] == 0 for i in range(gradient.nrows()))
    assert H.rank() == index + positive
    assert _signs(H) == (index, nullity, positive)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: str(e[0]))
def test_floating_point_gives_the_examples_losses_and_orbits(example: tuple) -> None:
    weights, loss, _, nullity, _, orbit = example
    s, w = _float_surface(weights)
    assert s.loss(w).item() == loss
    assert s.orbit_dimension(w) == orbit <= nullity
    assert s.gradient(w).norm() == 0


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: str(e[0]))
def test_floating_point_hessians_of_small_integers_are_exact(example: tuple) -> None:
    weights = example[0]
    s, w = _float_surface(weights)
    assert torch.equal(s.hessian(w), _floats(rational_hessian(weights, EYE, TARGETS)))


@given(seed=st.integers(0, 1000), depth=st.integers(1, 4))
def test_fractions_agree_with_floating_point(seed: int, depth: int) -> None:
    g = torch.Generator().manual_seed(seed)
    widths = torch.randint(1, 4, (depth + 1,), generator=g).tolist()
    shapes = [(widths[k + 1], widths[k]) for k in range(depth)]
    shapes += [(5, widths[0]), (5, widths[-1])]
    tensors = [torch.randint(-9, 10, shape, generator=g).double() / 4 for shape in shapes]
    *weights, X, Y = ([[Fraction(e) for e in row] for row in t.tolist()] for t in tensors)
    s = DeepLinear(tuple(widths), inputs=tensors[-2], targets=tensors[-1])
    w = s.point(tensors[:-2])
    gradient = _floats(rational_gradient(weights, X, Y))[:, 0]
    hessian = _floats(rational_hessian(weights, X, Y))
    assert (s.gradient(w) - gradient).norm() <= 1e-13 * s.gradient_scale(w)
    assert torch.linalg.matrix_norm(s.hessian(w) - hessian, 2) <= s.hessian_error(w)


@pytest.mark.unhooked
@pytest.mark.parametrize(
    ("weights", "inputs", "message"),
    [
        ([[[0.5]]], [[1]], "`weights` should hold integers and fractions. Got float"),
        ([[[1, 2]]], [[1]], "`weights` should chain"),
        ([[[1], [1, 2]]], [[1]], "`weights` should be rows of equal length"),
        ([[[1]]], [], "`inputs` should be rows"),
        ([], [[1]], "`weights` should chain"),
    ],
)
def test_what_is_not_rational_or_does_not_chain_is_refused(
    weights: list, inputs: list, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rational_hessian(weights, inputs, [[1]])
