"""A2p: a network with few distinct weights predicts the same.

All weights together are rounded to s values (k-means on the line, no retraining), s = Lambda, the number of
distinct weights that the theory gives the spin glass; where the network is no sum over paths, and has no
Lambda, the square root of the number of weights. The number that decides is the share of samples whose
prediction changes: the largest output, or the sign of a single one. The smallest s that still predicts
the same is looked for among halves of Lambda.
"""

from math import isqrt, sqrt

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from lossatlas.evidence import Ruling
from lossatlas.theory import relu_paths

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part, ruled
from ._network import Network

TOLERANCE = 0.01
"""Of the share of predictions that change."""

_NORMAL = 1.959963984540054


def audit_redundancy(network: Network, correct: Int[ndarray, " n"] | None) -> Audit:
    """Audit A2p.

    Args:
        network: The network.
        correct: The class of each sample where it is known.
    """
    about = ASSUMPTIONS["A2p"]
    total = len(network.parameters)
    levels = num_levels(network)
    before = predictions(network.outputs)
    changed, outputs = _changed(network, levels, before)
    n = len(before)
    low, high = wilson(changed, n)
    part = Part("share of predictions that change", 0.0, TOLERANCE, changed / n, low, high)
    least = _least(network, levels, before) if changed <= TOLERANCE * n else None
    details = {"values s": levels, "weights N": total, "s/N": levels / total}
    if least is not None:
        details |= {"least s": least, "least s/N": least / total}
    if correct is not None:
        right = (float(np.mean(p == correct)) for p in (before, predictions(outputs)))
        details |= dict(zip(("accuracy", "accuracy with s values"), right, strict=True))
    word = {
        Ruling.HOLDS: "so few values are enough",
        Ruling.FAILS: "so the fine differences between weights matter",
        Ruling.UNDECIDED: "and these samples do not settle whether that is more than one in a hundred",
    }[part.verdict]
    sentence = (
        f"With its {total:,} weights rounded to {levels:,} values the network changes {changed / n:.1%} "
        f"of its answers, {word}."
    )
    if least is not None and least < levels:
        sentence += f" Even {least:,} values change at most one answer in a hundred."
    return Audit(about, (part,), ruled([part]), sentence, details=details)


def num_levels(network: Network) -> int:
    """s: Lambda for one output, rounded down, where there are paths; else the root of N."""
    if network.weights is None or len(network.weights) < 2:
        return max(1, isqrt(len(network.parameters)))
    counted = relu_paths.counts([network.weights[0].shape[1], *map(len, network.weights)])
    return max(1, int(counted.size))


def rounded(parameters: Float[ndarray, " N"], levels: int) -> Float[ndarray, " N"]:
    """All weights replaced by at most so many values."""
    # a column and a row of the same numbers compose, and have the same clusters as the numbers
    few = relu_paths.quantised([parameters[:, None], parameters[None, :]], levels)
    return few.weights[0].ravel()


def predictions(outputs: Float[ndarray, "n d"]) -> ndarray:
    """The class of the largest output; the sign where there is a single output."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0).astype(int)
    return np.asarray(outputs.argmax(1))


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    p, z = count / total, _NORMAL
    centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z / (1 + z**2 / total) * sqrt(p * (1 - p) / total + z**2 / (4 * total**2))
    # at the ends of the range the formula is exact but for rounding
    return 0.0 if count == 0 else centre - reach, 1.0 if count == total else centre + reach


def _changed(network: Network, levels: int, before: ndarray) -> tuple[int, ndarray]:
    outputs = network.predict(rounded(network.parameters, levels))
    return int((predictions(outputs) != before).sum()), outputs


def _least(network: Network, levels: int, before: ndarray) -> int:
    """The smallest of levels, levels/2, levels/4, ... down to which no more than 1 % change."""
    while levels > 1:
        changed, _ = _changed(network, levels // 2, before)
        if changed > TOLERANCE * len(before):
            break
        levels //= 2
    return levels
