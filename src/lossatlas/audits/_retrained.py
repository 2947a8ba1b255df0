"""A network of few values with the values trained, and held to samples that did not train them.

Choromanska et al. (2015, definition of the (s, eps)-reduction image) ask for a network with the same
connections and s distinct weights that classifies at most a share eps of the data differently. They ask
that there *is* one, and hold it to the network's own answers. So the values are trained towards these and
not towards labels: a network that learns the labels better answers differently, and is no image.

Which parameter takes which value stays as rounding left it; the s values are free. The loss is the cross
entropy to the network's outputs, in units that make its typical lead of the winning class 4: soft where
the network is in doubt, and no matter which scale its outputs have. Adam, a fixed number of steps, no
chance. The samples are in two halves; each half is answered by the values that the other half trained, so
that s values cannot know the samples that they are held to. Where training does not lower the changed
answers on its own half, the rounded values stay.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from ._few_values import FewValues, predictions
from ._network import Network

STEPS = 40
_BATCH = 256
_LEAD = 4.0
_RATE = 0.05  # of the values' root mean square, falling to zero as a cosine
_MOMENTA = (0.9, 0.98)


def halves(groups: Int[ndarray, " n"]) -> tuple[Int[ndarray, " _"], Int[ndarray, " _"]]:
    """The samples of even and of odd groups, neither in the order in which they were given."""
    mixed = np.argsort(groups, kind="stable")
    return mixed[groups[mixed] % 2 == 0], mixed[groups[mixed] % 2 == 1]


def changed_by_retrained(
    network: Network, candidates: Sequence[FewValues], groups: Int[ndarray, " n"]
) -> list[ndarray | None]:
    """Which answers change when each candidate's values are trained, all candidates together.

    None where training has no meaning: fewer than two samples, a network that gives every sample the same
    outputs, or one that has no derivatives.
    """
    parts = halves(groups)
    lead = _lead(network.outputs)
    if not candidates or not min(map(len, parts)) or lead <= 0:
        return [None] * len(candidates)
    values = _trained(network, candidates, parts, lead)
    if values is None:
        return [None] * len(candidates)
    before = predictions(network.outputs)
    return [
        _held_out(network, few, own, parts, before)
        for few, own in zip(candidates, values, strict=True)
    ]


def _held_out(
    network: Network,
    few: FewValues,
    trained: Float[ndarray, "2 s"],
    parts: tuple[ndarray, ndarray],
    before: ndarray,
) -> ndarray:
    """Changed answers, each half under the values of the other."""
    rounded = _changes(network, few.flat, before)
    found = rounded.copy()
    for own, other, values in zip(parts, parts[::-1], trained, strict=True):
        changed = _changes(network, values[: len(few.values)][few.labels], before)
        if changed[own].sum() < rounded[own].sum():
            found[other] = changed[other]
    return found


def _changes(network: Network, flat: Float[ndarray, " N"], before: ndarray) -> ndarray:
    return np.asarray(predictions(network.predict(flat)) != before)


def _trained(
    network: Network,
    candidates: Sequence[FewValues],
    parts: tuple[ndarray, ndarray],
    lead: float,
) -> Float[ndarray, "c 2 s"] | None:
    """The values of every candidate after training on either half; None without derivatives."""
    most = max(len(few.values) for few in candidates)
    padded = np.zeros((len(candidates), 2, most))
    for row, few in zip(padded, candidates, strict=True):
        row[:, : len(few.values)] = few.values
    labels = torch.from_numpy(np.stack([few.labels for few in candidates]))
    labels = labels.repeat_interleave(2, 0)
    values = torch.from_numpy(padded.reshape(-1, most))
    goal = _logits(torch.from_numpy(network.outputs), lead).softmax(-1)
    size = min(_BATCH, *map(len, parts))
    unit = values.square().mean(1, keepdim=True).sqrt()
    first, second = torch.zeros_like(values), torch.zeros_like(values)
    for step in range(STEPS):
        at = torch.from_numpy(
            np.stack([p.take(np.arange(size) + step * size, mode="wrap") for p in parts])
        )
        at = at.repeat(len(candidates), 1)
        gradient = _gradient(network, values, labels, at, goal[at], lead)
        if gradient is None:
            return None
        a, b = _MOMENTA
        first, second = a * first + (1 - a) * gradient, b * second + (1 - b) * gradient.square()
        spread = (second / (1 - b ** (step + 1))).sqrt()
        ahead = first / (1 - a ** (step + 1)) / torch.where(spread > 0, spread, 1.0)
        values = values - _RATE * (1 + np.cos(np.pi * step / STEPS)) / 2 * unit * ahead
    return np.asarray(values.numpy().reshape(padded.shape))


def _gradient(
    network: Network,
    values: Float[Tensor, "c s"],
    labels: Int[Tensor, "c N"],
    at: Int[Tensor, "c m"],
    goal: Float[Tensor, "c m k"],
    lead: float,
) -> Float[Tensor, "c s"] | None:
    """Of the cross entropy, one network's after the other's in the sum; None where there is none."""
    free = values.clone().requires_grad_()
    outputs = network.trace(free.gather(1, labels), at)
    if not outputs.requires_grad:
        return None
    loss = -(goal * _logits(outputs, lead).log_softmax(-1)).sum(-1).mean(-1).sum()
    (gradient,) = torch.autograd.grad(loss, free)
    return gradient if bool(gradient.isfinite().all()) else None


def _logits(outputs: Float[Tensor, "... d"], lead: float) -> Float[Tensor, "... k"]:
    """Two classes where there is one output, whose sign is the answer."""
    if outputs.shape[-1] == 1:
        outputs = torch.cat([torch.zeros_like(outputs), outputs], -1)
    return outputs * (_LEAD / lead)


def _lead(outputs: Float[ndarray, "n d"]) -> float:
    """By how much the largest output exceeds the next, on average; the size of a single one."""
    if outputs.shape[1] == 1:
        return float(np.abs(outputs).mean())
    ordered = np.partition(outputs, -2, axis=1)[:, -2:]
    return float((ordered[:, 1] - ordered[:, 0]).mean())
