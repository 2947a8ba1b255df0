"""The index against the dense Hessian of automatic differentiation, and its estimates."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from lossatlas.studies.choromanska2015_networks._indices import (
    estimated_index,
    exact_index,
    principal_block,
)
from lossatlas.studies.choromanska2015_networks._problem import Problem, make_problem
from lossatlas.studies.choromanska2015_networks._settings import ProtocolChoice


@pytest.fixture(scope="module")
def problem(tiny: dict[str, Any]) -> Problem:
    protocol = ProtocolChoice.model_validate({**tiny["protocol"], "activation": "tanh"})
    return make_problem(protocol, 3, precision="float64")


@pytest.fixture(scope="module")
def point(problem: Problem) -> Tensor:
    return problem.train.random_point(torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def values(problem: Problem, point: Tensor) -> np.ndarray:
    """All eigenvalues of the Hessian, by automatic differentiation of a loss written out here."""
    X, labels = problem.train.inputs, problem.train_labels

    def loss(w: Tensor) -> Tensor:
        W1, W2 = w[:48].reshape(3, 16), w[48:].reshape(10, 3)
        outputs = (X @ W1.T).tanh() @ W2.T
        return torch.nn.functional.cross_entropy(outputs, labels)

    assert float(loss(point)) == pytest.approx(float(problem.train.loss(point)), rel=1e-12)
    H = torch.autograd.functional.hessian(loss, point)
    found: np.ndarray = torch.linalg.eigvalsh(H).numpy()
    return found


def test_counts_are_those_of_the_dense_hessian(
    problem: Problem, point: Tensor, values: np.ndarray
) -> None:
    counts, negative = exact_index(problem.train, point)
    # adding one number to all outputs changes nothing: as many zeros as hidden units
    clear = int((values < -1e-10).sum())
    assert counts["negative"] == clear
    assert counts["undecided"] == int((abs(values) < 1e-10).sum()) == 3
    assert counts["below_1e_3"] == int((values < -1e-3).sum())
    assert counts["below_1e_2"] == int((values < -1e-2).sum())
    np.testing.assert_allclose(negative[:clear], values[:clear], rtol=1e-9)


def test_a_principal_block_is_the_part_of_the_hessian(problem: Problem, point: Tensor) -> None:
    places = torch.tensor([50, 3, 77, 12])
    H = problem.train.hessian(point)
    block = principal_block(problem.train, point, places)
    torch.testing.assert_close(block, H[places][:, places], rtol=1e-10, atol=1e-12)


def test_an_estimate_meets_the_share_and_its_bound_is_one(
    problem: Problem, point: Tensor, values: np.ndarray
) -> None:
    generator = torch.Generator().manual_seed(1)
    told = estimated_index(problem.train, point, generator, probes=30, steps=78, block=40)
    share = float((values < -1e-3).mean())
    assert abs(told["share"] - share) < 4 * told["standard_error"]
    assert 0 < told["at_least"] <= int((values < 0).sum())


def test_a_hessian_that_is_not_finite_has_no_counts(problem: Problem, point: Tensor) -> None:
    broken = point.clone()
    broken[0] = torch.nan
    counts, negative = exact_index(problem.train, broken)
    assert counts["below_1e_3"] is None
    assert counts["undecided"] == 78
    assert len(negative) == 0


def test_errors_and_gradient_norms_are_those_of_a_loop(problem: Problem, point: Tensor) -> None:
    points = torch.stack([point, 2 * point])
    for w, error, norm in zip(
        points, problem.errors(points, test=True), problem.gradient_norms(points), strict=True
    ):
        said = problem.test.outputs(w).argmax(-1)
        assert float(error) == float((said != problem.test_labels).double().mean())
        assert float(norm) == pytest.approx(float(problem.train.gradient(w).norm()), rel=1e-12)


def test_a_subset_of_the_digits_is_a_stratified_part_of_them(tiny: dict[str, Any]) -> None:
    protocol = ProtocolChoice.model_validate(tiny["protocol"])
    whole, part = make_problem(protocol, 3), make_problem(protocol, 3, samples=30)
    all_rows = {tuple(row) for row in whole.train.inputs.tolist()}
    assert {tuple(row) for row in part.train.inputs.tolist()} <= all_rows
    assert torch.bincount(part.train_labels).tolist() == [3] * 10
    torch.testing.assert_close(part.test.inputs, whole.test.inputs)


@pytest.mark.parametrize("criterion", ["cross-entropy", "squared error", "hinge", "absolute error"])
def test_every_criterion_gets_the_targets_it_wants(tiny: dict[str, Any], criterion: str) -> None:
    protocol = ProtocolChoice.model_validate({**tiny["protocol"], "criterion": criterion})
    problem = make_problem(protocol, 3)
    w = torch.zeros(problem.train.dimension)
    assert float(problem.train.loss(w)) > 0
    assert sorted(set(problem.train_labels.tolist())) == list(range(10))
