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
    count: int
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
def _affine(w, begin, bias, source, first, fan, z, lo, hi):
    """One unit's preactivations, four inputs at a time: each of its numbers is then stored once."""
    for s in range(lo, hi):
        z[s] = bias
    whole = fan - fan % 4
    for a in range(0, whole, 4):
        c0, c1, c2, c3 = w[begin + a], w[begin + a + 1], w[begin + a + 2], w[begin + a + 3]
        x0, x1, x2, x3 = (
            source[first + a],
            source[first + a + 1],
            source[first + a + 2],
            source[first + a + 3],
        )
        for s in range(lo, hi):
            z[s] += (c0 * x0[s] + c1 * x1[s]) + (c2 * x2[s] + c3 * x3[s])
    for a in range(whole, fan):
        c, x = w[begin + a], source[first + a]
        for s in range(lo, hi):
            z[s] += c * x[s]


@njit(cache=True)
@no_type_check
def _layer(net, w, k, source, first, kept, lo, hi):
    """All preactivations of layer k, and its values unless it is the last."""
    fan, width, begin = net.widths[k], net.widths[k + 1], net.begins[k]
    for j in range(width):
        row = net.rows[k] + j
        bias = w[begin + width * fan + j] if net.biases else 0.0
        _affine(w, begin + j * fan, bias, source, first, fan, kept.z[row], lo, hi)
        if k + 1 < len(net.rows):
            activate(net.activation, net.slope, kept.z[row], kept.x[row], lo, hi)


@njit(cache=True)
@no_type_check
def _run_loss(net, z, only, other, lo, hi, scratch):
    """The summed loss of a run of samples; where only >= 0, that output is read from `other`."""
    top, d = net.rows[-1], net.widths[-1]
    total = 0.0
    if net.criterion != CROSS_ENTROPY:
        for j in range(d):
            f = other[top + j] if j == only else z[top + j]
            total += output_loss(net.criterion, f, net.targets[j], lo, hi)
        return total
    largest, sums = scratch[0], scratch[1]
    largest[:] = -np.inf
    sums[:] = 0.0
    for j in range(d):
        raise_largest(other[top + j] if j == only else z[top + j], largest, lo, hi)
    for j in range(d):
        f = other[top + j] if j == only else z[top + j]
        total += add_exponentials(f, net.targets[j], largest, sums, lo, hi)
    return total + sum_of_logs(sums, hi - lo, float(d))


@njit(cache=True)
@no_type_check
def full_pass(net, w, kept):
    """Fill `kept` at the point w; return the summed loss."""
    scratch = np.empty((2, _RUN))
    total, n = 0.0, net.inputs.shape[1]
    for lo in range(0, n, _RUN):
        hi = min(lo + _RUN, n)
        _layer(net, w, 0, net.inputs, 0, kept, lo, hi)
        for k in range(1, len(net.rows)):
            _layer(net, w, k, kept.x, net.rows[k - 1], kept, lo, hi)
        total += _run_loss(net, kept.z, -1, kept.z, lo, hi, scratch)
    return total


@njit(cache=True, fastmath=SAFE)
@no_type_check
def _add(c, x, z, lo, hi):
    for s in range(lo, hi):
        z[s] += c * x[s]


@njit(cache=True, fastmath=SAFE)
@no_type_check
def _moved(c, old_x, new_x, old_z, new_z, lo, hi):
    for s in range(lo, hi):
        new_z[s] = old_z[s] + c * (new_x[s] - old_x[s])


@njit(cache=True)
@no_type_check
def _shift(net, change, kept, tried, lo, hi):
    """The preactivations of the changed unit."""
    k, fan = change.layer, net.widths[change.layer]
    row = net.rows[k] + change.unit
    z = tried.z[row]
    z[lo:hi] = kept.z[row, lo:hi]
    for q in range(change.count):
        a = change.inputs[q]
        if a == fan:
            z[lo:hi] += change.steps[q]
        elif k == 0:
            _add(change.steps[q], net.inputs[a], z, lo, hi)
        else:
            _add(change.steps[q], kept.x[net.rows[k - 1] + a], z, lo, hi)


@njit(cache=True)
@no_type_check
def _spread(net, w, change, kept, tried, lo, hi):
    """What the changed hidden unit does to the layers above it."""
    k, row = change.layer, net.rows[change.layer] + change.unit
    activate(net.activation, net.slope, tried.z[row], tried.x[row], lo, hi)
    fan = net.widths[k + 1]
    for j in range(net.widths[k + 2]):
        above = net.rows[k + 1] + j
        c = w[net.begins[k + 1] + j * fan + change.unit]
        _moved(c, kept.x[row], tried.x[row], kept.z[above], tried.z[above], lo, hi)
        if k + 2 < len(net.rows):
            activate(net.activation, net.slope, tried.z[above], tried.x[above], lo, hi)
    for m in range(k + 2, len(net.rows)):
        _layer(net, w, m, tried.x, net.rows[m - 1], tried, lo, hi)


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
