"""The engine of batched matrix products: any device, depth, activation and criterion.

All networks of a block take their step in one batched product a layer. A step gathers each
network's own samples, so the inputs are (m, B, d_0) and everything behind has the batch last,
(m, d_k, B), as the criteria want it. Forward z_k = W_k x_{k-1} + b_k, backward
delta_{k-1} = phi'(z) * W_k^T delta_k, and W_k loses rate * delta_k x_{k-1}^T / B in the product
itself. On a processor the blocks are small, so that a block's networks stay in the cache.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import final

import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from lossatlas.surfaces import Perceptron

from ._engine import AbstractEngine
from ._validate import check_surface

# Working set of a block of networks; on a GPU large, because a small product does not fill it.
_CPU_BYTES = 2**22
_GPU_BYTES = 2**31
_ORDER_BYTES = 2**28


@final
@dataclass(frozen=True)
class _Step:
    """The settings of one step."""

    rate: float
    size: int  # of the batch
    momentum: float
    weight_decay: float


@final
@dataclass(frozen=True, eq=False)
class TorchEngine(AbstractEngine):
    """Trains by batched matrix products, on the surface's device.

    The result of a network does not depend on its neighbours beyond rounding: the libraries that
    multiply the matrices may order their sums by the number of matrices.

    Args:
        surface: The training loss, with the reduction "mean".

    Raises:
        ValueError: If it has another.
    """

    surface: Perceptron
    _targets: Float[Tensor, "n d_y"] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_surface(self.surface)
        s = self.surface
        rows = s.criterion.prepare(s.targets, s.inputs, s.widths[-1])
        object.__setattr__(self, "_targets", rows)

    @property
    def name(self) -> str:
        return "torch"

    def networks_per_call(self, num_networks: int) -> int:
        # An interrupt is heard between any two products, so only the orders' memory counts.
        return max(1, min(num_networks, _ORDER_BYTES // (4 * len(self.surface.inputs))))

    def working_bytes(self, num_networks: int, batch_size: int) -> int:
        # The allocator keeps what a step freed; the factor is for that.
        return 2 * self._block(num_networks, batch_size) * self._network_bytes(batch_size)

    def epoch(
        self,
        points: Float[Tensor, "M P"],
        velocity: Float[Tensor, "M P"] | None,
        orders: Int[ndarray, "M n"],
        rates: Float[ndarray, " S"],
        *,
        batch_size: int,
        momentum: float,
        weight_decay: float,
    ) -> None:
        size = self._block(len(points), batch_size)
        for start in range(0, len(points), size):
            part = slice(start, start + size)
            own = None if velocity is None else velocity[part]
            order = torch.from_numpy(orders[part]).to(points.device)
            spans = range(0, order.shape[1], batch_size)
            for first, rate in zip(spans, rates.tolist(), strict=True):
                chosen = order[:, first : first + batch_size]
                step = _Step(rate, chosen.shape[1], momentum, weight_decay)
                self._step(points[part], own, chosen, step)

    def _step(self, points: Tensor, velocity: Tensor | None, chosen: Tensor, step: _Step) -> None:
        matrices, biases = self._parts(points)
        xs, slopes, f = self._forward(matrices, biases, chosen)
        delta, _ = self.surface.criterion.derivatives(f, self._gather(self._targets, chosen).mT)
        if velocity is None:
            targets, kept, scale = points, 1 - step.rate * step.weight_decay, -step.rate
        else:
            # All decay comes before any gradient, while the points are still the old ones.
            velocity.mul_(step.momentum).add_(points, alpha=step.weight_decay)
            targets, kept, scale = velocity, 1.0, 1.0
        into, into_biases = self._parts(targets)
        for k in reversed(range(len(matrices))):
            pull = torch.bmm(matrices[k].mT, delta) if k else None  # with the weights of before
            into[k].baddbmm_(delta, xs[k].mT, beta=kept, alpha=scale / step.size)
            if into_biases is not None:
                into_biases[k].mul_(kept).add_(delta.sum(-1), alpha=scale / step.size)
            if pull is not None:
                delta = pull.mul_(slopes[k - 1])
        if velocity is not None:
            points.sub_(velocity, alpha=step.rate)

    def _forward(
        self, matrices: list[Tensor], biases: list[Tensor] | None, chosen: Tensor
    ) -> tuple[list[Tensor], list[Tensor], Tensor]:
        """What each layer reads, the hidden layers' slopes, and the outputs."""
        activation = self.surface.activation
        xs = [self._gather(self.surface.inputs, chosen).mT]
        slopes: list[Tensor] = []
        for k, W in enumerate(matrices):
            z = torch.bmm(W, xs[k])
            if biases is not None:
                z.add_(biases[k][..., None])
            if k == len(matrices) - 1:
                break
            xs.append(activation.value(z))
            slopes.append(activation.first(z, xs[-1]))
        return xs, slopes, z

    def _gather(self, rows: Tensor, chosen: Tensor) -> Tensor:
        """Each network's own samples: (m, B, d)."""
        return rows.index_select(0, chosen.reshape(-1)).view(*chosen.shape, rows.shape[1])

    def _parts(self, points: Tensor) -> tuple[list[Tensor], list[Tensor] | None]:
        """The matrices and biases as views, to be written through."""
        matrices, biases = [], []
        for part, (rows, columns) in zip(self._spans(points), self._shapes(), strict=True):
            matrices.append(part[:, : rows * columns].view(-1, rows, columns))
            biases.append(part[:, rows * columns :])
        return matrices, biases if self.surface.biases else None

    def _spans(self, points: Tensor) -> Iterator[Tensor]:
        """The stretch of each layer, its matrix and then its bias where there are biases."""
        extra = int(self.surface.biases)
        sizes = [rows * (columns + extra) for rows, columns in self._shapes()]
        return iter(points.split_with_sizes(sizes, dim=1))

    def _shapes(self) -> list[tuple[int, int]]:
        return [(above, below) for below, above in pairwise(self.surface.widths)]

    def _block(self, num_networks: int, batch_size: int) -> int:
        limit = _CPU_BYTES if self.surface.device.type == "cpu" else _GPU_BYTES
        return max(1, min(num_networks, limit // self._network_bytes(batch_size)))

    def _network_bytes(self, batch_size: int) -> int:
        """A network's points and velocity, and its batch on every layer: z, x, slope, delta."""
        widths = self.surface.widths
        numbers = 2 * self.surface.dimension + batch_size * (widths[0] + 4 * sum(widths[1:]))
        return numbers * self.surface.inputs.element_size()
