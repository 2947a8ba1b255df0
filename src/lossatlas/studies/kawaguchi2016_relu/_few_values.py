"""C3: outputs of networks with few distinct weights, and how often their signs agree.

Theorem 3.2 is about the sign of one output. Here each output is compared as it is, and less its median
over the samples, which balances it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.theory import relu_paths
from lossatlas.theory.relu_paths import SignAgreement

from ._looks import Matrices, forward


def few_values(
    weights: Matrices, X: Float[ndarray, "n d"], numbers: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """For each number of values what a record tells of the network's signs.

    Args:
        weights: The network's matrices.
        X: Samples.
        numbers: How many distinct weights there may be, each for itself.
    """
    Y = forward(weights, X)
    for number in numbers:
        few = relu_paths.quantised(weights, number)
        Y_s = forward(few.weights, X)
        yield {
            "values": number,
            "share": few.share,
            "weight_error": few.error,
            "other_answers": relu_paths.disagreement(Y, Y_s),
            **_counted(list(_agreements(Y, Y_s))),
        }


def _agreements(Y: Float[ndarray, "n c"], Y_s: Float[ndarray, "n c"]) -> Iterator[SignAgreement]:
    middle = np.median(Y, axis=0)
    for a, b in ((Y, Y_s), (Y - middle, Y_s - middle)):
        for column, other in zip(a.T, b.T, strict=True):
            yield relu_paths.sign_agreement(column, other)


def _counted(found: Sequence[SignAgreement]) -> dict[str, Any]:
    """Comparisons that can be judged, those of balanced signs, and what the bound did.

    `nearest` is the least difference of a balanced correlation from its bound, where signs differ at all.
    """
    known = [one for one in found if one.correlation is not None]
    balanced = [one for one in known if one.balanced]
    return {
        "compared": len(found),
        "constant": len(found) - len(known),
        "balanced": len(balanced),
        "exceptions": sum(one.holds is False for one in balanced),
        "unbalanced": len(known) - len(balanced),
        "unbalanced_exceptions": sum(one.holds is False for one in known if not one.balanced),
        "nearest": min((_margin(one) for one in balanced if one.disagreement > 0), default=None),
        "disagreement": float(np.mean([one.disagreement for one in found])),
    }


def _margin(one: SignAgreement) -> float:
    assert one.correlation is not None
    return one.correlation - one.bound
