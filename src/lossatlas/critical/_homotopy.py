"""Every complex solution of T y^{p-1} = y by a total-degree homotopy, for many tensors at once.

All paths of all tensors move together. Paths that jumped show as missing solutions: a tensor that
misses some is followed again, more carefully and from another random start, and what each attempt
found is united. Nothing here is a proof: what was found is proved, and counted, elsewhere.
"""

from dataclasses import replace
from math import prod

import torch
from jaxtyping import Complex, Float
from torch import Generator, Tensor

from ._root_classes import RootClasses, sort_roots, united
from ._tensor_system import TensorSystem, num_classes, random_diagonal
from ._track import Tracking, track

# Complex numbers in the contraction of one block of tensors with all their paths.
_BLOCK = 2**20
_POLISH = 3


def complex_roots(
    tensors: Float[Tensor, "..."],
    generator: Generator,
    *,
    tracking: Tracking,
    attempts: int,
) -> list[RootClasses]:
    """The solutions of each tensor, sorted into classes; some may be missing.

    Args:
        tensors: Symmetric tensors (D, N, ..., N) of order p >= 3.
        generator: Draws one random start an attempt, shared by all tensors.
        tracking: How carefully the first attempt follows its paths; each later one ten times more.
        attempts: The attempts at most.
    """
    order, size = tensors.ndim - 1, tensors.shape[1]
    expected = num_classes(order, size)
    found = [RootClasses.none(order, size) for _ in tensors]
    for attempt in range(attempts):
        open_ones = [d for d, classes in enumerate(found) if classes.count < expected]
        if not open_ones:
            break
        careful = replace(
            tracking,
            tolerance=tracking.tolerance * 0.1**attempt,
            contraction=max(tracking.contraction * 0.5**attempt, 0.01),
        )
        diagonal = random_diagonal(generator, size)
        ends = _ends(tensors[open_ones], diagonal, careful)
        for d, Y in zip(open_ones, ends, strict=True):
            found[d] = united(found[d], sort_roots(Y.numpy(), order))
    return found


def _ends(
    tensors: Float[Tensor, "..."], diagonal: Complex[Tensor, " n"], tracking: Tracking
) -> list[Complex[Tensor, "k n"]]:
    """The finite ends of all paths, finished by Newton steps, a block of tensors at a time."""
    order, size = tensors.ndim - 1, tensors.shape[1]
    width = num_classes(order, size) * prod(tensors.shape[2:])
    return [
        ends
        for block in tensors.split(max(1, _BLOCK // width))
        for ends in _block_ends(block, diagonal, order, tracking)
    ]


def _block_ends(
    block: Float[Tensor, "..."], diagonal: Complex[Tensor, " n"], order: int, tracking: Tracking
) -> list[Complex[Tensor, "k n"]]:
    D, size = block.shape[:2]
    unfolded = block.reshape(D, size, -1)
    # With entries of mean square one the two ends of the line are of one size.
    scale = unfolded.square().mean((1, 2), keepdim=True).sqrt()
    scale = torch.where(scale > 0, scale, 1.0)
    system = TensorSystem((unfolded / scale).to(torch.complex128), diagonal, order)
    starts = system.starts()
    Y = track(system, starts.expand(D, *starts.shape).contiguous(), tracking)
    Y = _polished(system, Y) * scale ** (-1 / (order - 2))
    finite = Y.isfinite().all(-1)
    return [y[mask] for y, mask in zip(Y, finite, strict=True)]


def _polished(system: TensorSystem, Y: Complex[Tensor, "D k n"]) -> Complex[Tensor, "D k n"]:
    one = torch.ones(Y.shape[:2], dtype=torch.float64)
    for _ in range(_POLISH):
        F, _, J = system.equations(Y, one)
        Y = Y - torch.linalg.solve_ex(J, F[..., None])[0][..., 0]
    return Y
