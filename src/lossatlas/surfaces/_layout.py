"""How the matrices and biases of a network lie in one flat vector.

Row-major, one after another, in the order of the layers; a bias after its matrix. Where a bias is
wanted as the last column of its matrix, one gather reorders the whole vector.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import prod
from typing import final

import torch
from torch import Tensor


@final
@dataclass(frozen=True)
class Layout:
    """The shapes of the parts of a point, in order."""

    shapes: tuple[tuple[int, ...], ...]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(prod(shape) for shape in self.shapes)

    @cached_property
    def spans(self) -> tuple[slice, ...]:
        """Where each part lies."""
        ends = tuple(accumulate(self.sizes))
        return tuple(slice(end - size, end) for end, size in zip(ends, self.sizes, strict=True))

    @cached_property
    def dimension(self) -> int:
        return sum(self.sizes)

    def split(self, w: Tensor) -> list[Tensor]:
        """The parts of a point as views, with the point's batch axes."""
        batch = w.shape[:-1]
        parts = w.split_with_sizes(self.sizes, dim=-1)
        return [part.reshape(batch + shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def join(self, parts: list[Tensor]) -> Tensor:
        """The inverse of `split`; batch axes broadcast."""
        batches = [
            part.shape[: part.ndim - len(shape)]
            for part, shape in zip(parts, self.shapes, strict=True)
        ]
        batch = batches[0]
        if any(other != batch for other in batches):
            batch = torch.broadcast_shapes(*batches)
            parts = [p.expand(batch + s) for p, s in zip(parts, self.shapes, strict=True)]
        flat = [p.reshape((*batch, size)) for p, size in zip(parts, self.sizes, strict=True)]
        return torch.cat(flat, dim=-1)


@final
@dataclass(frozen=True, eq=False)
class Columns:
    """The same vector as matrices [W_k b_k]."""

    layout: Layout  # of the matrices
    order: Tensor | None  # where their entries lie in the vector; None where there are no biases
    back: Tensor | None  # the inverse

    @classmethod
    def of(cls, layout: Layout, *, biases: bool, device: torch.device) -> "Columns":
        """The matrices of a layout, in which each is followed by its bias where there are biases."""
        if not biases:
            return cls(layout, None, None)
        parts = layout.split(torch.arange(layout.dimension, device=device))
        pairs = zip(parts[::2], parts[1::2], strict=True)
        matrices = [torch.cat([W, b[:, None]], dim=1) for W, b in pairs]
        joined = Layout(tuple((W.shape[0], W.shape[1]) for W in matrices))
        order = joined.join(matrices)
        return cls(joined, order, order.argsort())

    def split(self, v: Tensor) -> list[Tensor]:
        """The matrices of a vector, with its batch axes, whole in memory."""
        ordered = v if self.order is None else v.index_select(-1, self.order)
        return [part.contiguous() for part in self.layout.split(ordered)]

    def join(self, matrices: list[Tensor]) -> Tensor:
        """The inverse of `split`, for equal batch axes."""
        ordered = torch.cat([matrix.flatten(-2) for matrix in matrices], dim=-1)
        return ordered if self.back is None else ordered.index_select(-1, self.back)
