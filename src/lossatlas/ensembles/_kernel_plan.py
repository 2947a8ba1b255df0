"""Where one network and its passes lie in a kernel's memory.

One flat array holds everything that belongs to the network in training. A matrix W_k is stored
transposed, its bias as one more row, and its columns in panels of 128 bytes (a last one of 64 where
that is enough), each panel whole in memory: panel after panel, row after row. Products then run along
the units of a layer, whatever their number, and a panel stays in the first cache. Columns that
only fill a panel hold zeros.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import final

import numpy as np
from jaxtyping import Int64
from numpy import ndarray

WIDE, NARROW = 128, 64  # bytes of a panel's rows

# The columns of a plan's table, a row a layer; all but the first four are offsets or steps.
INPUTS, OUTPUTS, ROWS, PADDED, WEIGHTS, VELOCITY, TURNED, X, X_STEP, SLOPES, DELTAS, Z, Z_STEP = (
    range(13)
)


@final
@dataclass(frozen=True, eq=False)
class Plan:
    """A table of the layers, and how many numbers they take.

    Args:
        layers: A row a layer: the numbers of inputs, outputs, rows (inputs and the bias) and padded
            outputs; where the weights, velocities, turned weights, inputs, slopes of the
            activation, derivatives in the preactivations and preactivations lie.
        floor: Where the row lies that is 0 at outputs and minus infinity at padding.
        size: The numbers in all.
    """

    layers: Int64[ndarray, "L 13"]
    floor: int
    size: int


def padded(count: int, itemsize: int) -> int:
    """The smallest number of whole narrow rows that hold `count` numbers."""
    narrow = NARROW // itemsize
    return -(-count // narrow) * narrow


@lru_cache(maxsize=32)
def plan(
    widths: tuple[int, ...], *, biases: bool, batch_size: int, itemsize: int, momentum: bool
) -> Plan:
    """The memory of a network of these widths and its passes over a batch."""
    size = 0

    def room(numbers: int) -> int:
        nonlocal size
        start, size = size, size + padded(numbers, itemsize)
        return start

    table = np.zeros((len(widths) - 1, 13), dtype=np.int64)
    for layer, (inputs, outputs) in zip(table, pairwise(widths), strict=True):
        rows, columns = inputs + biases, padded(outputs, itemsize)
        layer[[INPUTS, OUTPUTS, ROWS, PADDED]] = inputs, outputs, rows, columns
        layer[WEIGHTS] = room(rows * columns)
        layer[VELOCITY] = room(rows * columns * momentum)
        layer[X_STEP] = padded(rows, itemsize)
        layer[X] = room(batch_size * int(layer[X_STEP]))
        layer[DELTAS] = room(batch_size * columns)
    for below, layer in pairwise(table):
        below[SLOPES] = room(batch_size * int(below[PADDED]))
        below[[Z, Z_STEP]] = layer[[X, X_STEP]]
        layer[TURNED] = room(int(layer[OUTPUTS] * below[PADDED]) * (batch_size > 1))
    last = table[-1]
    last[[Z, Z_STEP]] = last[[DELTAS, PADDED]]
    return Plan(table, room(int(last[PADDED])), size)
