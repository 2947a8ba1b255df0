"""What to say beside statistics that are degenerate: one sentence for each reason."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy import ndarray

from ._gate_moments import GateMoments
from ._weight_moments import WeightMoments


def remarks(
    masks: Sequence[ndarray], X: ndarray, moments: GateMoments, weight: WeightMoments
) -> tuple[str, ...]:
    """The sentences, in the order in which a reader should take them."""
    return (*_of_gates(masks, moments), *_of_samples(X), *_of_weights(weight, moments))


def _of_gates(masks: Sequence[ndarray], moments: GateMoments) -> Iterator[str]:
    for k, a in enumerate(masks, start=1):
        if not a.any():
            yield (
                f"Hidden layer {k} never fires on these samples: no path is ever open and the "
                "output is 0."
            )
    if moments.rho == 1:
        yield "Every unit fires on every sample: the network is linear here."
    if moments.within_paths == 0:
        yield (
            "No gate changes from sample to sample: nothing can be said of how gates depend on the "
            "input, and that dependence is set to 0."
        )
    if not moments.exact:
        yield "There are too many hidden paths for exact sums: moments are rounded to about 1e-13."


def _of_samples(X: ndarray) -> Iterator[str]:
    if len(X) == 1:
        yield "There is one sample: what needs two of them is None, and every spread over samples is 0."
        return
    constant = int(np.sum(np.all(X[0] == X, axis=0)))
    if constant == X.shape[1]:
        yield "All samples are equal: every spread over samples is 0."
    elif constant:
        yield f"{constant} of {X.shape[1]} inputs never change: their dependence is set to 0."


def _of_weights(weight: WeightMoments, moments: GateMoments) -> Iterator[str]:
    if weight.second.mantissa == 0:
        yield "No path has a weight other than 0."
    elif weight.variance.mantissa == 0:
        yield "All paths have the same |weight|: its correlation with the gates is set to 0."
    if moments.variance == 0:
        yield (
            "All paths are open equally often: the correlation of activation and weight is set to 0."
        )
