"""The largest curvature of the training loss at trained networks, from Hessian products alone."""

from math import nan
from typing import Any

from jaxtyping import Float
from torch import Tensor

from lossatlas.curvature import extremal, hessian
from lossatlas.surfaces import Perceptron

UNMEASURED: dict[str, Any] = {
    "curvature": nan,
    "curvature_residual": nan,
    "curvature_converged": False,
}
# Trends of means over networks do not need more; the residual is in the record.
_TOLERANCE = 1e-4


def largest_curvature(surface: Perceptron, w: Float[Tensor, " P"]) -> dict[str, Any]:
    """The largest eigenvalue of the Hessian, with its residual, as a record has them.

    NaN where the network is not finite.
    """
    if not bool(w.isfinite().all()):
        return dict(UNMEASURED)
    pair = extremal(hessian(surface, w), 1, which="largest", tolerance=_TOLERANCE)
    return {
        "curvature": pair.values[0].item(),
        "curvature_residual": pair.residuals[0].item(),
        "curvature_converged": bool(pair.converged[0]),
    }
