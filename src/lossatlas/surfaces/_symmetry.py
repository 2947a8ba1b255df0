"""The dimension of a network's symmetry orbit, as the rank of its tangent vectors.

The loss does not change when a hidden layer's basis does, as far as the activation lets the change
through: W_k -> g W_k, W_{k+1} -> W_{k+1} g^{-1}. Its velocity at g = I is (g W_k, -W_{k+1} g). At a
critical point each independent velocity is a null vector of the Hessian. A bias counts as one more
column of its matrix, read by a unit that is always 1.
"""

from itertools import accumulate

import torch
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.linalg import forecast

from ._activations import Gauge

_RANK_CUT = 1e-8


def orbit_rank(
    weights: list[Tensor], biases: list[Tensor] | None, *, gauge: Gauge, shift_invariant: bool
) -> int:
    """The number of independent symmetry directions at one point."""
    M = orbit_tangents(weights, biases, gauge=gauge, shift_invariant=shift_invariant)
    if M.numel() == 0:
        return 0
    s = torch.linalg.svdvals(M)
    return int((s > _RANK_CUT * s[0]).sum())


def orbit_tangents(
    weights: list[Tensor], biases: list[Tensor] | None, *, gauge: Gauge, shift_invariant: bool
) -> Tensor:
    """The velocities that leave the loss as it is, one a column: its entries are the weights' own."""
    if weights[0].ndim != 2:
        raise misuse(
            "w", should="be one point (P,)", got="a batch of points", remedy="Loop over the points."
        )
    W = weights if biases is None else _augmented(weights, biases)
    columns = [
        *(_basis_changes(W, k, gauge) for k in range(len(W) - 1)),
        *([_output_shifts(W)] if shift_invariant else []),
    ]
    return torch.cat([W[0].new_zeros(sum(A.numel() for A in W), 0), *columns], dim=1)


def _augmented(weights: list[Tensor], biases: list[Tensor]) -> list[Tensor]:
    return [torch.cat([W, b[:, None]], dim=1) for W, b in zip(weights, biases, strict=True)]


def _basis_changes(W: list[Tensor], k: int, gauge: Gauge) -> Tensor:
    """The velocities of layer k's basis changes, one a column."""
    d = W[k].shape[0]
    constant = W[k + 1].shape[1] > d  # the next layer also reads a unit that is always 1
    num_columns = {Gauge.NONE: 0, Gauge.SCALING: d, Gauge.LINEAR: d * (d + constant)}[gauge]
    sizes = [A.numel() for A in W]
    forecast(
        3 * sum(sizes) * num_columns * W[k].element_size(),
        purpose=f"The rank of {num_columns} symmetry directions of {sum(sizes)} parameters",
        remedy="Count them on a narrower network.",
        device=W[k].device,
    )
    M = W[k].new_zeros(sum(sizes), num_columns)
    if num_columns:
        starts = list(accumulate(sizes, initial=0))
        own, above = _velocities(W[k], W[k + 1], d, constant=constant)
        if gauge is Gauge.SCALING:
            diagonal = torch.arange(d, device=M.device) * (d + 1)
            own, above = own[:, diagonal], above[:, diagonal]
        M[starts[k] : starts[k + 1]] = own
        M[starts[k + 1] : starts[k + 2]] = above
    return M


def _velocities(W: Tensor, above: Tensor, d: int, *, constant: bool) -> tuple[Tensor, Tensor]:
    """G W and -(W above) g for the d^2 unit matrices g, then for shifts by the d unit vectors."""
    eye = torch.eye(d, dtype=W.dtype, device=W.device)
    unit = torch.eye(above.shape[1], dtype=W.dtype, device=W.device)
    own = torch.kron(eye, W.mT.contiguous())
    lifted = -torch.kron(above[:, :d].contiguous(), unit[:, :d].contiguous())
    if not constant:
        return own, lifted
    shift = torch.kron(eye, _last_unit(W.shape[1], W))
    carried = -torch.kron(above[:, :d].contiguous(), _last_unit(above.shape[1], W))
    return torch.cat([own, shift], dim=1), torch.cat([lifted, carried], dim=1)


def _output_shifts(W: list[Tensor]) -> Tensor:
    """The velocities that add one number to all outputs: one column a unit that the output reads."""
    d_y, width = W[-1].shape
    M = W[0].new_zeros(sum(A.numel() for A in W), width)
    M[-d_y * width :] = torch.eye(width, dtype=M.dtype, device=M.device).repeat(d_y, 1)
    return M


def _last_unit(size: int, like: Tensor) -> Tensor:
    column = like.new_zeros(size, 1)
    column[-1] = 1
    return column
