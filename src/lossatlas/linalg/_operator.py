"""Symmetric linear operators, known by their action on blocks of vectors.

An operator maps a block V of k columns to A V. Blocks come first because one product with k
columns costs far less than k products with one. Combinations are explicit wrappers, `Shifted` and
`Projected`: the base class knows none of its children.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas._types import Matrix
from lossatlas.errors import misuse

from ._memory import forecast

_NUMPY_DTYPES = {torch.float32: "float32", torch.float64: "float64"}


class AbstractOperator(ABC):
    """A real symmetric linear map of R^n, given by its products with blocks of columns."""

    @property
    @abstractmethod
    def size(self) -> int:
        """The dimension n of the space."""

    @property
    @abstractmethod
    def dtype(self) -> torch.dtype:
        """The precision that products are made in."""

    @property
    @abstractmethod
    def device(self) -> torch.device:
        """Where the vectors live."""

    @abstractmethod
    def matmat(self, V: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        """The images of the columns of V."""

    def __matmul__(self, v: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
        if v.shape[:1] != (self.size,) or v.ndim > 2:
            raise misuse(
                "v",
                should=f"be a vector ({self.size},) or a block ({self.size}, k)",
                got=tuple(v.shape),
                remedy="Columns are vectors: transpose a block whose rows are.",
            )
        return self.matmat(v) if v.ndim == 2 else self.matmat(v[:, None])[:, 0]

    def dense(self) -> Matrix:
        """The whole matrix, by one block product with the identity.

        Raises:
            MemoryForecastError: If three matrices of this size do not fit into memory.
        """
        item = torch.finfo(self.dtype).bits // 8
        forecast(
            3 * self.size**2 * item,
            purpose=f"The dense matrix of an operator on R^{self.size}",
            remedy="Stay with products: `extremal`, `spectral_density`, `count_negative`.",
        )
        return self.matmat(torch.eye(self.size, dtype=self.dtype, device=self.device))

    def to_scipy(self) -> Any:
        """The same operator as a `scipy.sparse.linalg.LinearOperator` on numpy arrays."""
        from scipy.sparse.linalg import LinearOperator

        def product(v: Any) -> Any:
            block = torch.as_tensor(v, dtype=self.dtype, device=self.device)
            return (self @ block).cpu().numpy()

        return LinearOperator(
            (self.size, self.size),
            matvec=lambda v: product(v.reshape(-1)),
            matmat=product,
            rmatvec=lambda v: product(v.reshape(-1)),
            dtype=_NUMPY_DTYPES[self.dtype],
        )


@final
@dataclass(frozen=True, eq=False)
class DenseOperator(AbstractOperator):
    """The operator of a symmetric matrix held in memory.

    Raises:
        ValueError: If the matrix is not symmetric to the last bit.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import DenseOperator
        >>> A = DenseOperator(torch.diag(torch.tensor([1.0, 2.0])))
        >>> A @ torch.ones(2)
        tensor([1., 2.])
    """

    matrix: Float[Tensor, "..."]

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or self.matrix.shape[0] != self.matrix.shape[1]:
            raise misuse(
                "matrix",
                should="be square",
                got=f"shape {tuple(self.matrix.shape)}",
                remedy="An operator maps a space to itself.",
            )
        defect = (self.matrix - self.matrix.T).abs().max() if self.matrix.numel() else 0.0
        if defect > 0:
            raise misuse(
                "matrix",
                should="be symmetric",
                got=f"max|A - A^T| = {float(defect):.3g}",
                remedy="Pass (A + A.T) / 2 if the difference is rounding.",
            )

    @property
    def size(self) -> int:
        return self.matrix.shape[0]

    @property
    def dtype(self) -> torch.dtype:
        return self.matrix.dtype

    @property
    def device(self) -> torch.device:
        return self.matrix.device

    def matmat(self, V: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        return self.matrix @ V

    def dense(self) -> Matrix:
        return self.matrix


@final
class FunctionOperator(AbstractOperator):
    """The operator of a function that maps a block (n, k) to its image (n, k).

    Symmetry is the caller's promise; nothing here can check it cheaply.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import FunctionOperator
        >>> A = FunctionOperator(3, lambda V: 2 * V)
        >>> A @ torch.ones(3, dtype=torch.float64)
        tensor([2., 2., 2.], dtype=torch.float64)
    """

    def __init__(
        self,
        size: int,
        function: Callable[[Tensor], Tensor],
        *,
        dtype: torch.dtype = torch.float64,
        device: torch.device | str = "cpu",
    ) -> None:
        self._size = size
        self._function = function
        self._dtype = dtype
        self._device = torch.device(device)

    @property
    def size(self) -> int:
        return self._size

    @property
    def dtype(self) -> torch.dtype:
        return self._dtype

    @property
    def device(self) -> torch.device:
        return self._device

    def matmat(self, V: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        return self._function(V)


@final
@dataclass(frozen=True, eq=False)
class Shifted(AbstractOperator):
    """The operator A + s I."""

    operator: AbstractOperator
    shift: float

    @property
    def size(self) -> int:
        return self.operator.size

    @property
    def dtype(self) -> torch.dtype:
        return self.operator.dtype

    @property
    def device(self) -> torch.device:
        return self.operator.device

    def matmat(self, V: Float[Tensor, "n k"]) -> Float[Tensor, "n k"]:
        return torch.add(self.operator.matmat(V), V, alpha=self.shift)


@final
@dataclass(frozen=True, eq=False)
class Projected(AbstractOperator):
    """The operator Q^T A Q on R^m, for Q (n, m) with orthonormal columns."""

    operator: AbstractOperator
    basis: Float[Tensor, "n m"]

    @property
    def size(self) -> int:
        return self.basis.shape[1]

    @property
    def dtype(self) -> torch.dtype:
        return self.operator.dtype

    @property
    def device(self) -> torch.device:
        return self.operator.device

    def matmat(self, V: Float[Tensor, "m k"]) -> Float[Tensor, "m k"]:
        return self.basis.T @ self.operator.matmat(self.basis @ V)
