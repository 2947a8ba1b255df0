"""Hutch++ (Meyer, Musco, Musco & Woodruff 2021): the trace in O(1/error) products.

A third of the products finds a space Q near the top of the spectrum, a third takes the trace there
exactly, and a third samples what is left: tr(Q^T A Q) + mean of g^T (I - QQ^T) A (I - QQ^T) g.
"""

import torch
from torch import Generator

from lossatlas.errors import misuse

from ._operator import AbstractOperator
from ._trace_estimate import TraceEstimate, gaussian


def trace_hutchpp(
    operator: AbstractOperator, generator: Generator, *, num_products: int = 60
) -> TraceEstimate:
    """Estimate the trace of an operator by Hutch++.

    Args:
        operator: The operator A.
        generator: Draws the sketch and the samples.
        num_products: Products to spend, at least 3; a multiple of 3 is used.

    Returns:
        The estimate; its standard error is that of the sampled part.

    Raises:
        ValueError: If `num_products` is below 3.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import FunctionOperator, trace_hutchpp
        >>> A = FunctionOperator(20, lambda V: 3 * V)
        >>> round(trace_hutchpp(A, torch.Generator().manual_seed(0)).value, 6)
        60.0
    """
    if num_products < 3:
        raise misuse(
            "num_products", should="be at least 3", got=num_products, remedy="Ask for 30 or more."
        )
    k = min(num_products // 3, operator.size)
    Q = torch.linalg.qr(operator.matmat(gaussian(operator, k, generator))).Q
    top = (Q * operator.matmat(Q)).sum().item()
    if k == operator.size:
        return TraceEstimate(top, 0.0, 2 * k)
    G = gaussian(operator, k, generator)
    G = G - Q @ (Q.T @ G)
    samples = (G * operator.matmat(G)).sum(0)
    spread = samples.std().item() / k**0.5 if k > 1 else torch.inf
    return TraceEstimate(top + samples.mean().item(), spread, 3 * k)
