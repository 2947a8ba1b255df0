"""How the matrices and biases of a network lie in one flat vector.

Row-major, one after another, in the order of the layers; a bias after its matrix.
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
