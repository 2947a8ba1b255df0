"""A gate of its own for every path and sample: the gates of Kawaguchi's reduction.

Paths do not share gates, so their variances add up: with P_k = W_k o W_k (entry by entry), x the
inputs s X and v = (1 - rho) / rho,

    V(W) = v/2 sum_x 1^T P_L ... P_1 (x o x) = v/2 1^T P_L ... P_1 xi,   xi = sum_x x o x.

It is the sum over paths of squared products, a path norm (Neyshabur, Salakhutdinov, Srebro 2015).
With f_k = P_k ... P_1 xi and b_k = P_{k+1}^T ... P_L^T 1 its gradient is v W_k o (b_k f_{k-1}^T).
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import prod
from typing import final

import torch
from torch import Generator, Tensor

from lossatlas.errors import misuse

from ._gated_model import GatedModel, bernoulli, relative_variance
from ._gates import AbstractGates, AbstractVariance

_MOST_PATHS = 10**6


@final
@dataclass(frozen=True)
class PathGates(AbstractGates):
    """One gate for each path and sample, all independent, open with the same probability.

    Example:
        >>> from lossatlas.surfaces import PathGates
        >>> PathGates()
        PathGates()
    """

    def check(self, widths: tuple[int, ...]) -> None:
        """Every network has paths."""

    def moments(self, rows: Tensor) -> Tensor:
        return rows.square().sum(0)

    def variance(
        self, weights: list[Tensor], moments: Tensor, probability: float
    ) -> "PathVariance":
        return PathVariance(weights, moments[:, None], relative_variance(probability))

    def numbers_a_draw(self, widths: tuple[int, ...], num_samples: int) -> int:
        if prod(widths) > _MOST_PATHS:
            raise misuse(
                "widths",
                should=f"have at most {_MOST_PATHS} paths, for gates are drawn path by path",
                got=f"{prod(widths)} paths",
                remedy="Draw on a smaller network; the closed forms have no such limit.",
            )
        return prod(widths) * num_samples

    def outputs(
        self, weights: list[Tensor], model: GatedModel, number: int, generator: Generator
    ) -> Tensor:
        products = _listed(weights)  # (*b, paths to an output, d_y)
        batch, (paths, d_y) = products.shape[:-2], products.shape[-2:]
        inputs = model.inputs.repeat_interleave(paths // model.inputs.shape[1], dim=1)
        ungated = inputs[..., None] * products.reshape(-1, 1, paths, d_y)  # (B, n, paths, d_y)
        shape = (len(inputs), d_y, number, paths)
        gates = bernoulli(shape, model.probability, ungated, generator)
        drawn = gates @ ungated.permute(1, 3, 2, 0)  # (n, d_y, number, B)
        return drawn.permute(3, 2, 0, 1).reshape(*batch, number, len(inputs), d_y)


@final
@dataclass(frozen=True, eq=False)
class PathVariance(AbstractVariance):
    """Half the sum over paths and samples of the path's variance."""

    weights: list[Tensor]  # W_k: (*b, d_k, d_{k-1})
    squares: Tensor  # xi: (d_x, 1)
    relative: float  # v

    def value(self) -> Tensor:
        return self.relative * self._forward[-1].sum((-2, -1)) / 2

    def gradient(self) -> list[Tensor]:
        return [
            self.relative * W * (b @ f.mT)
            for W, b, f in zip(self.weights, self._backward, self._forward[:-1], strict=True)
        ]

    def products(self, directions: list[Tensor]) -> list[Tensor]:
        dP = [2 * W * V for W, V in zip(self.weights, directions, strict=True)]
        df, db = self._forward_change(dP), self._backward_change(dP)
        images = []
        for k, (W, V) in enumerate(zip(self.weights, directions, strict=True)):
            b, f = self._backward[k], self._forward[k]
            image = V * (b @ f.mT)
            image = image + W * (db[k] @ f.mT + b @ df[k].mT)
            images.append(self.relative * image)
        return images

    @cached_property
    def _squared(self) -> list[Tensor]:
        return [W.square() for W in self.weights]

    @cached_property
    def _forward(self) -> list[Tensor]:
        """f_0, ..., f_L: (*b, d_k, 1)."""
        return list(accumulate(self._squared, lambda f, P: P @ f, initial=self.squares))

    @cached_property
    def _backward(self) -> list[Tensor]:
        """b_1, ..., b_L: (*b, d_k, 1)."""
        ones = torch.ones_like(self.weights[-1][..., :1])
        return list(accumulate(reversed(self._squared[1:]), lambda b, P: P.mT @ b, initial=ones))[
            ::-1
        ]

    def _forward_change(self, dP: list[Tensor]) -> list[Tensor]:
        """The changes of f_0, ..., f_{L-1}."""
        df = [torch.zeros_like(self.squares)]
        for k in range(len(dP) - 1):
            df.append(dP[k] @ self._forward[k] + self._squared[k] @ df[-1])
        return df

    def _backward_change(self, dP: list[Tensor]) -> list[Tensor]:
        """The changes of b_1, ..., b_L."""
        db = [torch.zeros_like(self._backward[-1])]
        for k in reversed(range(1, len(dP))):
            db.append(dP[k].mT @ self._backward[k] + self._squared[k].mT @ db[-1])
        return db[::-1]


def _listed(weights: list[Tensor]) -> Tensor:
    """The product along every path: (*b, d_0 ... d_{L-1}, d_L), the last input's unit fastest."""
    products = weights[0].mT
    for W in weights[1:]:
        products = (products[..., None] * W.mT[..., None, :, :]).flatten(-3, -2)
    return products
