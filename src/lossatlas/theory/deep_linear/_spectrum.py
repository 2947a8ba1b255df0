"""The data of a deep linear network, whitened and reduced to what the loss can see.

With X = Q S R^T (thin, rank rho) and T = Y^T Q, the loss 1/2 ||X M^T - Y||^2 of the product M is
1/2 ||M R S - T||^2 plus a constant: only M R S matters, and only the singular values of T count.
Sigma = T T^T is Kawaguchi's matrix (2016, Theorem 2.3); it is never formed, nor is X^T X.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from lossatlas.errors import misuse

EPSILON = float(np.finfo(np.float64).eps)
TIE_TOLERANCE = 1e-12
"""Two eigenvalues of Sigma are tied when they differ by at most this share of the largest."""
ZERO_TOLERANCE = 1e-24
"""An eigenvalue of Sigma is zero below this share of the largest (1e-12 in singular values)."""


@final
@dataclass(frozen=True, eq=False)
class DataSpectrum:
    """The whitened problem: T = U diag(sigma) V^T, and the way from inputs to whitened inputs.

    `sigma` is padded with zeros to d_y. `basis` is orthogonal; its first `input_rank` columns span
    the row space of X, where X acts with the singular values `scales`. `target_rank` is rank T, the singular
    values above `target_threshold`, and `constant` the part of the loss that no weights can change.
    """

    U: Float[ndarray, "d_y d_y"]
    sigma: Float[ndarray, " d_y"]
    V: Float[ndarray, "rho rho"]
    basis: Float[ndarray, "d_x d_x"]
    scales: Float[ndarray, " rho"]
    constant: float
    target_rank: int
    target_threshold: float
    num_samples: int

    @property
    def num_inputs(self) -> int:
        """The number d_x of input coordinates."""
        return len(self.basis)

    @property
    def num_outputs(self) -> int:
        """The number d_y of output coordinates."""
        return len(self.U)

    @property
    def input_rank(self) -> int:
        """The rank rho of X; below d_x the inputs were reduced."""
        return len(self.scales)

    @property
    def eigenvalues(self) -> Float[ndarray, " d_y"]:
        """The eigenvalues of Sigma, descending."""
        return self.sigma**2

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """For each eigenvalue the number of its group of ties, counted from the largest."""
        return tie_groups(self.eigenvalues)

    @cached_property
    def target(self) -> Float[ndarray, "d_y rho"]:
        """T itself."""
        k = min(self.num_outputs, self.input_rank)
        T: ndarray = (self.U[:, :k] * self.sigma[:k]) @ self.V[:, :k].T
        return T

    def whiten(self, first: Float[ndarray, "d_1 d_x"]) -> Float[ndarray, "d_1 rho"]:
        """The first matrix as the loss sees it: W_1 R S."""
        whitened: ndarray = first @ self.basis[:, : self.input_rank] * self.scales
        return whitened

    def unwhiten(
        self, first: Float[ndarray, "d_1 rho"], free: Float[ndarray, "d_1 k"] | None = None
    ) -> Float[ndarray, "d_1 d_x"]:
        """A first matrix for a whitened one; `free` is its part on the kernel of X (zero)."""
        W: ndarray = (first / self.scales) @ self.basis[:, : self.input_rank].T
        if free is not None:
            W = W + free @ self.basis[:, self.input_rank :].T
        return W


def spectrum(X: Real[ndarray, "n d_x"], Y: Real[ndarray, "n d_y"]) -> DataSpectrum:
    """Whiten the data, dropping the input directions that no sample reaches.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.

    Returns:
        The whitened problem; everything else in this room is computed from it.

    Raises:
        ValueError: If the arrays are not two matrices with the same positive number of finite rows.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.deep_linear import spectrum
        >>> spectrum(np.eye(3), np.diag([5.0, 3.0, 2.0])).eigenvalues
        array([25.,  9.,  4.])
    """
    X, Y = _checked(X, "X"), _checked(Y, "Y")
    if len(X) != len(Y):
        raise misuse(
            "Y",
            should=f"have as many rows as `X`, {len(X)}",
            got=len(Y),
            remedy="Pass one row a sample in both.",
        )
    left, scales, basis = _right_complete_svd(X)
    T = Y.T @ left
    U, s, Vt = np.linalg.svd(T)
    sigma = np.zeros(Y.shape[1])
    sigma[: len(s)] = s
    threshold = max(*X.shape, Y.shape[1]) * EPSILON * float(np.linalg.norm(Y))
    return DataSpectrum(
        U=U,
        sigma=sigma,
        V=Vt.T,
        basis=basis,
        scales=scales,
        # from the residual itself: ||Y||^2 - ||T||^2 would cancel where the fit is good
        constant=0.5 * float(np.sum((Y - left @ T.T) ** 2)),
        target_rank=int(np.sum(s > threshold)),
        target_threshold=threshold,
        num_samples=len(X),
    )


def tie_groups(eigenvalues: Float[ndarray, " d_y"]) -> tuple[int, ...]:
    """Number the runs of eigenvalues that agree to `TIE_TOLERANCE`, descending."""
    if len(eigenvalues) == 0:
        return ()
    steps = -np.diff(eigenvalues) > TIE_TOLERANCE * eigenvalues[0]
    return (0, *(int(k) for k in np.cumsum(steps)))


def _checked(A: ndarray, name: str) -> Float[ndarray, "n d"]:
    A = np.asarray(A, dtype=np.float64)
    if A.ndim != 2 or 0 in A.shape:
        raise misuse(
            name,
            should="be a matrix with at least one row and one column",
            got=f"shape {A.shape}",
            remedy="Pass one sample a row.",
        )
    if not np.isfinite(A).all():
        raise misuse(
            name,
            should="be finite",
            got=f"{int((~np.isfinite(A)).sum())} entries that are NaN or infinite",
            remedy="Drop or impute those samples first.",
        )
    return A


def _right_complete_svd(X: Float[ndarray, "n d_x"]) -> tuple[ndarray, ndarray, ndarray]:
    """Left vectors and singular values up to the rank, and all d_x right vectors."""
    if len(X) > X.shape[1]:
        Q, R = np.linalg.qr(X)
        u, s, vt = np.linalg.svd(R)
        u = Q @ u
    else:
        u, s, vt = np.linalg.svd(X, full_matrices=True)
    rank = int(np.sum(s > max(X.shape) * EPSILON * s[0]))
    return u[:, :rank], s[:rank], vt.T
