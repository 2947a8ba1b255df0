"""The three chains of products behind a deep linear network's derivatives.

With the data's factor [R_x R_y] in place of the samples (rows r) and k = 1..L:

    T_1 = R_x,  T_{k+1} = T_k W_k^T        residual Z = T_{L+1} - R_y
    D_L = Z,    D_k = D_{k+1} W_{k+1}      gradient_k = D_k^T T_k
    A_L = I,    A_k = A_{k+1} W_{k+1}

    H_ij[ab,cd] = (A_i^T A_j)[a,c] (T_i^T T_j)[b,d] + [i > j] (D_i^T T_j)[a,d] C_ij[b,c],
    C_ij = W_{i-1} ... W_{j+1}

where W_i[a,b] and W_j[c,d] are the two entries (derived in docs/theory/deep_linear.md).
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import final

import torch
from torch import Tensor

from ._layout import Layout


@final
@dataclass(frozen=True, eq=False)
class Chains:
    """The chains at a batch of points; lists run over the layers."""

    weights: list[Tensor]  # W_k: (*b, d_k, d_{k-1})
    activations: list[Tensor]  # T_k: (*b, r, d_{k-1})
    output: Tensor  # T_{L+1}: (*b, r, d_y)
    factor_targets: Tensor  # R_y: (r, d_y)
    residual: Tensor  # Z: (*b, r, d_y)

    @classmethod
    def of(cls, weights: list[Tensor], factor_inputs: Tensor, factor_targets: Tensor) -> "Chains":
        """The chains of a network on a data factor."""
        T = _forward(weights, factor_inputs)
        return cls(weights, T[:-1], T[-1], factor_targets, T[-1] - factor_targets)

    @classmethod
    def majorant(cls, weights: list[Tensor], x: Tensor, y: Tensor) -> "Chains":
        """The chains on absolute values: no term cancels another, the residual included."""
        absolute = [W.abs() for W in weights]
        T = _forward(absolute, x)
        return cls(absolute, T[:-1], T[-1], y, T[-1] + y)

    @cached_property
    def residuals(self) -> list[Tensor]:
        """D_k: (*b, r, d_k)."""
        D = accumulate(reversed(self.weights[1:]), torch.matmul, initial=self.residual)
        return list(D)[::-1]

    def gradient(self) -> list[Tensor]:
        """The gradient's matrices."""
        return [D.mT @ T for D, T in zip(self.residuals, self.activations, strict=True)]

    def products(self, directions: list[Tensor]) -> list[Tensor]:
        """The Hessian times a direction, as matrices (the R-operator, Pearlmutter 1994)."""
        W, T, D, V = self.weights, self.activations, self.residuals, directions
        dT: list[Tensor | None] = [None]  # the data do not move
        for k in range(len(W)):
            dT.append(_plus(T[k] @ V[k].mT, dT[k], W[k].mT))
        dD = dT[-1]
        images: list[Tensor] = []
        for k in reversed(range(len(W))):
            assert dD is not None
            image = dD.mT @ T[k]
            dT_k = dT[k]
            images.append(image if dT_k is None else image + D[k].mT @ dT_k)
            dD = dD @ W[k] + D[k] @ V[k] if k else None
        return images[::-1]

    def norms(self) -> Tensor:
        """||W_k||_2 of each layer, in a last axis."""
        return torch.stack([torch.linalg.matrix_norm(W, ord=2) for W in self.weights], dim=-1)


def hessian_blocks(chains: Chains, layout: Layout) -> Tensor:
    """The full Hessian, block by block into one array."""
    W, T, D = chains.weights, chains.activations, chains.residuals
    batch = torch.broadcast_shapes(*(part.shape[:-2] for part in W))
    H = W[0].new_empty(*batch, layout.dimension, layout.dimension)
    A = _down(W)
    for i in range(len(W)):
        C: Tensor | None = None  # C_ij, the identity for j = i - 1
        for j in range(i, -1, -1):
            block = _block(H, layout, i, j)
            _outer(_gram(A[i], A[j]), _gram(T[i], T[j]), out=block)
            if j < i:
                _add_residual(block, D[i].mT @ T[j], C)
                C = W[j] if C is None else C @ W[j]
                _block(H, layout, j, i).copy_(block.movedim((-2, -1), (-4, -3)))
    return H


def _forward(weights: list[Tensor], x: Tensor) -> list[Tensor]:
    return list(accumulate(weights, lambda T, W: T @ W.mT, initial=x))


def _down(weights: list[Tensor]) -> list[Tensor]:
    """A_k for each layer."""
    d = weights[-1].shape[-2]
    eye = torch.eye(d, dtype=weights[-1].dtype, device=weights[-1].device)
    return list(accumulate(reversed(weights[1:]), torch.matmul, initial=eye))[::-1]


def _plus(term: Tensor, left: Tensor | None, right: Tensor) -> Tensor:
    """Term + left @ right, where an absent left is zero."""
    return term if left is None else term + left @ right


def _block(H: Tensor, layout: Layout, i: int, j: int) -> Tensor:
    """H_ij as a view with axes (*b, d_i, d_{i-1}, d_j, d_{j-1})."""
    part = H[..., layout.spans[i], layout.spans[j]]
    whole: Tensor = part.unflatten(-1, layout.shapes[j]).unflatten(-3, layout.shapes[i])
    return whole


def _gram(left: Tensor, right: Tensor) -> Tensor:
    """left^T right, symmetric to the last bit where both are one tensor."""
    product = left.mT @ right
    return (product + product.mT) / 2 if left is right else product


def _outer(left: Tensor, right: Tensor, *, out: Tensor) -> None:
    """out[a,b,c,d] = left[a,c] right[b,d]."""
    out.copy_(left[..., :, None, :, None].expand(out.shape))
    out.mul_(right[..., None, :, None, :])


def _add_residual(block: Tensor, DT: Tensor, C: Tensor | None) -> None:
    """block[a,b,c,d] += DT[a,d] C[b,c], with the identity for an absent C."""
    if C is None:
        block.diagonal(dim1=-3, dim2=-2).add_(DT[..., :, :, None])
    else:
        block.addcmul_(DT[..., :, None, None, :], C[..., None, :, :, None])
