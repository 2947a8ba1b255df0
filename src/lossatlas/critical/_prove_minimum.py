"""Prove that a network has a local minimum at a point, and that it is a bad one.

The surface proves in balls (`surfaces`); here the precision is raised until it decides.
"""

from lossatlas._types import Vector
from lossatlas.surfaces import AbstractSurface

from ._certificate import Certificate, NotCertified
from ._minimum_proof import Lower, MinimumProof


def prove_minimum(
    surface: AbstractSurface, w: Vector, *, within: float = 1e-6, most_bits: int = 256
) -> MinimumProof | NotCertified:
    """Prove that a local minimum lies at w.

    A `Perceptron` with the squared error is proved inside its activation pattern (identity, ReLU,
    leaky ReLU) or as it is (tanh, softplus); of other surfaces what `certify` proves at index 0.

    Args:
        surface: The surface; its data are taken as exact.
        w: The point, polished (`polish_minima`).
        within: How far the minimum may lie from w, relative to 1 + the norm of w.
        most_bits: The precision is doubled from 64 bits up to this.

    Returns:
        The proof, or why there is none.

    Raises:
        ValueError: If `within` is not positive or `most_bits` below 64.
    """
    raise NotImplementedError


def prove_lower(
    surface: AbstractSurface,
    minimum: MinimumProof,
    lower: Vector | Certificate | MinimumProof,
    *,
    precision: int = 128,
) -> Lower | NotCertified:
    """Prove that a point lies strictly lower than a proved minimum, which makes that bad.

    Args:
        surface: The surface of both.
        minimum: The proved minimum.
        lower: A point, whatever it is, or what is proved of one.
        precision: The working precision in bits.

    Returns:
        Both enclosed losses, or why nothing is proved.
    """
    raise NotImplementedError
