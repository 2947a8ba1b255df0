"""Principal components: orthonormal directions, fixed signs, variances in order."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.data import digits, principal_components


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray:
    n, d, seed = draw(st.tuples(st.integers(3, 20), st.integers(2, 8), st.integers(0, 1000)))
    return np.random.default_rng(seed).standard_normal((n, d)) + 1


@given(X=matrices(), centred=st.booleans())
def test_directions_are_orthonormal_and_scores_are_the_projections(
    X: np.ndarray, centred: bool
) -> None:
    number = min(X.shape) - 1
    found = principal_components(X, number, centred=centred)
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(number), atol=1e-13)
    np.testing.assert_allclose(found.scores, (X - found.mean) @ found.directions.T, atol=1e-12)
    assert np.allclose(found.mean, X.mean(axis=0) if centred else 0)


@given(X=matrices())
def test_centred_scores_have_mean_zero_and_the_covariance_of_their_eigenvalues(
    X: np.ndarray,
) -> None:
    number = min(X.shape) - 1
    found = principal_components(X, number)
    eigenvalues = np.linalg.eigvalsh(np.cov(X.T, bias=True))[::-1][:number]
    np.testing.assert_allclose(found.scores.mean(axis=0), 0, atol=1e-12)
    covariance = found.scores.T @ found.scores / len(X)
    np.testing.assert_allclose(covariance, np.diag(eigenvalues), atol=1e-11)


@given(X=matrices(), centred=st.booleans())
def test_the_largest_entry_of_each_direction_is_positive(X: np.ndarray, centred: bool) -> None:
    directions = principal_components(X, min(X.shape) - 1, centred=centred).directions
    assert (directions.max(axis=1) == np.abs(directions).max(axis=1)).all()


@given(X=matrices(), seed=st.integers(0, 100))
def test_the_order_of_the_samples_changes_no_direction(X: np.ndarray, seed: int) -> None:
    number = min(X.shape) - 1
    shuffled = np.random.default_rng(seed).permutation(X)
    one, other = (principal_components(Z, number) for Z in (X, shuffled))
    gap = np.diff(one.singular_values, append=0).__abs__().min() / one.singular_values[0]
    if gap > 1e-3:
        np.testing.assert_allclose(one.directions, other.directions, atol=1e-9)


def test_the_components_of_the_digits_are_scikit_learns_up_to_sign() -> None:
    from sklearn.decomposition import PCA

    data = digits()
    found = principal_components(data.inputs, 10)
    theirs = PCA(10, svd_solver="full").fit(data.inputs)
    np.testing.assert_allclose(np.abs(found.directions), np.abs(theirs.components_), atol=1e-9)
    assert found.explained == pytest.approx(theirs.explained_variance_ratio_.sum(), rel=1e-12)


@pytest.mark.parametrize("number", [0, 62, 65])
def test_more_components_than_the_rank_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match=r"`components` should be in 1\.\.61, the rank"):
        principal_components(digits().inputs, number)
