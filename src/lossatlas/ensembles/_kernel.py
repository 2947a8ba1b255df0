"""The CPU engine: compiled loops in which one network at a time stays in the first cache.

Networks outside, steps inside: a network is copied into a small block of memory, taken through its
epoch there and copied back, so that its bits depend on nothing but its own numbers. Threads share
the networks out; nothing is shared between networks, so their number changes no bit. Nor does the
machine's instruction set: every rounding is written in the kernels. On processors without fused
multiply-add each one is a call to the C library, right but slow.
"""

from dataclasses import dataclass, field
from typing import final

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from numpy import ndarray
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import (
    AbsoluteError,
    AbstractActivation,
    AbstractCriterion,
    CrossEntropy,
    Hinge,
    Identity,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
)

from ._engine import AbstractEngine
from ._kernel_plan import Plan, padded, plan
from ._threads import Work, share_out

# The codes are those of `_kernel_elementwise.py`, which cannot be asked without numba.
_ACTIVATIONS: dict[type[AbstractActivation], int] = {
    Identity: 0,
    ReLU: 1,
    LeakyReLU: 1,
    Tanh: 2,
    Softplus: 3,
}
_CRITERIA: dict[type[AbstractCriterion], int] = {
    SquaredError: 0,
    CrossEntropy: 1,
    Hinge: 2,
    AbsoluteError: 3,
}
_LINE = 64  # bytes
_SECONDS = 0.5  # about as long as a call should take
_FLOPS = 1e10  # a second, on a core of a modest machine


