"""A gate for every hidden unit and sample: what paths that share a unit share.

A path's gate is the product of its units', each open with probability r, r^{L-1} = rho, so that E[Y]
is the same as with a gate for every path. Two paths through one unit are open together more often,
and the variance is that of a network under dropout (Srivastava et al. 2014). With gates divided by
their mean, u = (1 - r) / r, and the sums over samples G of the mean pre-activation's outer product
and K of the pre-activations' covariance,

    G_k = W_k G_{k-1} W_k^T,  K_k = W_k (K_{k-1} + u Diag(K_{k-1} + G_{k-1})) W_k^T,  V = tr K_L / 2,

and K_1 = 0, because the inputs G_0 = sum_x x x^T are not gated. The adjoints run back through
the same maps. No term is the difference of others.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import expm1, log
from typing import TypeAlias, final

import torch
from torch import Generator, Tensor

from lossatlas.errors import misuse

from ._gated_model import GatedModel, bernoulli
from ._gates import AbstractGates, AbstractVariance

Pair: TypeAlias = tuple[Tensor, Tensor]  # K and G, or their adjoints A and B


@final
@dataclass(frozen=True)
class UnitGates(AbstractGates):
    """One gate for each hidden unit and sample, all independent; a path is open when its units are.

    Each is open with probability rho^{1/H}, H the number of hidden layers.

    Example:
        >>> from lossatlas.surfaces import UnitGates
        >>> UnitGates()
        UnitGates()
    """

    def check(self, widths: tuple[int, ...]) -> None:
        if len(widths) < 3:
            raise misuse(
                "widths",
                should="have a hidden layer, whose units carry the gates",
                got=widths,
                remedy="Use `PathGates()`, or add a layer.",
            )

    def moments(self, rows: Tensor) -> Tensor:
        return rows.mT @ rows

    def variance(
        self, weights: list[Tensor], moments: Tensor, probability: float
    ) -> "UnitVariance":
        u = expm1(-log(probability) / (len(weights) - 1))  # (1 - r) / r, to the last digits
        return UnitVariance(weights, moments, u)

    def numbers_a_draw(self, widths: tuple[int, ...], num_samples: int) -> int:
        return sum(widths) * num_samples

    def outputs(
        self, weights: list[Tensor], model: GatedModel, number: int, generator: Generator
    ) -> Tensor:
        r = model.probability ** (1 / (len(weights) - 1))
        z = (model.inputs @ weights[0].mT).unsqueeze(-3)  # (*b, 1, n, d_1)
        for W in weights[1:]:
            gates = bernoulli((number, *z.shape[-2:]), r, z, generator)
            z = (z * gates) @ W.unsqueeze(-3).mT
        return z


@final
@dataclass(frozen=True, eq=False)
class UnitVariance(AbstractVariance):
    """Half the trace of the outputs' covariance, summed over samples."""

    weights: list[Tensor]  # W_k: (*b, d_k, d_{k-1})
    gram: Tensor  # G_0: (d_x, d_x)
    relative: float  # u

    def value(self) -> Tensor:
        K, W = self._reads[-1][0], self.weights[-1]
        return ((W @ K) * W).sum((-2, -1)) / 2

    def gradient(self) -> list[Tensor]:
        layers = zip(self.weights, self._reads, self._adjoints, strict=True)
        return [2 * (A @ W @ K + B @ W @ G) for W, (K, G), (A, B) in layers]

    def products(self, directions: list[Tensor]) -> list[Tensor]:
        reads, adjoints = self._reads_change(directions), self._adjoints_change(directions)
        images = []
        for k, (W, V) in enumerate(zip(self.weights, directions, strict=True)):
            image = torch.zeros_like(V)
            for M, S, dM, dS in zip(
                self._adjoints[k], self._reads[k], adjoints[k], reads[k], strict=True
            ):
                image = image + dM @ W @ S + M @ V @ S + M @ W @ dS
            images.append(2 * image)
        return images

    @cached_property
    def _reads(self) -> list[Pair]:
        """What each layer reads: covariance and mean part, gated."""
        reads = [(torch.zeros_like(self.gram), self.gram)]
        for W in self.weights[:-1]:
            K, G = reads[-1]
            reads.append(self._gated(W @ K @ W.mT, W @ G @ W.mT))
        return reads

    @cached_property
    def _adjoints(self) -> list[Pair]:
        """V's derivatives by each layer's covariance and mean part, before its gates."""
        eye = torch.eye(self.weights[-1].shape[-2], dtype=self.gram.dtype, device=self.gram.device)
        adjoints = [(eye / 2, torch.zeros_like(eye))]
        for W in reversed(self.weights[1:]):
            A, B = adjoints[-1]
            adjoints.append(self._ungated(W.mT @ A @ W, W.mT @ B @ W))
        return adjoints[::-1]

    def _reads_change(self, V: list[Tensor]) -> list[Pair]:
        changes = [(torch.zeros_like(self.gram), torch.zeros_like(self.gram))]
        for k, (before, _) in enumerate(pairwise(self._reads)):
            W = self.weights[k]
            dK, dG = (
                _twice(V[k] @ S @ W.mT) + W @ dS @ W.mT
                for S, dS in zip(before, changes[-1], strict=True)
            )
            changes.append(self._gated(dK, dG))
        return changes

    def _adjoints_change(self, V: list[Tensor]) -> list[Pair]:
        zero = torch.zeros_like(self._adjoints[-1][0])
        changes = [(zero, zero)]
        for k in reversed(range(1, len(V))):
            W = self.weights[k]
            dA, dB = (
                _twice(V[k].mT @ M @ W) + W.mT @ dM @ W
                for M, dM in zip(self._adjoints[k], changes[-1], strict=True)
            )
            changes.append(self._ungated(dA, dB))
        return changes[::-1]

    def _gated(self, K: Tensor, G: Tensor) -> Pair:
        return K + self.relative * _diagonal(K + G), G

    def _ungated(self, A: Tensor, B: Tensor) -> Pair:
        """The adjoint of `_gated`."""
        return A + self.relative * _diagonal(A), B + self.relative * _diagonal(A)


def _diagonal(S: Tensor) -> Tensor:
    return torch.diag_embed(S.diagonal(dim1=-2, dim2=-1))


def _twice(S: Tensor) -> Tensor:
    return S + S.mT
