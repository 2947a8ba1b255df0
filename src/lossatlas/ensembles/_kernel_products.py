"""The three products of a layer over a batch, in tiles that stay in registers.

A tile is a block of the result, some rows high and a panel wide; each step adds an outer product to
it: numbers of one factor, each spread over a register, times a row of a panel. Tall tiles first,
then low ones for the rows that are left.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import no_type_check

from numba import njit

from ._kernel_lanes import load
from ._kernel_network import panel_width
from ._kernel_plan import (
    DELTAS,
    INPUTS,
    NARROW,
    OUTPUTS,
    PADDED,
    ROWS,
    TURNED,
    VELOCITY,
    WEIGHTS,
    WIDE,
    X_STEP,
    X,
)
from ._kernel_tiles import add_outer, height, load_tile, mixed, shape, store_tile, width, zeros

TALL = 10


@njit
@no_type_check
def multiply(memory, x, x_step, count, W, rows, columns, out, out_step):
    """X W for `count` rows of X and a matrix W (rows, columns) in panels."""
    column = 0
    while column < columns:
        panel = W + rows * column
        wide = panel_width(memory, column, columns)
        if wide > width(memory, shape(NARROW, 1)):
            shapes = shape(WIDE, TALL), shape(WIDE, 2), shape(WIDE, 1)
            _multiply_panel(memory, x, x_step, count, panel, rows, out + column, out_step, shapes)
        else:
            low = shape(NARROW, TALL), shape(NARROW, 2), shape(NARROW, 1)
            _multiply_panel(memory, x, x_step, count, panel, rows, out + column, out_step, low)
        column += wide


@njit
@no_type_check
def _multiply_panel(memory, x, x_step, count, W, rows, out, out_step, shapes):
    tall, pair, single = shapes
    s = 0
    while s + height(tall) <= count:
        _multiply_tile(memory, x + s * x_step, x_step, W, rows, out + s * out_step, out_step, tall)
        s += height(tall)
    while s + height(pair) <= count:
        _multiply_tile(memory, x + s * x_step, x_step, W, rows, out + s * out_step, out_step, pair)
        s += height(pair)
    if s < count:
        _multiply_tile(
            memory, x + s * x_step, x_step, W, rows, out + s * out_step, out_step, single
        )


@njit
@no_type_check
def _multiply_tile(memory, x, x_step, W, rows, out, out_step, shape):
    tile = zeros(memory, shape)
    like = tile[0]
    for i in range(rows):
        w = load(memory, W + i * width(memory, shape), like)
        tile = add_outer(memory, x + i, x_step, w, tile)
    store_tile(memory, out, out_step, tile)


@njit
@no_type_check
def turn(memory, layer, columns):
    """Copy a layer's matrix, its bias left out, with rows and columns exchanged."""
    to = 0
    while to < columns:
        to_width = panel_width(memory, to, columns)
        column = 0
        while column < layer[PADDED]:
            step = panel_width(memory, column, layer[PADDED])
            last = min(column + step, layer[OUTPUTS]) - column
            for i in range(min(to_width, layer[INPUTS] - to)):
                source = layer[WEIGHTS] + layer[ROWS] * column + (to + i) * step
                target = layer[TURNED] + layer[OUTPUTS] * to + column * to_width + i
                for j in range(last):
                    memory[target + j * to_width] = memory[source + j]
            column += step
        to += to_width


@njit
@no_type_check
def update(memory, layer, count, rate, momentum, decay):
    """Move a layer's weights along the batch's gradient X^T D / count."""
    rule = 1 / count, rate, momentum, decay
    column = 0
    while column < layer[PADDED]:
        wide = panel_width(memory, column, layer[PADDED])
        if wide > width(memory, shape(NARROW, 1)):
            shapes = shape(WIDE, TALL), shape(WIDE, 2), shape(WIDE, 1)
            _update_panel(memory, layer, column, count, rule, shapes)
        else:
            low = shape(NARROW, TALL), shape(NARROW, 2), shape(NARROW, 1)
            _update_panel(memory, layer, column, count, rule, low)
        column += wide


@njit
@no_type_check
def _update_panel(memory, layer, column, count, rule, shapes):
    tall, pair, single = shapes
    rows = layer[ROWS]
    i = 0
    while i + height(tall) <= rows:
        _update_tile(memory, layer, column, i, count, rule, tall)
        i += height(tall)
    while i + height(pair) <= rows:
        _update_tile(memory, layer, column, i, count, rule, pair)
        i += height(pair)
    if i < rows:
        _update_tile(memory, layer, column, i, count, rule, single)


@njit
@no_type_check
def _update_tile(memory, layer, column, i, count, rule, shape):
    tile = zeros(memory, shape)
    like = tile[0]
    x, x_step = layer[X] + i, layer[X_STEP]
    deltas, columns = layer[DELTAS] + column, layer[PADDED]
    for s in range(count):
        tile = add_outer(memory, x + s * x_step, 1, load(memory, deltas + s * columns, like), tile)
    step = width(memory, shape)
    at = layer[ROWS] * column + i * step
    _move(memory, layer[WEIGHTS] + at, layer[VELOCITY] + at, step, tile, rule)


@njit
@no_type_check
def _move(memory, W, V, step, gradient, rule):
    share, rate, momentum, decay = rule
    w = load_tile(memory, W, step, gradient)
    if momentum > 0:
        gradient = mixed(share, gradient, decay, w)
        v = mixed(1, gradient, momentum, load_tile(memory, V, step, gradient))
        store_tile(memory, V, step, v)
        w = mixed(1, w, -rate, v)
    elif decay > 0:
        w = mixed(1, w, -rate, mixed(share, gradient, decay, w))
    else:
        w = mixed(1, w, -rate * share, gradient)
    store_tile(memory, W, step, w)
