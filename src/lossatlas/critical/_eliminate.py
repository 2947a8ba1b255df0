"""Many small symmetric systems at once, with the batch as the last axis.

LAPACK takes small matrices one at a time and spends most of its time on calls. Here every act of
Gauss's elimination is one act on all matrices, contiguous over the batch. There is no pivoting, which
no two matrices could share: a small pivot costs digits, as many as it is small. For Newton's method,
which computes its residual anew, that is a worse step now and then and no worse end.
"""

from jaxtyping import Float
from torch import Tensor


def eliminate(system: Float[Tensor, "N M b"]) -> Float[Tensor, "N r b"]:
    """Solve A X = R in place, A symmetric.

    Args:
        system: [A R], overwritten; r = M - N right sides.

    Returns:
        X, a view of the right sides' place; not finite where a pivot vanished.
    """
    size = system.shape[0]
    for k in range(size):
        row = system[k, k + 1 :] / system[k, k]
        system[k + 1 :, k + 1 :].addcmul_(system[k + 1 :, k, None], row[None], value=-1)
        system[k, k + 1 :] = row
    X = system[:, size:]
    for k in range(size - 1, 0, -1):
        X[:k].addcmul_(system[:k, k, None], X[k, None], value=-1)
    return X
