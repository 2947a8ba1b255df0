"""One epoch of steps on single samples: networks outside, steps inside.

The first layer is the largest, and nothing waits for its gradient: its update is put off until the
next sample's forward pass, so that each of its weights is read and written once a step. A later
layer's weights are moved while they carry the derivatives back.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import no_type_check

from numba import njit

from ._kernel_elementwise import activate, differentiate, multiply_slopes
from ._kernel_lanes import load, spread, store, total
from ._kernel_network import clear, give_back, panel_width, take_in
from ._kernel_plan import (
    DELTAS,
    INPUTS,
    NARROW,
    PADDED,
    ROWS,
    VELOCITY,
    WEIGHTS,
    WIDE,
    X_STEP,
    X,
    Z,
)
from ._kernel_tiles import (
    add_outer,
    add_scaled,
    folded,
    height,
    load_tile,
    mixed,
    shape,
    store_tile,
    width,
    zeros,
)

# What is called from here, for numba's cache, which looks at this file alone: 84277fb8ab48

TALL = 4


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def single_epoch(points, velocity, orders, data, layers, memory, rates, laws, rule):
    """Take every network through its samples, one at a time, in place."""
    floor = laws[3]
    momentum = rule[0]
    for m in range(points.shape[0]):
        clear(memory, layers, floor)
        take_in(memory, layers, WEIGHTS, points[m])
        if momentum > 0:
            take_in(memory, layers, VELOCITY, velocity[m])
        _network_epoch(orders[m], data, layers, memory, rates, laws, rule)
        give_back(memory, layers, WEIGHTS, points[m])
        if momentum > 0:
            give_back(memory, layers, VELOCITY, velocity[m])


@njit
@no_type_check
def _network_epoch(order, data, layers, memory, rates, laws, rule):
    inputs, targets = data
    activation, slope, criterion, floor = laws
    first, last = layers[0], layers[-1]
    momentum, decay = rule
    old = -1
    rate = 0.0
    for step in range(len(order)):
        sample = order[step]
        new = sample * first[X_STEP]
        settings = rate, momentum, decay
        _first_layer(memory, first, inputs, old, new, settings)
        rate = rates[step]
        for k in range(1, len(layers)):
            activate(memory, layers[k - 1], 1, activation, slope)
            _forward(memory, layers[k])
        differentiate(memory, last, last[DELTAS], targets, sample * last[PADDED], criterion, floor)
        settings = rate, momentum, decay
        for k in range(len(layers) - 1, 0, -1):
            _back(memory, layers[k], layers[k - 1], settings)
            multiply_slopes(memory, layers[k - 1], 1)
        old = new
    settings = rate, momentum, decay
    _first_layer(memory, first, inputs, old, old, settings)  # its outputs are of no more use


@njit
@no_type_check
def _first_layer(memory, layer, inputs, old, new, settings):
    """The outputs of sample `new`, after the step of sample `old` if there was one."""
    column = 0
    while column < layer[PADDED]:
        wide = panel_width(memory, column, layer[PADDED])
        if wide > width(memory, shape(NARROW, 1)):
            shapes = shape(WIDE, TALL), shape(WIDE, 1)
            _first_panel(memory, layer, column, inputs, old, new, settings, shapes)
        else:
            low = shape(NARROW, TALL), shape(NARROW, 1)
            _first_panel(memory, layer, column, inputs, old, new, settings, low)
        column += wide


@njit(forceinline=True)
@no_type_check
def _first_panel(memory, layer, column, inputs, old, new, settings, shapes):
    if old < 0:
        _forward_panel(memory, layer, column, inputs, new, shapes)
    else:
        _fused_panel(memory, layer, column, inputs, old, new, settings, shapes)


@njit(forceinline=True)
@no_type_check
def _forward(memory, layer):
    """The outputs of a later layer."""
    column = 0
    while column < layer[PADDED]:
        wide = panel_width(memory, column, layer[PADDED])
        if wide > width(memory, shape(NARROW, 1)):
            shapes = shape(WIDE, TALL), shape(WIDE, 1)
            _forward_panel(memory, layer, column, memory, layer[X], shapes)
        else:
            low = shape(NARROW, TALL), shape(NARROW, 1)
            _forward_panel(memory, layer, column, memory, layer[X], low)
        column += wide


@njit
@no_type_check
def _forward_panel(memory, layer, column, source, x, shapes):
    """Several rows at once: a sum in one register would wait for itself."""
    tall, single = shapes
    tile, rest = zeros(memory, tall), zeros(memory, single)
    rows, step = layer[ROWS], width(memory, tall)
    W = layer[WEIGHTS] + rows * column
    i = 0
    while i + height(tall) <= rows:
        tile = add_scaled(source, x + i, 1, load_tile(memory, W + i * step, step, tile), tile)
        i += height(tall)
    while i < rows:
        rest = add_scaled(source, x + i, 1, load_tile(memory, W + i * step, step, rest), rest)
        i += 1
    store(memory, layer[Z] + column, folded(tile) + rest[0])


@njit(forceinline=True)
@no_type_check
def _fused_panel(memory, layer, column, inputs, old, new, settings, shapes):
    tall, single = shapes
    tile, rest = zeros(memory, tall), zeros(memory, single)
    rows, step = layer[ROWS], width(memory, tall)
    W, V = layer[WEIGHTS] + rows * column, layer[VELOCITY] + rows * column
    step_of = _steps(load(memory, layer[DELTAS] + column, tile[0]), settings)
    i = 0
    while i + height(tall) <= rows:
        w = _moved(memory, W + i * step, V + i * step, step, inputs, old + i, step_of, tile)
        tile = add_scaled(inputs, new + i, 1, w, tile)
        i += height(tall)
    while i < rows:
        w = _moved(memory, W + i * step, V + i * step, step, inputs, old + i, step_of, rest)
        rest = add_scaled(inputs, new + i, 1, w, rest)
        i += 1
    store(memory, layer[Z] + column, folded(tile) + rest[0])


@njit(forceinline=True)
@no_type_check
def _steps(delta, settings):
    """What `_moved` wants of the derivatives in a panel: themselves, -rate times them, the rule."""
    return delta, delta * spread(-settings[0], delta), settings


@njit(forceinline=True)
@no_type_check
def _moved(memory, W, V, step, source, x, step_of, like):
    """Rows of weights, after a step along x delta^T."""
    delta, move, (rate, momentum, decay) = step_of
    w = load_tile(memory, W, step, like)
    if momentum > 0:
        v = mixed(decay, w, momentum, load_tile(memory, V, step, like))
        v = add_outer(source, x, 1, delta, v)
        store_tile(memory, V, step, v)
        w = mixed(1, w, -rate, v)
    elif decay > 0:
        w = mixed(1, w, -rate, add_outer(source, x, 1, delta, mixed(decay, w, 0, w)))
    else:
        w = add_outer(source, x, 1, move, w)
    store_tile(memory, W, step, w)
    return w


@njit(forceinline=True)
@no_type_check
def _back(memory, layer, below, settings):
    """The derivatives in a layer's inputs, and the step of its weights."""
    for j in range(below[PADDED]):
        memory[below[DELTAS] + j] = 0
    column = 0
    while column < layer[PADDED]:
        wide = panel_width(memory, column, layer[PADDED])
        if wide > width(memory, shape(NARROW, 1)):
            _back_panel(memory, layer, below, column, settings, shape(WIDE, 1))
        else:
            _back_panel(memory, layer, below, column, settings, shape(NARROW, 1))
        column += wide


@njit(forceinline=True)
@no_type_check
def _back_panel(memory, layer, below, column, settings, single):
    like = zeros(memory, single)
    rows, step = layer[ROWS], width(memory, single)
    W, V = layer[WEIGHTS] + rows * column, layer[VELOCITY] + rows * column
    x, back = layer[X], below[DELTAS]
    delta = load(memory, layer[DELTAS] + column, like[0])
    step_of = _steps(delta, settings)
    inputs = layer[INPUTS]
    for i in range(inputs):
        memory[back + i] += total(load(memory, W + i * step, delta) * delta)
    for i in range(rows):
        _moved(memory, W + i * step, V + i * step, step, memory, x + i, step_of, like)
