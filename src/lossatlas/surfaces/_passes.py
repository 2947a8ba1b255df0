"""The Hessian product of a perceptron, from what the passes at a point left behind.

Differentiating the forward and backward pass in a direction (V, U) gives the product without ever
forming the Hessian (the R-operator, Pearlmutter 1994). Samples lie last, so that a block of
directions at one point is one wide matrix product in the first layer, where the data are shared.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import final

import torch
from torch import Tensor

from ._criteria import second_product


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

    def products(self, V: list[Tensor]) -> list[Tensor]:
        """The Hessian times a direction; a bias is the last column of its matrix, in both."""
        dz, dx = self._forward(V)
        images: list[Tensor] = []
        d_delta = self._second(dz.pop())
        for k in reversed(range(len(V))):
            image = d_delta @ self._input_rows[k]
            images.append(image)
            if k:
                _add_product(self._matrix(image), self.deltas[k], dx.pop().mT)
                d_delta = self._pull(k, d_delta, self._matrix(V[k]), dz.pop())
        return images[::-1]

    # A bias reads the number 1: adding it and summing its gradient over the samples then cost no
    # pass over memory of their own.
    @cached_property
    def _input_columns(self) -> list[Tensor]:
        return [self.columns, *(_with_ones(x) if self.biases else x for x in self.inputs[1:])]

    # A product that sums over samples is up to three times faster with its right factor's rows
    # whole in memory, so what stays fixed at a point is kept in both orders.
    @cached_property
    def _input_rows(self) -> list[Tensor]:
        return [self.rows, *(x.mT.contiguous() for x in self._input_columns[1:])]

    def _forward(self, V: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        """The derivatives of every z_k, and of the hidden x_k."""
        dz: list[Tensor] = []
        dx: list[Tensor] = []
        for k, (x, W) in enumerate(zip(self._input_columns, self.weights, strict=True)):
            step = V[k] @ x
            if k:
                dx.append(self.slopes[k - 1] * dz[-1])
                _add_product(step, W, dx[-1])
            dz.append(step)
        return dz, dx

    def _pull(self, k: int, d_delta: Tensor, V: Tensor, dz: Tensor) -> Tensor:
        """The derivative of delta one layer further down."""
        pull = V.mT @ self.deltas[k]
        _add_product(pull, self.weights[k].mT, d_delta)
        below = pull.mul_(self.slopes[k - 1])
        bend = self.bends[k - 1]
        return below if bend is None else below.addcmul_(bend, dz)

    def _second(self, u: Tensor) -> Tensor:
        s = self.output_second
        return second_product(
            s, u, coupled=self.coupled, sign=self.sign, weighted=self._weighted_second
        )

    @cached_property
    def _weighted_second(self) -> Tensor:
        return self.output_second if self.weight == 1 else self.output_second * self.weight

    def _matrix(self, both: Tensor) -> Tensor:
        """A layer's matrix, without the column of its bias."""
        return both[..., :-1] if self.biases else both


def _add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    """Add left @ right to `total`, for one point and a block of directions in one call."""
    if total.ndim == left.ndim == right.ndim == 2:
        total.addmm_(left, right)
    elif total.ndim == right.ndim == 3 and left.ndim == 2:
        total.baddbmm_(left.expand(len(right), *left.shape), right)
    else:
        total.add_(left @ right)


def _with_ones(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1, :])], dim=-2)
