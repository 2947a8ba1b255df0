"""The Hessian's whole spectrum at balanced critical points, where a closed form gives it.

The closed form needs X^T X = I, so the digits are whitened first: X is replaced by the orthonormal
factor of its singular value decomposition, which leaves Sigma as it is.
"""

from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from lossatlas.catalogue import Record
from lossatlas.evidence import Strength
from lossatlas.surfaces import DeepLinear
from lossatlas.theory.deep_linear import balanced_point, balanced_spectrum, spectrum

from ._constructed import subsets_of
from ._judge import STUDY
from ._network import Network, network_of
from ._point_record import subset_name
from ._settings import Piece

_MOST_SUBSETS = 24


def balance(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Eigenvalues at the balanced point of each subset, predicted and computed.

    Args:
        settings: A `Piece`.
        seed: Unused: nothing is drawn.

    Returns:
        Records of kind "spectrum"; the array holds the predicted and then the computed eigenvalues.
    """
    del seed
    network = network_of(Piece.model_validate(settings))
    subsets = subsets_of(network, _MOST_SUBSETS)
    X, Y = whitened(network)
    return [_compared(network, X, Y, subset) for subset in subsets]


def whitened(network: Network) -> tuple[Float[ndarray, "r d_x"], Float[ndarray, "r d_y"]]:
    """Orthonormal inputs with the same Sigma."""
    X, Y = network.instance.compact
    left, _, right = np.linalg.svd(X, full_matrices=False)
    return left @ right, Y


def _compared(network: Network, X: ndarray, Y: ndarray, subset: tuple[int, ...]) -> Record:
    surface = DeepLinear(network.widths, torch.from_numpy(X), torch.from_numpy(np.array(Y)))
    weights = balanced_point(X, Y, network.widths, subset)
    w = surface.point([torch.from_numpy(W) for W in weights])
    computed = torch.linalg.eigvalsh(surface.hessian(w)).numpy()
    predicted = balanced_spectrum(network.widths, spectrum(X, Y).eigenvalues, subset)
    # at a point without curvature the size of Sigma's largest eigenvalue is the natural unit
    largest = max(np.abs(predicted).max(), np.abs(spectrum(X, Y).sigma).max())
    told = {
        **network.attributes(),
        "subset": subset_name(subset),
        "index": int((predicted < 0).sum()),
        "largest": float(largest),
        "distance": float(np.abs(computed - predicted).max() / largest),
        "strength": Strength.MEASURED.value,
    }
    return Record(STUDY, "spectrum", told, np.concatenate([predicted, computed]))
