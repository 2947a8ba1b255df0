"""A network's way into a kernel's memory and back: from the layout of points to panels."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import no_type_check

from numba import njit

from ._kernel_plan import INPUTS, NARROW, OUTPUTS, PADDED, ROWS, WIDE
from ._kernel_tiles import shape, width


@njit
@no_type_check
def panel_width(memory, column, columns):
    """The numbers in a row of the panel that begins at a column."""
    wide = width(memory, shape(WIDE, 1))
    return wide if column + wide <= columns else width(memory, shape(NARROW, 1))


@njit
@no_type_check
def clear(memory, layers, floor):
    """Zeros everywhere, so that nothing is left of the network before; and the floor's infinities."""
    memory[:] = 0
    last = layers[-1]
    for j in range(last[OUTPUTS], last[PADDED]):
        memory[floor + j] = -float("inf")


@njit
@no_type_check
def take_in(memory, layers, field, vector):
    """Copy a point (or a velocity) into the panels that begin at `field` of each layer."""
    at = 0
    for k in range(len(layers)):
        layer = layers[k]
        for j in range(layer[OUTPUTS]):
            first, step = _column(memory, layer, field, j)
            for i in range(layer[INPUTS]):
                memory[first + i * step] = vector[at]
                at += 1
        for j in range(layer[OUTPUTS] * (layer[ROWS] - layer[INPUTS])):
            first, step = _column(memory, layer, field, j)
            memory[first + layer[INPUTS] * step] = vector[at]
            at += 1


@njit
@no_type_check
def give_back(memory, layers, field, vector):
    """The way back of `take_in`."""
    at = 0
    for k in range(len(layers)):
        layer = layers[k]
        for j in range(layer[OUTPUTS]):
            first, step = _column(memory, layer, field, j)
            for i in range(layer[INPUTS]):
                vector[at] = memory[first + i * step]
                at += 1
        for j in range(layer[OUTPUTS] * (layer[ROWS] - layer[INPUTS])):
            first, step = _column(memory, layer, field, j)
            vector[at] = memory[first + layer[INPUTS] * step]
            at += 1


@njit
@no_type_check
def _column(memory, layer, field, j):
    """Where a column of the transposed matrix begins, and the step from row to row."""
    wide = width(memory, shape(WIDE, 1))
    start = j // wide * wide
    return layer[field] + layer[ROWS] * start + j - start, panel_width(memory, start, layer[PADDED])
