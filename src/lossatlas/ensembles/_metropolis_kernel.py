"""A sweep of Metropolis moves on the weights of networks, each with random numbers of its own.

A move changes some weights into one unit; it is taken if the objective rises by less than T times
an exponential variable, Metropolis's rule for the Gibbs law exp(-objective / T). Within a sweep every
weight is proposed once, in an order that does not look at the state, so each sweep leaves that law as
it is. Networks come one after another: their arithmetic does not depend on their number.
Compiled by numba: import this only where a kernel runs.
"""

# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators
# ruff: noqa: ANN001, ANN202

from typing import NamedTuple, no_type_check

import numpy as np
from numba import njit

from ._metropolis_passes import Change, changed_loss, full_pass, kept_for, take
from ._metropolis_random import below, normals, permute, uniforms

# What is called from here, for numba's cache, which looks at this file alone: df47a18ca1ce

# What random words are for: the third word of the counter.
_ORDER, _SLACK, _MOVE, _INPUTS = 0x6D657400, 0x6D657401, 0x6D657402, 0x6D657500

_LEAST_SCALE, _MOST_SCALE = 1e-8, 1e3


class Rules(NamedTuple):
    """How a sweep proposes."""

    block: int  # weights a move
    values: np.ndarray  # those allowed, none for all
    single: bool  # whether points are rounded to single precision
    idle: np.ndarray  # (d_0,) inputs whose weights stay where they are
    decay: float  # of the objective: mean loss + decay / 2 |w|^2
    target: float  # share to be accepted
    gain: float  # of the scale's logarithm by a move; 0 keeps the scale


class Tally(NamedTuple):
    """What a sweep tells, a row a network."""

    begun: np.ndarray  # (M,) the mean loss before, from a full pass
    ended: np.ndarray  # (M,) and after, from the moves
    accepted: np.ndarray  # (M, L) moves
    proposed: np.ndarray  # (M, L)


@njit(cache=True)
@no_type_check
def _jump(old, uniform, values, alone):
    """Another value, or any if the weight is not alone: two values could only flip together."""
    if not alone:
        return values[below(uniform, len(values))]
    current = 0
    while current + 1 < len(values) and values[current] != old:
        current += 1
    return values[(current + 1 + below(uniform, len(values) - 1)) % len(values)]


@njit(cache=True)
@no_type_check
def _draw(rules, w, places, idle, scale, key, epoch, move, news, steps):
    """New values of the weights at `places`; returns by how much the sum of squares grows."""
    growth = 0.0
    for j in range(len(places)):
        old = w[places[j]]
        if len(rules.values) == 0:
            new = old + scale * normals(key, epoch, _MOVE, move, j // 2)[j % 2]
        else:
            uniform = uniforms(key, epoch, _MOVE, move, j // 2)[j % 2]
            new = _jump(old, uniform, rules.values, rules.block == 1)
        news[j] = np.float64(np.float32(new)) if rules.single else new
        if idle[j]:
            news[j] = old
        steps[j] = news[j] - old
        growth += news[j] * news[j] - old * old
    return growth


@njit(cache=True)
@no_type_check
def _where(net, k, unit, inputs, places):
    """The places in the point of some weights into a unit."""
    fan, width, begin = net.widths[k], net.widths[k + 1], net.begins[k]
    for j in range(len(inputs)):
        a = inputs[j]
        places[j] = begin + (unit * fan + a if a < fan else width * fan + unit)


@njit(cache=True)
@no_type_check
def _adapt(rules, scale, accepted):
    wanted = scale * np.exp(rules.gain * ((1.0 if accepted else 0.0) - rules.target))
    return min(max(wanted, _LEAST_SCALE), _MOST_SCALE)


@njit(cache=True)
@no_type_check
def _one(net, rules, w, total, kept, tried, key, epoch, temperatures, scales, tally, m):
    """The moves of one network, in place; returns its summed loss."""
    num_layers, n = len(net.rows), net.inputs.shape[1]
    fans = net.widths[:-1] + int(net.biases)
    chunks = (fans + rules.block - 1) // rules.block
    nums = net.widths[1:] * chunks
    order = np.empty(nums.sum(), dtype=np.int64)
    permute(key, epoch, _ORDER, order)
    shuffled = np.empty((num_layers, fans.max()), dtype=np.int64)
    for k in range(num_layers):
        permute(key, epoch, _INPUTS + k, shuffled[k, : fans[k]])
    places = np.empty(rules.block, dtype=np.int64)
    news, steps = np.empty(rules.block), np.empty(rules.block)
    idle = np.zeros(rules.block, dtype=np.bool_)
    for move in range(len(temperatures)):
        k, rest = 0, order[move]
        while rest >= nums[k]:
            rest -= nums[k]
            k += 1
        unit, chunk = rest // chunks[k], rest % chunks[k]
        first = chunk * rules.block
        inputs = shuffled[k, first : min(first + rules.block, fans[k])]
        count = len(inputs)
        _where(net, k, unit, inputs, places)
        for j in range(count):
            idle[j] = k == 0 and inputs[j] < len(rules.idle) and rules.idle[inputs[j]]
        spread = scales[m, k]
        growth = _draw(rules, w, places[:count], idle, spread, key, epoch, move, news, steps)
        if not steps[:count].any():
            continue
        change = Change(k, unit, count, inputs, steps)
        wanted = changed_loss(net, w, change, kept, tried)
        rise = (wanted - total) / n + 0.5 * rules.decay * growth
        u, _ = uniforms(key, epoch, _SLACK, move)
        accepted = rise <= -temperatures[move] * np.log(u)  # False where the rise is NaN
        if accepted:
            take(net, change, kept, tried)
            w[places[:count]] = news[:count]
            total = wanted
        tally.proposed[m, k] += 1
        tally.accepted[m, k] += accepted
        if rise != 0.0:  # a plateau, such as a unit that is off, has no scale
            scales[m, k] = _adapt(rules, scales[m, k], accepted)
    return total


@njit(cache=True, nogil=True)
@no_type_check
def sweep(net, rules, points, keys, epoch, temperatures, scales, tally):
    """Propose every weight of every network once, in place.

    Args:
        net: The architecture and its data, in float64.
        rules: How to propose.
        points: (M, P) in float64, changed; networks whose loss or point is not finite are left as they are.
        keys: (M,) the seeds, uint64.
        epoch: The sweep's number.
        temperatures: One a move; fewer than a sweep has end it early.
        scales: (M, L) standard deviations of the steps, changed where the gain is not 0.
        tally: Filled.
    """
    n = net.inputs.shape[1]
    kept, tried = kept_for(net), kept_for(net)
    tally.accepted[:] = 0
    tally.proposed[:] = 0
    for m in range(points.shape[0]):
        w = points[m].copy()
        total = full_pass(net, w, kept)
        tally.begun[m] = total / n
        if np.isfinite(total) and np.isfinite(w).all():
            key = keys[m]
            total = _one(
                net, rules, w, total, kept, tried, key, epoch, temperatures, scales, tally, m
            )
            points[m] = w
        tally.ended[m] = total / n
