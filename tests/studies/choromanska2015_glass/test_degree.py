"""How far a model is from exact scaling."""

import pytest
import torch

from lossatlas.studies.choromanska2015_glass._degree import relative_error

OUTPUTS = torch.tensor([[1.0, -2.0], [0.5, 0.0]], dtype=torch.float64)


def test_exact_scaling_has_no_error() -> None:
    assert relative_error(OUTPUTS, 8 * OUTPUTS, 8.0) == 0


def test_the_error_is_relative_to_the_largest_value() -> None:
    after = 8 * OUTPUTS
    after[1, 1] = 0.16
    assert relative_error(OUTPUTS, after, 8.0) == pytest.approx(0.01)


def test_a_dead_network_scales_exactly() -> None:
    assert relative_error(torch.zeros(3), torch.zeros(3), 8.0) == 0


def test_an_output_from_nowhere_is_an_infinite_error() -> None:
    assert relative_error(torch.zeros(3), torch.ones(3), 8.0) == float("inf")


def test_what_is_not_finite_is_not_called_exact() -> None:
    broken = torch.tensor([float("nan"), 1.0])
    assert not relative_error(broken, broken, 8.0) <= 1e-8
