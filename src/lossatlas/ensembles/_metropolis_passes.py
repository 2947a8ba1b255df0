"""A network's passes over all samples, and what one of its units' changes does to the loss.

Kept are the preactivations z_k and the values x_k = phi(z_k) of every unit at every sample, samples
last. When entries of one row of W_k change, that row of z_k changes by them times x_{k-1}, then all
rows of z_{k+1} by the change of x_k times a column of W_{k+1}; from there on the layers are computed
anew. For a hidden layer below the output that is n (1 + d_y) multiplications instead of nP. Samples
go by in runs that stay in the first cache. Compiled by numba: import this only where a kernel runs.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import NamedTuple, no_type_check

import numpy as np
from numba import njit

from ._metropolis_functions import (
    CROSS_ENTROPY,
    SAFE,
    activate,
    add_exponentials,
    output_loss,
    raise_largest,
    sum_of_logs,
)

# What is called from here, for numba's cache, which looks at this file alone: 0d1c9f92bfd4

_RUN = 256  # samples


class Net(NamedTuple):
    """An architecture with its data; layers count from 0, the output layer is the last."""

    widths: np.ndarray  # (L + 1,) d_0, ..., d_L
    begins: np.ndarray  # (L,) where W_k begins in a point; its biases follow it
    rows: np.ndarray  # (L,) the first row of layer k in what is kept
    biases: bool
    activation: int
    slope: float
    criterion: int
    inputs: np.ndarray  # (d_0, n)
    targets: np.ndarray  # (d_L, n)


class Kept(NamedTuple):
    """Preactivations and values, a row a unit; the output layer's values are not used."""

    z: np.ndarray  # (sum d_k, n)
    x: np.ndarray


class Change(NamedTuple):
    """New entries of the row of one unit."""

    layer: int
    unit: int
    num_inputs: int
    inputs: np.ndarray  # which; d_{k-1} stands for the bias
    steps: np.ndarray  # by how much


@njit(cache=True)
@no_type_check
def kept_for(net):
    """Room for an architecture."""
    shape = (net.widths[1:].sum(), net.inputs.shape[1])
    return Kept(np.empty(shape), np.empty(shape))


@njit(cache=True, fastmath=SAFE)
@no_type_check
def _add(c, x, z):
    for s in range(len(z)):
        z[s] += c * x[s]


@njit(cache=True, fastmath=SAFE)
@no_type_check
def _add_four(c0, c1, c2, c3, x0, x1, x2, x3, z):
    """Four inputs at once: z is then loaded and stored a quarter as often."""
    for s in range(len(z)):
        z[s] += (c0 * x0[s] + c1 * x1[s]) + (c2 * x2[s] + c3 * x3[s])


@njit(cache=True, fastmath=SAFE)
@no_type_check
def _moved(c, old_x, new_x, old_z, new_z):
    for s in range(len(new_z)):
        new_z[s] = old_z[s] + c * (new_x[s] - old_x[s])


@njit(cache=True)
@no_type_check
def _affine(weights, bias, below, lo, hi, z):
    """One unit's preactivations from the rows below."""
    z[:] = bias
    fan = len(weights)
    whole = fan - fan % 4
    for a in range(0, whole, 4):
        c0, c1, c2, c3 = weights[a], weights[a + 1], weights[a + 2], weights[a + 3]
        x0, x1 = below[a][lo:hi], below[a + 1][lo:hi]
        x2, x3 = below[a + 2][lo:hi], below[a + 3][lo:hi]
        _add_four(c0, c1, c2, c3, x0, x1, x2, x3, z)
    for a in range(whole, fan):
        _add(weights[a], below[a][lo:hi], z)


@njit(cache=True)
@no_type_check
def _layer(net, w, k, below, kept, lo, hi):
    """All preactivations of layer k, and its values unless it is the last."""
    fan, width, begin = net.widths[k], net.widths[k + 1], net.begins[k]
    for j in range(width):
        z = kept.z[net.rows[k] + j][lo:hi]
        bias = w[begin + width * fan + j] if net.biases else 0.0
        _affine(w[begin + j * fan : begin + (j + 1) * fan], bias, below, lo, hi, z)
        if k + 1 < len(net.rows):
            activate(net.activation, net.slope, z, kept.x[net.rows[k] + j][lo:hi])


