"""Second derivatives between units: how the delta of one layer moves with the z of another.

For each sample and a fixed layer j, the first derivatives Z_i = d z_i / d z_j go up the network,
F_i = d x_i / d z_j beside them (x_i is what layer i reads), and the second derivatives
K_i = d delta_i / d z_j come down, as the delta do:

    F_i = diag(phi') Z_{i-1},  Z_i = W_i F_i,  Z_j = I
    K_L = l'' Z_L,             K_i = diag(phi') W_{i+1}^T K_{i+1} + diag(bend_i) Z_i
"""

from torch import Tensor

from ._criteria import second_matrices, second_product
from ._passes import Passes


def unit_pairs(passes: Passes, j: int) -> tuple[list[Tensor], list[Tensor]]:
    """K_i for i = j..L-1, and F_i for i = j+1..L-1, as (*b, rows, d_j, n).

    F_{j+1} is diagonal: it is given as its diagonal (*b, d_j, n).
    """
    Z, F = _up(passes, j)
    K = [_output(passes, Z[-1])]
    for i in range(len(passes.weights) - 2, j - 1, -1):
        pulled = _through(passes.weights[i + 1].mT, K[0])
        below = pulled.mul_(passes.slopes[i][..., None, :])
        K.insert(0, _add_bend(below, passes.bends[i], Z[i - j]))
    return K, F


def _up(passes: Passes, j: int) -> tuple[list[Tensor | None], list[Tensor]]:
    """Z_i from i = j (None, the identity), and F_i from i = j + 1 (a diagonal)."""
    Z: list[Tensor | None] = [None]
    F: list[Tensor] = []
    for i in range(j + 1, len(passes.weights)):
        slope, W, below = passes.slopes[i - 1], passes.weights[i], Z[-1]
        if below is None:
            F.append(slope)
            Z.append(W[..., None] * slope[..., None, :, :])
        else:
            F.append(slope[..., None, :] * below)
            Z.append(_through(W, F[-1]))
    return Z, F


def _output(passes: Passes, Z: Tensor | None) -> Tensor:
    """L'' Z of each sample."""
    s, weight = passes.output_second, passes.weight
    if Z is None:
        K = second_matrices(s, coupled=passes.coupled)
    else:
        columns = Z.transpose(-3, -2)  # (*b, d_j, d_y, n)
        K = second_product(s[..., None, :, :], columns, coupled=passes.coupled).transpose(-3, -2)
    return K if weight == 1 else K * weight


def _through(W: Tensor, K: Tensor) -> Tensor:
    """W K of each sample."""
    whole: Tensor = (W @ K.flatten(-2)).unflatten(-1, K.shape[-2:])
    return whole


def _add_bend(K: Tensor, bend: Tensor | None, Z: Tensor | None) -> Tensor:
    if bend is not None and Z is None:
        K.diagonal(dim1=-3, dim2=-2).add_(bend.mT)
    elif bend is not None and Z is not None:
        K.addcmul_(bend[..., None, :], Z)
    return K
