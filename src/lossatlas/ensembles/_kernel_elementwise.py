"""What a kernel does entry by entry: activations with their slopes, criteria with their derivatives."""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import no_type_check

from numba import njit

from ._kernel_functions import exponential, hyperbolic_tangent, softplus_and_sigmoid
from ._kernel_lanes import greatest, load, spread, store, total, where_less
from ._kernel_plan import DELTAS, INPUTS, NARROW, OUTPUTS, PADDED, ROWS, SLOPES, Z_STEP, Z
from ._kernel_tiles import shape, width, zeros

IDENTITY, LEAKY, TANH, SOFTPLUS = range(4)  # ReLU is leaky of slope zero
SQUARED, ENTROPY, HINGE, ABSOLUTE = range(4)


@njit(forceinline=True)
@no_type_check
def activate(memory, layer, count, kind, slope):
    """A layer's preactivations become its outputs, followed by a 1 if the next layer has biases."""
    for s in range(count):
        z = layer[Z] + s * layer[Z_STEP]
        slopes = layer[SLOPES] + s * layer[PADDED]
        _activate_row(memory, z, slopes, layer[PADDED], kind, slope)
        if layer[ROWS] > layer[INPUTS]:
            memory[z + layer[OUTPUTS]] = 1


@njit(forceinline=True)
@no_type_check
def _activate_row(memory, z, slopes, columns, kind, slope):
    like = zeros(memory, shape(NARROW, 1))[0]
    for j in range(0, columns, width(memory, shape(NARROW, 1))):
        value, first = _activated(load(memory, z + j, like), kind, slope)
        store(memory, z + j, value)
        store(memory, slopes + j, first)


@njit(forceinline=True)
@no_type_check
def _activated(z, kind, slope):
    """The activation and its derivative; at a kink that of the left, as everywhere here."""
    one = spread(1, z)
    if kind == LEAKY:
        # A product with the slope, also where it is zero, would make a zero of minus infinity
        # not a number.
        below = spread(slope, z) * z if slope > 0 else where_less(z, one, spread(0, z), z)
        zero = spread(0, z)
        return where_less(zero, z, z, below), where_less(zero, z, one, spread(slope, z))
    if kind == TANH:
        value = hyperbolic_tangent(z)
        return value, one - value * value
    if kind == SOFTPLUS:
        return softplus_and_sigmoid(z)
    return z, one


@njit(forceinline=True)
@no_type_check
def multiply_slopes(memory, layer, count):
    """Derivatives in a layer's outputs become derivatives in its preactivations."""
    like = zeros(memory, shape(NARROW, 1))[0]
    deltas, slopes = layer[DELTAS], layer[SLOPES]
    for j in range(0, count * layer[PADDED], width(memory, shape(NARROW, 1))):
        product = load(memory, deltas + j, like) * load(memory, slopes + j, like)
        store(memory, deltas + j, product)


@njit(forceinline=True)
@no_type_check
def differentiate(memory, layer, row, Y, y, kind, floor):
    """One sample's outputs become the criterion's derivatives in them."""
    like = zeros(memory, shape(NARROW, 1))[0]
    columns = layer[PADDED]
    if kind == ENTROPY:
        _softmax(memory, row, columns, floor)
    for j in range(0, columns, width(memory, shape(NARROW, 1))):
        derivative = _derivative(load(memory, row + j, like), load(Y, y + j, like), kind)
        store(memory, row + j, derivative)


@njit(forceinline=True)
@no_type_check
def _derivative(f, y, kind):
    zero, one = spread(0, f), spread(1, f)
    if kind == HINGE:
        return where_less(f * y, one, zero - y, zero)
    if kind == ABSOLUTE:
        return where_less(y, f, one, where_less(f, y, zero - one, zero))
    return f - y


@njit(forceinline=True)
@no_type_check
def _softmax(memory, row, columns, floor):
    """The floor makes padding minus infinity, of which the exponential is zero."""
    like = zeros(memory, shape(NARROW, 1))[0]
    step = width(memory, shape(NARROW, 1))
    top = load(memory, row, like) + load(memory, floor, like)
    for j in range(step, columns, step):
        f = load(memory, row + j, like) + load(memory, floor + j, like)
        top = where_less(top, f, f, top)
    shift = spread(greatest(top), like)
    weight = like
    for j in range(0, columns, step):
        f = load(memory, row + j, like) + load(memory, floor + j, like)
        power = exponential(f - shift)
        store(memory, row + j, power)
        weight = weight + power
    scale = spread(1, like) / spread(total(weight), like)
    for j in range(0, columns, step):
        store(memory, row + j, load(memory, row + j, like) * scale)
