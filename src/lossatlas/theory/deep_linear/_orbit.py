"""Zero eigenvalues that symmetry alone forces: the orbit under changes of the hidden bases.

W_k -> g_k W_k g_{k-1}^{-1} leaves the loss alone, so at a critical point the orbit's tangent space,
the image of (g_k) -> (g_k W_k - W_k g_{k-1}), lies in the kernel of the Hessian.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from ._predict import orbit_from_intervals
from ._ranks import open_strings, path_spectra
from ._widths import checked_weights, widths_of


def orbit_dimension(weights: Sequence[Float[ndarray, "_ _"]], *, cut: float = 1e-10) -> int:
    """The dimension of the orbit of a point under changes of the hidden bases.

    Read off the ranks of the partial products, which determine the strings of the open network,
    so that no matrix with P rows is formed.

    Args:
        weights: [W_1, ..., W_L]; any point, critical or not.
        cut: Singular values below it count as zero, every matrix scaled to norm one.

    Returns:
        The rank of (g_k) -> (g_k W_k - W_k g_{k-1}), g_0 = g_L = 0.

    Raises:
        ValueError: If the weights do not compose.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.deep_linear import orbit_dimension
        >>> orbit_dimension([np.eye(3), np.eye(3), np.eye(3)])
        18
    """
    matrices = checked_weights(weights)
    widths = widths_of(matrices)
    scaled = [W / (np.linalg.norm(W, 2) or 1.0) for W in matrices]
    rows = [path_spectra(scaled, v, len(scaled) - v) for v in range(len(scaled))]
    ranks = [[int(np.sum(s > cut)) for s in row] for row in rows]
    return orbit_from_intervals(widths, open_strings(widths, ranks))