@final
@dataclass(frozen=True, eq=False)
class KernelEngine(AbstractEngine):
    """Networks one after another, each in cache for its whole epoch.

    Args:
        surface: The samples and the architecture, with reduction "mean".
        threads: The threads that share the networks out, at least 1.

    Raises:
        ValueError: If `supports` says why not, or `threads` is below 1.
    """

    surface: Perceptron
    threads: int = 1
    _data: tuple[ndarray, ndarray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        reason = self.supports(self.surface)
        if reason is not None:
            raise misuse(
                "surface", should="suit the kernels", got=reason, remedy="Take the torch engine."
            )
        if self.threads < 1:
            raise misuse(
                "threads", should="be at least 1", got=self.threads, remedy="1 is the calling one."
            )
        surface = self.surface
        rows = surface.criterion.prepare(surface.targets, surface.inputs, surface.widths[-1])
        inputs = surface.inputs
        if surface.biases:
            inputs = torch.cat([inputs, torch.ones_like(inputs[:, :1])], dim=1)
        object.__setattr__(self, "_data", (_flat_rows(inputs), _flat_rows(rows)))

    @staticmethod
    def supports(surface: Perceptron) -> str | None:
        """None, or the reason why the kernels cannot train on this surface."""
        if surface.device.type != "cpu":
            return f"samples on the device {surface.device}, and the kernels run on the CPU"
        if surface.dtype not in (torch.float32, torch.float64):
            return f"samples of {surface.dtype}, and the kernels know float32 and float64"
        if type(surface.activation) not in _ACTIVATIONS:
            return f"the activation {surface.activation}, which the kernels do not know"
        if type(surface.criterion) not in _CRITERIA:
            return f"the criterion {surface.criterion}, which the kernels do not know"
        if surface.reduction != "mean":
            return f'the reduction "{surface.reduction}", and steps are taken along means'
        return None

    @property
    def name(self) -> str:
        return "kernel"

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
        self._check(points, velocity, orders, rates, batch_size=batch_size, momentum=momentum)
        scheme = self._plan(batch_size, momentum=velocity is not None)
        rates = np.ascontiguousarray(rates, dtype=np.float64)
        orders = np.ascontiguousarray(orders, dtype=np.int32)
        numbers = points.detach().numpy()
        speeds = numbers[:0] if velocity is None else velocity.detach().numpy()
        laws = (*_laws(self.surface), scheme.floor)
        rule = (float(momentum), float(weight_decay))

        def begin() -> Work:
            from ._kernel_batch import batch_epoch  # numba comes with them
            from ._kernel_single import single_epoch

            memory = _aligned(scheme.size, numbers.dtype)

            def run(part: slice) -> None:
                own = numbers[part], speeds[part], orders[part], self._data, scheme.layers, memory
                if batch_size == 1:
                    single_epoch(*own, rates, laws, rule)
                else:
                    batch_epoch(*own, rates, batch_size, laws, rule)

            return run

        share_out(len(numbers), self.threads, begin, most=len(numbers))

    def networks_per_call(self, num_networks: int) -> int:
        # Products forward, back and into the gradient, each an addition and a multiplication.
        flops = 6 * len(self.surface.inputs) * self.surface.dimension
        return min(num_networks, self.threads * max(1, int(_SECONDS * _FLOPS / flops)))

    def working_bytes(self, num_networks: int, batch_size: int) -> int:
        numbers = self._plan(batch_size, momentum=True).size
        return min(self.threads, num_networks) * numbers * self.surface.dtype.itemsize

    def _check(
        self,
        points: Tensor,
        velocity: Tensor | None,
        orders: ndarray,
        rates: ndarray,
        *,
        batch_size: int,
        momentum: float,
    ) -> None:
        """Compiled loops look at no bounds: what would lead them astray is refused before."""
        n = len(self.surface.inputs)
        for name, held in (("points", points), ("velocity", velocity)):
            if held is not None and not (
                held.shape == (len(orders), self.surface.dimension)
                and held.dtype == self.surface.dtype
                and held.is_contiguous()
            ):
                raise misuse(
                    name,
                    should=f"be contiguous {self.surface.dtype} of shape "
                    f"{(len(orders), self.surface.dimension)}",
                    got=f"{held.dtype} of shape {tuple(held.shape)}",
                    remedy="Hand over rows of the ensemble, made contiguous.",
                )
        if momentum > 0 and velocity is None:
            raise misuse(
                "velocity",
                should="be given where there is momentum",
                got=None,
                remedy="Start from zeros, one row a network.",
            )
        count = orders.shape[1]  # n, or fewer from learners that do something between steps
        if not 1 <= count <= n or orders.min(initial=0) < 0 or orders.max(initial=0) >= n:
            raise misuse(
                "orders",
                should=f"be permutations of {n} samples, as rows, or parts of them",
                got=f"shape {orders.shape}",
                remedy="Take `ensembles.orders(seeds, epoch, n)`.",
            )
        if not 1 <= batch_size <= n or len(rates) != -(-count // batch_size):
            raise misuse(
                "rates",
                should=f"be one a step of {batch_size} of {count} samples",
                got=f"{len(rates)} rates",
                remedy="Take a batch of 1 to n samples and ceil(n / batch_size) rates.",
            )

    def _plan(self, batch_size: int, *, momentum: bool) -> Plan:
        return plan(
            tuple(self.surface.widths),
            biases=self.surface.biases,
            batch_size=batch_size,
            itemsize=self.surface.dtype.itemsize,
            momentum=momentum,
        )


def _laws(surface: Perceptron) -> tuple[int, float, int]:
    """The codes of the activation and the criterion, and the activation's slope below zero."""
    activation: AbstractActivation = surface.activation
    slope = float(activation.slope) if isinstance(activation, LeakyReLU) else 0.0
    return _ACTIVATIONS[type(activation)], slope, _CRITERIA[type(surface.criterion)]


def _flat_rows(rows: Float[Tensor, "n d"]) -> Float[ndarray, " size"]:
    """Rows filled up with zeros to whole registers, one after another."""
    n, d = rows.shape
    columns = padded(d, rows.dtype.itemsize)
    numbers = _aligned(n * columns, np.dtype(str(rows.dtype).removeprefix("torch.")))
    matrix = numbers.reshape(n, columns)
    matrix[:, :d], matrix[:, d:] = rows.detach().numpy(), 0
    return numbers


def _aligned(count: int, dtype: np.dtype) -> Shaped[ndarray, " size"]:
    """An array that begins at a cache line: a register's load from two lines costs twice."""
    block = np.empty(count * dtype.itemsize + _LINE, dtype=np.uint8)
    start = -block.ctypes.data % _LINE
    return block[start : start + count * dtype.itemsize].view(dtype)
