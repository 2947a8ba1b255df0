from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.deep_linear import check_assumptions, spectrum

SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS, d_x=st.integers(1, 6), d_y=st.integers(1, 6))
def test_eigenvalues_are_those_of_sigma(seed: int, d_x: int, d_y: int) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((d_x + 4, d_x)), rng.standard_normal((d_x + 4, d_y))
    sigma = Y.T @ X @ np.linalg.inv(X.T @ X) @ X.T @ Y
    values = spectrum(X, Y).eigenvalues
    np.testing.assert_allclose(values, np.linalg.eigvalsh(sigma)[::-1], atol=1e-9 * values[0])


@given(seed=SEEDS, rank=st.integers(1, 4), num_samples=st.integers(2, 9))
def test_the_whitened_problem_has_the_same_loss(seed: int, rank: int, num_samples: int) -> None:
    rng = np.random.default_rng(seed)
    rank = min(rank, num_samples)
    X = rng.standard_normal((num_samples, rank)) @ rng.standard_normal((rank, 5))
    Y, M = rng.standard_normal((num_samples, 3)), rng.standard_normal((3, 5))
    data = spectrum(X, Y)
    assert data.input_rank == rank
    whitened = 0.5 * np.sum((data.whiten(M) - data.target) ** 2) + data.constant
    assert whitened == pytest.approx(0.5 * np.sum((X @ M.T - Y) ** 2), rel=1e-10)


def test_a_small_loss_keeps_its_digits(make_data: Any) -> None:
    rng = np.random.default_rng(0)
    X, _ = make_data(rng, 4, 2)
    left = np.linalg.svd(X)[0][:, 4:]
    noise = 1e-9 * left @ rng.standard_normal((left.shape[1], 2))
    data = spectrum(X, X @ rng.standard_normal((4, 2)) + noise)
    assert data.constant == pytest.approx(0.5 * np.sum(noise**2), rel=1e-6)


def test_unwhitening_undoes_whitening_and_the_free_part_is_invisible() -> None:
    rng = np.random.default_rng(1)
    X = rng.standard_normal((9, 3)) @ rng.standard_normal((3, 5))
    data = spectrum(X, rng.standard_normal((9, 2)))
    W, free = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    np.testing.assert_allclose(data.whiten(data.unwhiten(W)), W, atol=1e-12)
    np.testing.assert_allclose(data.whiten(data.unwhiten(W, free)), W, atol=1e-12)
    assert np.linalg.matrix_rank(data.unwhiten(np.zeros((4, 3)), free)) == 2


def test_all_assumptions_hold_on_generic_data(make_data: Any) -> None:
    X, Y = make_data(np.random.default_rng(2), 5, 3)
    report = check_assumptions(X, Y)
    assert report.all_hold
    assert [a.id for a in report] == ["HA1", "HA2", "HA3", "HA4"]
    singular = np.linalg.svd(X, compute_uv=False)
    assert report["HA1"].number == pytest.approx(singular[-1] / singular[0])
    assert f"{np.linalg.cond(X.T @ X):.3g}" in report["HA1"].remark
    values = spectrum(X, Y).eigenvalues
    assert report["HA3"].number == pytest.approx(np.min(-np.diff(values)) / values[0])


def test_a_pixel_that_is_always_zero_breaks_the_first_assumption_only(make_data: Any) -> None:
    X, Y = make_data(np.random.default_rng(3), 4, 2)
    report = check_assumptions(np.column_stack([X, np.zeros(len(X))]), Y)
    assert [a.id for a in report if not a.holds] == ["HA1"]
    assert "4 of 5" in report["HA1"].remark
    assert report["HA1"].number < report["HA1"].threshold


def test_fewer_samples_than_inputs_is_reported_and_reduced() -> None:
    rng = np.random.default_rng(4)
    X, Y = rng.standard_normal((3, 5)), rng.standard_normal((3, 2))
    report = check_assumptions(X, Y)
    assert [a.id for a in report if not a.holds] == ["HA1", "HA4"]
    assert report["HA4"].number == pytest.approx(0.6)
    assert spectrum(X, Y).input_rank == 3


@pytest.mark.parametrize(
    ("sigma", "d_y", "broken"),
    [
        ([2.0, 1.0, 1.0], 3, ["HA3"]),
        ([2.0, 1.0, 0.0], 3, ["HA2"]),
        ([3.0, 2.0, 1.0, 0.5, 0.4], 5, ["HA2"]),
        ([0.0, 0.0], 2, ["HA2", "HA3"]),
    ],
)
def test_targets_break_the_assumptions_that_name_them(
    make_data: Any, sigma: Any, d_y: int, broken: Any
) -> None:
    X, Y = make_data(np.random.default_rng(5), 4, d_y, sigma=sigma)
    if not any(sigma):
        Y = np.zeros_like(Y)
    assert [a.id for a in check_assumptions(X, Y) if not a.holds] == broken


def test_ties_are_grouped(make_data: Any) -> None:
    X, Y = make_data(np.random.default_rng(6), 5, 4, sigma=[2.0, 2.0, 1.0, 1.0])
    assert spectrum(X, Y).groups == (0, 0, 1, 1)


def test_scaling_the_data_changes_no_finding() -> None:
    rng = np.random.default_rng(7)
    X, Y = rng.standard_normal((9, 3)), rng.standard_normal((9, 2))
    for factor in (1e-150, 1e-8, 1e8):
        assert check_assumptions(factor * X, Y).all_hold
        assert check_assumptions(X, factor * Y).all_hold


@pytest.mark.unhooked
@pytest.mark.parametrize(
    ("X", "Y", "said"),
    [
        (np.zeros((0, 3)), np.zeros((0, 2)), "at least one row"),
        (np.ones(3), np.ones((3, 1)), "should be a matrix"),
        (np.ones((3, 2)), np.ones((4, 1)), "as many rows"),
        (np.array([[1.0, np.nan]]), np.ones((1, 1)), "finite"),
        (np.ones((1, 2)), np.array([[np.inf]]), "finite"),
    ],
)
def test_misuse_is_an_error_in_four_parts(X: Any, Y: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        check_assumptions(X, Y)
    assert str(caught.value).startswith("`")
