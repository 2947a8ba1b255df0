"""One epoch of steps on batches of samples: networks outside, steps inside."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import no_type_check

from numba import njit

from ._kernel_elementwise import activate, differentiate, multiply_slopes
from ._kernel_lanes import load, store
from ._kernel_network import clear, give_back, take_in
from ._kernel_plan import (
    DELTAS,
    NARROW,
    OUTPUTS,
    PADDED,
    ROWS,
    TURNED,
    VELOCITY,
    WEIGHTS,
    X_STEP,
    Z_STEP,
    X,
    Z,
)
from ._kernel_products import multiply, turn, update
from ._kernel_tiles import shape, width, zeros

# What is called from here, for numba's cache, which looks at this file alone: 5dc91e1a7399


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def batch_epoch(points, velocity, orders, data, layers, memory, rates, size, laws, rule):
    """Take every network through its samples, `size` at a time, in place."""
    floor = laws[3]
    momentum = rule[0]
    for m in range(points.shape[0]):
        clear(memory, layers, floor)
        take_in(memory, layers, WEIGHTS, points[m])
        if momentum > 0:
            take_in(memory, layers, VELOCITY, velocity[m])
        _network_epoch(orders[m], data, layers, memory, rates, size, laws, rule)
        give_back(memory, layers, WEIGHTS, points[m])
        if momentum > 0:
            give_back(memory, layers, VELOCITY, velocity[m])


@njit
@no_type_check
def _network_epoch(order, data, layers, memory, rates, size, laws, rule):
    for step in range(len(rates)):
        samples = order[step * size : (step + 1) * size]
        _forward(samples, data, layers, memory, laws)
        _backward(len(samples), layers, memory, rates[step], rule)


@njit
@no_type_check
def _forward(samples, data, layers, memory, laws):
    inputs, targets = data
    activation, slope, criterion, floor = laws
    count = len(samples)
    _collect(samples, inputs, layers[0], memory)
    for k in range(len(layers)):
        layer = layers[k]
        x, step, W = layer[X], layer[X_STEP], layer[WEIGHTS]
        columns = layer[PADDED]
        multiply(memory, x, step, count, W, layer[ROWS], columns, layer[Z], layer[Z_STEP])
        if k + 1 < len(layers):
            activate(memory, layer, count, activation, slope)
    last = layers[-1]
    for s in range(count):
        row, y = last[DELTAS] + s * last[PADDED], samples[s] * last[PADDED]
        differentiate(memory, last, row, targets, y, criterion, floor)


@njit
@no_type_check
def _collect(samples, inputs, layer, memory):
    """The batch's inputs side by side."""
    like = zeros(memory, shape(NARROW, 1))[0]
    columns = layer[X_STEP]
    for s in range(len(samples)):
        source, target = samples[s] * columns, layer[X] + s * columns
        for i in range(0, columns, width(memory, shape(NARROW, 1))):
            store(memory, target + i, load(inputs, source + i, like))


@njit
@no_type_check
def _backward(count, layers, memory, rate, rule):
    momentum, decay = rule
    for k in range(len(layers) - 1, -1, -1):
        layer = layers[k]
        if k > 0:
            below = layers[k - 1]
            columns = below[PADDED]
            turn(memory, layer, columns)
            multiply(
                memory,
                layer[DELTAS],
                layer[PADDED],
                count,
                layer[TURNED],
                layer[OUTPUTS],
                columns,
                below[DELTAS],
                columns,
            )
            multiply_slopes(memory, below, count)
        update(memory, layer, count, rate, momentum, decay)
