"""The deep linear network's squared error, in closed form.

L(W) = 1/2 ||X M^T - Y||_F^2 with M = W_L ... W_1 depends on the data only through [X Y]^T [X Y],
so the samples are replaced by the triangular factor of a QR decomposition of [X Y], once: every
later cost is independent of their number. Gradient and Hessian follow from three chains (Kawaguchi
2016, section 2; derived in docs/theory/deep_linear.md): T_k carries the data up to layer k, D_k the
residual down to it, A_k = W_L ... W_{k+1}; the gradient is D_k^T T_k, and the Hessian's blocks are
Kronecker products. The loss is a sum of squares of residuals, so that it keeps its digits near 0.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Literal, final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Hessians, Points, Values
from lossatlas.errors import misuse

from ._activations import Gauge
from ._chains import Chains, hessian_blocks
from ._layout import Layout
from ._manifold import Flat
from ._memory import require_hessian
from ._rounding import accumulated, cancellation_floor, perron_bound
from ._surface import AbstractSurface
from ._symmetry import orbit_rank
from ._validate import (
    check_pair,
    check_point,
    check_reduction,
    check_same_dtype,
    check_samples,
    check_widths,
)


@final
@dataclass(frozen=True, eq=False)
class DeepLinear(AbstractSurface):
    """The loss surface of a network of matrices, 1/2 the squared error.

    A point is W_1, ..., W_L, each (d_k, d_{k-1}), flattened row-major and concatenated.

    Args:
        widths: (d_x, d_1, ..., d_y).
        inputs: X, samples as rows.
        targets: Y, samples as rows.
        reduction: "sum" over samples as in the papers, or "mean", which divides by n.

    Raises:
        ValueError: If a width is below 1, or the data are empty, not finite, not of one floating
            type, or do not fit the widths.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import DeepLinear
        >>> X, Y = torch.eye(3).double(), torch.diag(torch.tensor([5.0, 3.0, 2.0])).double()
        >>> surface = DeepLinear((3, 3, 3), inputs=X, targets=Y)
        >>> surface.loss(torch.zeros(surface.dimension).double()).item()
        19.0
    """

    widths: Sequence[int]
    inputs: Float[Tensor, "n d_x"]
    targets: Float[Tensor, "n d_y"]
    _: KW_ONLY
    reduction: Literal["sum", "mean"] = "sum"
    _layout: Layout = field(init=False, repr=False)
    _factor: tuple[Tensor, Tensor] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        widths = check_widths(self.widths)
        check_reduction(self.reduction)
        check_samples("inputs", self.inputs, widths[0])
        check_samples("targets", self.targets, widths[-1])
        check_pair(self.inputs, self.targets)
        check_same_dtype(self.inputs, self.targets)
        shapes = tuple(zip(widths[1:], widths[:-1], strict=True))
        object.__setattr__(self, "widths", widths)
        object.__setattr__(self, "_layout", Layout(shapes))
        object.__setattr__(self, "_factor", _factor(self.inputs, self.targets, self.reduction))

    @property
    def dimension(self) -> int:
        return self._layout.dimension

    @property
    def dtype(self) -> torch.dtype:
        return self.inputs.dtype

    @property
    def device(self) -> torch.device:
        return self.inputs.device

    @property
    def manifold(self) -> Flat:
        return Flat(self.dimension)

    def weights(self, w: Points) -> list[Tensor]:
        """The matrices of a point: W_k of shape (*batch, d_k, d_{k-1}), as views."""
        self._check("w", w)
        return self._layout.split(w)

    def point(self, weights: Sequence[Tensor]) -> Tensor:
        """The flat point of the matrices W_1, ..., W_L; leading batch axes broadcast.

        Raises:
            ValueError: If their number or shapes are not those of `widths`.
        """
        shapes = tuple(tuple(W.shape[-2:]) for W in weights)
        if shapes != self._layout.shapes:
            raise misuse(
                "weights",
                should=f"have the shapes {self._layout.shapes}",
                got=shapes,
                remedy="Each W_k maps layer k - 1 to layer k: (d_k, d_{k-1}).",
            )
        return self._layout.join([W.to(self.dtype) for W in weights])

    def loss(self, w: Points) -> Values:
        return self._chains(w).residual.square().sum((-2, -1)) / 2

    def gradient(self, w: Points) -> Points:
        return self._layout.join(self._chains(w).gradient())

    def hvp(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        self._check("v", v)
        product = self._layout.join(self._chains(w).products(self._layout.split(v)))
        # The Hessian of a single matrix is the same at every point, and no axis of w is in it.
        return product.expand(torch.broadcast_shapes(w.shape, v.shape))

    def hessian(self, w: Points) -> Hessians:
        require_hessian(w, self.dimension)
        return hessian_blocks(self._chains(w), self._layout)

    def gradient_scale(self, w: Points) -> Values:
        """||X||_2 ||residual||_F prod_k max(1, ||W_k||_2).

        A residual below a hundredth of the two terms that it is the difference of counts as that
        hundredth: the gradient there is what rounding left of them.
        """
        chains = self._chains(w)
        size = cancellation_floor(chains.residual, chains.output, chains.factor_targets)
        return self._input_norm * size * chains.norms().clamp(min=1.0).prod(-1)

    def hessian_error(self, w: Points) -> Values:
        """Componentwise running of the same products on absolute values (Higham 2002, section 3.5).

        With |W_k| for the matrices and one row of column norms for the data, every entry of the
        Hessian is at most that of the majorant, and its rounding error at most gamma times that.
        """
        majorant = Chains.majorant(self.weights(w), *self._column_norms)
        norm = perron_bound(
            lambda v: self._layout.join(majorant.products(self._layout.split(v))),
            torch.ones_like(w),
        )
        operations = self.inputs.shape[0] + 2 * sum(self.widths) + 4 * len(self.widths)
        return (accumulated(operations, self.dtype) + self._factor_defect) * norm

    def orbit_dimension(self, w: Float[Tensor, " P"]) -> int:
        """The rank of (g_k) -> (g_k W_k - W_k g_{k-1}) over all hidden g_k, with g_0 = g_L = 0.

        The loss does not change under W_k -> g_k W_k g_{k-1}^{-1}. Singular values below 1e-8 of
        the largest count as zero.
        """
        return orbit_rank(self.weights(w), None, gauge=Gauge.LINEAR, shift_invariant=False)

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Points:
        """Independent normal entries of variance 1 / d_{k-1}."""
        parts = [
            torch.randn(
                (*batch, *shape), generator=generator, dtype=self.dtype, device=self.device
            ).div_(shape[1] ** 0.5)
            for shape in self._layout.shapes
        ]
        return self._layout.join(parts)

    def _chains(self, w: Tensor) -> Chains:
        return Chains.of(self.weights(w), *self._factor)

    def _check(self, name: str, w: Tensor) -> None:
        check_point(name, w, self.dimension, self.dtype)

    @cached_property
    def _input_norm(self) -> Tensor:
        norm: Tensor = torch.linalg.matrix_norm(self._factor[0], ord=2)
        return norm

    @cached_property
    def _column_norms(self) -> tuple[Tensor, Tensor]:
        x, y = self._factor
        return x.norm(dim=0, keepdim=True), y.norm(dim=0, keepdim=True)

    @cached_property
    def _factor_defect(self) -> float:
        """How far the factor's Gram matrix is from the data's, relative to the column norms."""
        data = torch.cat([self.inputs, self.targets], dim=1)
        factor = torch.cat(self._factor, dim=1)
        scale = data.shape[0] if self.reduction == "mean" else 1
        difference = (factor.T @ factor * scale - data.T @ data).abs()
        norms = data.norm(dim=0)
        relative = difference / (norms[:, None] * norms)
        return float(relative.nan_to_num(nan=0.0).max())  # 0 / 0: a column of zeros has no error


def _factor(X: Tensor, Y: Tensor, reduction: str) -> tuple[Tensor, Tensor]:
    """Matrices (r, d_x) and (r, d_y) with the Gram matrix of [X Y], r at most d_x + d_y."""
    data = torch.cat([X, Y], dim=1)
    if reduction == "mean":
        data = data / X.shape[0] ** 0.5
    if data.shape[0] > data.shape[1]:
        data = torch.linalg.qr(data, mode="r").R
    return data[:, : X.shape[1]].contiguous(), data[:, X.shape[1] :].contiguous()
