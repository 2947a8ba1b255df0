"""XTrace (Epperly, Tropp & Webber 2024): every test vector serves twice.

With Y = A Omega and Q = range(Y), the sample omega_i is exchangeable with those that built the space
without it, Q_i = range(Y without column i). All k leave-one-out estimates come from one
factorisation, for Q_i Q_i^T = Q (I - s_i s_i^T) Q^T with s_i the normalised columns of R^-T.
"""

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.errors import misuse

from ._operator import AbstractOperator
from ._trace_estimate import TraceEstimate, gaussian


def trace_xtrace(
    operator: AbstractOperator, generator: Generator, *, num_products: int = 60
) -> TraceEstimate:
    """Estimate the trace of an operator by XTrace.

    Args:
        operator: The operator A.
        generator: Draws the test vectors.
        num_products: Products to spend, at least 4; half build the space, half take the trace in
            it. With 2 n of them the trace is exact.

    Returns:
        The estimate, with the standard error of the leave-one-out estimates.

    Raises:
        ValueError: If `num_products` is below 4.

    Example:
        >>> import torch
        >>> from lossatlas.linalg import FunctionOperator, trace_xtrace
        >>> A = FunctionOperator(20, lambda V: 3 * V)
        >>> round(trace_xtrace(A, torch.Generator().manual_seed(0)).value, 6)
        60.0
    """
    if num_products < 4:
        raise misuse(
            "num_products", should="be at least 4", got=num_products, remedy="Ask for 30 or more."
        )
    n = operator.size
    k = min(num_products // 2, n)
    omega = gaussian(operator, k, generator)
    Y = operator.matmat(omega)
    Q, R = torch.linalg.qr(Y)
    Z = operator.matmat(Q)
    if k == n:
        return TraceEstimate((Q * Z).sum().item(), 0.0, 2 * k)
    S = _left_out(R)
    W = Q.T @ omega
    inner = W - S * (S * W).sum(0)
    left = omega - Q @ inner  # (I - Q_i Q_i^T) omega_i, (n, k)
    image = Y - Z @ inner
    # Rescaling by the length left makes the sample exact on multiples of the identity.
    weight = (n - k + 1) / left.square().sum(0)
    H = Q.T @ Z
    estimates = H.trace() - (S * (H @ S)).sum(0) + weight * (left * image).sum(0)
    return TraceEstimate(estimates.mean().item(), estimates.std().item() / k**0.5, 2 * k)


def _left_out(R: Float[Tensor, "k k"]) -> Float[Tensor, "k k"]:
    """Unit columns, the i-th orthogonal to every column of R but the i-th.

    Where A has low rank, R is singular and a direction is at rounding level anyway: singular values
    below that level are taken at it, so that the direction is some unit vector.
    """
    U, values, Vt = torch.linalg.svd(R)
    floor = torch.finfo(R.dtype).eps * values[0] if values[0] > 0 else 1.0
    S: Tensor = (U / values.clamp(min=floor)) @ Vt
    unit: Tensor = S / S.norm(dim=0)
    return unit
