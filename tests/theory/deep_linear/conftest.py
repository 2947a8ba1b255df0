"""An oracle that knows nothing of the theory: losses and Hessians from their definitions."""

from functools import reduce
from typing import Any

import numpy as np
import pytest


class Oracle:
    """The loss 1/2 ||X M^T - Y||^2, its gradient and dense Hessian, and counts of eigenvalues."""

    @staticmethod
    def product(weights: Any) -> Any:
        return reduce(lambda M, W: W @ M, weights)

    def loss(self, weights: Any, X: Any, Y: Any) -> Any:
        return 0.5 * np.sum((X @ self.product(weights).T - Y) ** 2)

    def _sides(self, weights: Any) -> Any:
        sizes = [weights[0].shape[1], *(W.shape[0] for W in weights)]
        after, before = [np.eye(sizes[-1])], [np.eye(sizes[0])]
        for W in reversed(weights[1:]):
            after.insert(0, after[0] @ W)
        for W in weights[:-1]:
            before.append(W @ before[-1])
        return after, before

    def gradient(self, weights: Any, X: Any, Y: Any) -> Any:
        after, before = self._sides(weights)
        G = (X @ self.product(weights).T - Y).T @ X
        return np.concatenate([(A.T @ G @ B.T).ravel() for A, B in zip(after, before, strict=True)])

    def hessian(self, weights: Any, X: Any, Y: Any) -> Any:
        after, before = self._sides(weights)
        G = (X @ self.product(weights).T - Y).T @ X
        jacobian = np.concatenate(  # (parameters, samples, outputs)
            [
                np.einsum("ya,nb->abny", A, X @ B.T).reshape(A.shape[1] * B.shape[0], -1)
                for A, B in zip(after, before, strict=True)
            ]
        )
        H = jacobian @ jacobian.T
        starts = np.cumsum([0, *(W.size for W in weights)])
        for i in range(len(weights)):
            between = np.eye(weights[i].shape[1])
            for j in range(i - 1, -1, -1):
                R = after[i].T @ G @ before[j].T
                block = np.einsum("ad,bc->abcd", R, between)
                block = block.reshape(weights[i].size, weights[j].size)
                rows = slice(starts[i], starts[i + 1])
                columns = slice(starts[j], starts[j + 1])
                H[rows, columns] += block
                H[columns, rows] += block.T
                between = between @ weights[j]
        return H

    def counts(self, weights: Any, X: Any, Y: Any) -> Any:
        """(negative, zero, positive) eigenvalues at a cut in the spectrum's gap."""
        values = np.linalg.eigvalsh(self.hessian(weights, X, Y))
        cut = 1e-9 * max(1e-3, np.abs(values).max())
        zero = np.abs(values) <= cut
        return int(((values < 0) & ~zero).sum()), int(zero.sum()), int(((values > 0) & ~zero).sum())

    def orbit_dimension(self, weights: Any) -> Any:
        """The rank of (g_k) -> (g_k W_k - W_k g_{k-1}), formed in full."""
        columns = []
        for k in range(len(weights) - 1):
            d = weights[k].shape[0]
            for E in np.eye(d * d).reshape(d * d, d, d):
                moved = [np.zeros_like(W) for W in weights]
                moved[k], moved[k + 1] = E @ weights[k], -weights[k + 1] @ E
                columns.append(np.concatenate([V.ravel() for V in moved]))
        return int(np.linalg.matrix_rank(np.array(columns), tol=1e-8))


def _data(
    rng: Any,
    d_x: int,
    d_y: int,
    *,
    sigma: Any = None,
    input_rank: Any = None,
    num_samples: Any = None,
) -> Any:
    """Data with moderate conditioning and chosen singular values of the whitened targets."""
    n = num_samples or d_x + d_y + 2
    rank = min(n, d_x) if input_rank is None else input_rank
    left = np.linalg.qr(rng.standard_normal((n, n)))[0]
    right = np.linalg.qr(rng.standard_normal((d_x, d_x)))[0]
    X = left[:, :rank] * rng.uniform(0.7, 1.5, rank) @ right[:, :rank].T
    if sigma is None:
        sigma = 0.6 + 0.45 * np.arange(d_y)[::-1] + 0.2 * rng.random(d_y)
    U = np.linalg.qr(rng.standard_normal((d_y, d_y)))[0]
    V = np.linalg.qr(rng.standard_normal((rank, rank)))[0]
    k = min(rank, d_y)
    T = U[:, :k] * np.asarray(sigma)[:k] @ V[:, :k].T
    noise = 0.3 * rng.standard_normal((d_y, n - rank))
    return X, left[:, :rank] @ T.T + left[:, rank:] @ noise.T


@pytest.fixture(scope="session")
def oracle() -> Any:
    return Oracle()


@pytest.fixture(scope="session")
def make_data() -> Any:
    return _data
