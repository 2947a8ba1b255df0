"""The Hessian product of a perceptron, from what the passes at a point left behind.

Differentiating the forward and backward pass in a direction (V, U) gives the product without ever
forming the Hessian (the R-operator, Pearlmutter 1994). Samples lie last, so that a block of
directions at one point is one wide matrix product in the first layer, where the data are shared.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, final

import torch
from torch import Tensor

from ._criteria import second_product

Parts: TypeAlias = tuple[list[Tensor], list[Tensor] | None]  # matrices, biases


@final
@dataclass(frozen=True, eq=False)
class Passes:
    """What a Hessian product needs; lists run over the layers, samples last."""

    weights: list[Tensor]  # W_k: (*b, d_k, d_{k-1})
    rows: Tensor  # X, and a column of ones where there are biases: (n, d_0 [+ 1])
    columns: Tensor  # its transpose
    inputs: list[Tensor]  # x_{k-1}: (*b, d_{k-1}, n)
    deltas: list[Tensor]  # d loss / d z_k: (*b, d_k, n)
    slopes: list[Tensor]  # phi'(z_k) of the hidden layers
    bends: list[Tensor | None]  # phi''(z_k) * W_{k+1}^T delta_{k+1}, None for zero
    output_second: Tensor  # s of l'' = diag(s) - s s^T or diag(s): (*b, d_y, n)
    coupled: bool
    weight: float  # of each sample
    biases: bool
    sign: float = -1.0  # of s s^T; a majorant adds

    def products(self, V: list[Tensor], U: list[Tensor] | None) -> Parts:
        """The Hessian times the direction with matrices V and biases U."""
        dz, dx = self._forward(V if U is None else _augmented(V, U))
        matrices: list[Tensor] = []
        biases: list[Tensor] = []
        d_delta = self._second(dz[-1])
        for k in reversed(range(len(V))):
            image = d_delta @ self._input_rows[k]
            if U is not None:
                biases.append(image[..., -1])
                image = image[..., :-1]
            matrices.append(image if k == 0 else image.add_((dx[k - 1] @ self._delta_rows[k]).mT))
            if k:
                d_delta = self._pull(k, d_delta, V[k], dz[k - 1])
        return matrices[::-1], None if U is None else biases[::-1]

    # A bias is one more column of its matrix, and reads the number 1: adding it and summing its
    # gradient over the samples then cost no pass over memory of their own.
    @cached_property
    def _input_columns(self) -> list[Tensor]:
        return [self.columns, *(_with_ones(x) if self.biases else x for x in self.inputs[1:])]

    # A product that sums over samples is up to three times faster with its right factor's rows
    # whole in memory, so what stays fixed at a point is kept in both orders.
    @cached_property
    def _input_rows(self) -> list[Tensor]:
        return [self.rows, *(x.mT.contiguous() for x in self._input_columns[1:])]

    @cached_property
    def _delta_rows(self) -> list[Tensor]:
        return [delta.mT.contiguous() for delta in self.deltas]

    def _forward(self, V: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        """The derivatives of every z_k, and of the hidden x_k."""
        dz: list[Tensor] = []
        dx: list[Tensor] = []
        for k, (x, W) in enumerate(zip(self._input_columns, self.weights, strict=True)):
            step = V[k] @ x
            if k:
                dx.append(self.slopes[k - 1] * dz[-1])
                step = _plus_product(step, W, dx[-1])
            dz.append(step)
        return dz, dx

    def _pull(self, k: int, d_delta: Tensor, V: Tensor, dz: Tensor) -> Tensor:
        """The derivative of delta one layer further down."""
        pull = _plus_product(V.mT @ self.deltas[k], self.weights[k].mT, d_delta)
        below = pull.mul_(self.slopes[k - 1])
        bend = self.bends[k - 1]
        return below if bend is None else below.addcmul_(bend, dz)

    def _second(self, u: Tensor) -> Tensor:
        product = second_product(self.output_second, u, coupled=self.coupled, sign=self.sign)
        return product if self.weight == 1 else product.mul_(self.weight)


def _plus_product(total: Tensor, left: Tensor, right: Tensor) -> Tensor:
    """Total + left @ right; for one point and a block in one call, written over `total`."""
    if total.ndim == left.ndim == right.ndim == 2:
        return total.addmm_(left, right)
    if total.ndim == right.ndim == 3 and left.ndim == 2:
        return total.baddbmm_(left.expand(len(right), *left.shape), right)
    return total + left @ right


def _augmented(V: list[Tensor], U: list[Tensor]) -> list[Tensor]:
    return [torch.cat([v, u.unsqueeze(-1)], dim=-1) for v, u in zip(V, U, strict=True)]


def _with_ones(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1, :])], dim=-2)
