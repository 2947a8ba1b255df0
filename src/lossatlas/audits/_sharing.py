"""A6u: every path has an independent input of its own.

The number is how many independent inputs the data offer for each path. Independent inputs are counted
by the participation ratio (tr C)^2 / tr C^2 of the covariance C, which is d for d independent inputs of
equal variance and 1 when all move together; tr C^2 is estimated from pairs of different samples, free of
the excess that a finite sample adds. Paths are those to one output whose weights are not zero: a
connection that is not there carries none. In a fully connected network they outnumber the inputs by
d_1 ... d_{H-1}, whatever the data.
"""

from math import prod

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from lossatlas.evidence import Ruling

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part, ruled
from ._jackknife import interval
from ._pairs import PairMeans, centred

TOLERANCE = 0.1
"""Of the independent inputs a path, 1 under the assumption."""

_LEAST_SAMPLES = 4


def participation(
    X: Float[ndarray, "n d"], groups: Int[ndarray, " n"]
) -> tuple[float, tuple[float, float] | None] | None:
    """The number of independent inputs, with its interval; None where it cannot be seen.

    That is with fewer than four samples, or where tr C^2 is not above zero by pairs.
    """
    if len(X) < _LEAST_SAMPLES or not np.ptp(X, axis=0).any():
        return None
    off = X - X.mean(0)
    gram = off @ off.T
    means = PairMeans(groups)
    # |x - x'|^2 / 2 over pairs is tr C without bias
    norms = np.square(off).sum(1)
    half = (norms[:, None] + norms[None, :]) / 2 - gram
    n = len(X)
    total = means(half)
    squared = (
        means(np.square(centred(gram))) * (n - 1) / (n - 3)
    )  # centring took degrees of freedom
    if not np.nanmin(squared) > 0:
        return None
    values = np.square(total) / squared
    return float(values[0]), interval(float(values[0]), values[1:])


def num_paths(weights: tuple[Float[ndarray, "_ _"], ...]) -> int:
    """The paths of nonzero weights to one output: the most that any output has. Exact."""
    reach = np.ones(weights[0].shape[1], dtype=object)
    for W in weights:
        present = W != 0
        if present.all():
            reach = np.full(len(W), reach.sum(), dtype=object)
        else:
            reach = np.array([sum(reach[row].tolist()) for row in present], dtype=object)
    return int(max(reach))


def audit_sharing(
    weights: tuple[Float[ndarray, "_ _"], ...],
    independent: tuple[float, tuple[float, float] | None] | None,
) -> Audit:
    """Audit A6u, given what `participation` found of the inputs."""
    about = ASSUMPTIONS["A6u"]
    name, paths = "independent inputs a path", num_paths(weights)
    inputs = weights[0].shape[1]
    details: dict[str, float | int] = {
        "paths to one output": paths,
        "paths an input": paths / inputs,
    }
    details["paths of the full network"] = prod(W.shape[1] for W in weights)
    if paths == 0:
        part = Part(name, 1.0, TOLERANCE, None)
        return Audit(about, (part,), Ruling.UNDECIDED, "No path has weights.", details=details)
    if independent is None:
        return _from_structure(inputs, paths, details)
    value, ends = independent
    low, high = (None, None) if ends is None else (ends[0] / paths, ends[1] / paths)
    part = Part(name, 1.0, TOLERANCE, value / paths, low, high)
    details["independent inputs"] = value
    sentence = (
        f"{paths:,} routes lead from {inputs} inputs to an output, and the inputs vary like "
        f"{value:.3g} independent ones: {_counted(part)}."
    )
    return Audit(about, (part,), ruled([part]), sentence, details=details)


def _from_structure(inputs: int, paths: int, details: dict[str, float | int]) -> Audit:
    """Without data to see: there are at most as many independent inputs as inputs."""
    about = ASSUMPTIONS["A6u"]
    most = inputs / paths
    known = most < 1 - TOLERANCE
    ends = (0.0, most) if known else (None, None)
    part = Part("independent inputs a path", 1.0, TOLERANCE, most if known else None, *ends)
    sentence = (
        f"{paths:,} routes lead from {inputs} inputs to an output, so most share an input, whatever "
        "the samples."
        if known
        else "Whether the inputs are independent cannot be seen: they do not vary, or are too few."
    )
    return Audit(about, (part,), part.verdict, sentence, details=details)


def _counted(part: Part) -> str:
    if part.verdict is Ruling.HOLDS:
        return "as good as one for each"
    if part.verdict is Ruling.UNDECIDED:
        return "the samples do not settle whether that is one for each"
    if not part.measured:
        return "none for any of them"
    share = 1 / part.measured
    return (
        f"one for every {share:,.0f} routes" if share >= 10 else f"one for every {share:.2g} routes"
    )