@njit(cache=True)
@no_type_check
def _run_loss(net, z, only, other, lo, hi, scratch):
    """The summed loss of a run of samples; where only >= 0, that output is read from `other`."""
    top, d = net.rows[-1], net.widths[-1]
    total = 0.0
    if net.criterion != CROSS_ENTROPY:
        for j in range(d):
            f = other[top + j] if j == only else z[top + j]
            total += output_loss(net.criterion, f[lo:hi], net.targets[j][lo:hi])
        return total
    largest, sums = scratch[0][: hi - lo], scratch[1][: hi - lo]
    largest[:] = -np.inf
    sums[:] = 0.0
    for j in range(d):
        f = other[top + j] if j == only else z[top + j]
        raise_largest(f[lo:hi], largest)
    for j in range(d):
        f = other[top + j] if j == only else z[top + j]
        total += add_exponentials(f[lo:hi], net.targets[j][lo:hi], largest, sums)
    return total + sum_of_logs(sums, float(d))


@njit(cache=True)
@no_type_check
def full_pass(net, w, kept):
    """Fill `kept` at the point w; return the summed loss."""
    scratch = np.empty((2, _RUN))
    total, n = 0.0, net.inputs.shape[1]
    for lo in range(0, n, _RUN):
        hi = min(lo + _RUN, n)
        _layer(net, w, 0, net.inputs, kept, lo, hi)
        for k in range(1, len(net.rows)):
            _layer(net, w, k, kept.x[net.rows[k - 1] :], kept, lo, hi)
        total += _run_loss(net, kept.z, -1, kept.z, lo, hi, scratch)
    return total


@njit(cache=True)
@no_type_check
def _shift(net, change, kept, tried, lo, hi):
    """The preactivations of the changed unit."""
    k, fan = change.layer, net.widths[change.layer]
    row = net.rows[k] + change.unit
    z = tried.z[row][lo:hi]
    z[:] = kept.z[row][lo:hi]
    for q in range(change.num_inputs):
        a = change.inputs[q]
        if a == fan:
            z += change.steps[q]
        elif k == 0:
            _add(change.steps[q], net.inputs[a][lo:hi], z)
        else:
            _add(change.steps[q], kept.x[net.rows[k - 1] + a][lo:hi], z)


@njit(cache=True)
@no_type_check
def _spread(net, w, change, kept, tried, lo, hi):
    """What the changed hidden unit does to the layers above it."""
    k, row = change.layer, net.rows[change.layer] + change.unit
    old, new = kept.x[row][lo:hi], tried.x[row][lo:hi]
    activate(net.activation, net.slope, tried.z[row][lo:hi], new)
    fan = net.widths[k + 1]
    for j in range(net.widths[k + 2]):
        above = net.rows[k + 1] + j
        z = tried.z[above][lo:hi]
        _moved(w[net.begins[k + 1] + j * fan + change.unit], old, new, kept.z[above][lo:hi], z)
        if k + 2 < len(net.rows):
            activate(net.activation, net.slope, z, tried.x[above][lo:hi])
    for m in range(k + 2, len(net.rows)):
        _layer(net, w, m, tried.x[net.rows[m - 1] :], tried, lo, hi)


@njit(cache=True)
@no_type_check
def changed_loss(net, w, change, kept, tried):
    """The summed loss after a change of the point w (which is still the old one), into `tried`."""
    scratch = np.empty((2, _RUN))
    total, n = 0.0, net.inputs.shape[1]
    at_top = change.layer + 1 == len(net.rows)
    for lo in range(0, n, _RUN):
        hi = min(lo + _RUN, n)
        _shift(net, change, kept, tried, lo, hi)
        if at_top:
            total += _run_loss(net, kept.z, change.unit, tried.z, lo, hi, scratch)
        else:
            _spread(net, w, change, kept, tried, lo, hi)
            total += _run_loss(net, tried.z, -1, tried.z, lo, hi, scratch)
    return total


@njit(cache=True)
@no_type_check
def take(net, change, kept, tried):
    """Make the tried rows the kept ones."""
    row = net.rows[change.layer] + change.unit
    kept.z[row] = tried.z[row]
    if change.layer + 1 < len(net.rows):
        kept.x[row] = tried.x[row]
        above = net.rows[change.layer + 1]
        kept.z[above:] = tried.z[above:]
        kept.x[above : net.rows[-1]] = tried.x[above : net.rows[-1]]
