"""Why a point cannot be proved to be a minimum, by float64: for the words of a refusal alone."""

import numpy as np

from ._enclosure import Unproved
from ._pattern import Array

# Eigenvalues below this share of the largest count as zero.
_ZERO = 1e-9


def refused(H: Array, g: Array, borders: Array, symmetry: int, reach: float) -> Unproved | None:
    """Why there is no proof, or None where one may be tried.

    Args:
        H: The Hessian, (P, P).
        g: The gradient.
        borders: The symmetry's directions and the gradients of the held kinks, as columns.
        symmetry: How many of them are the symmetry's.
        reach: The longest Newton step with which the point counts as critical.
    """
    Z = _complement(borders)
    if Z is None:
        return Unproved("the kinks that meet there are not independent", hopeless=True)
    if not Z.shape[1]:
        return None
    values, vectors = np.linalg.eigh(Z.T @ ((H + H.T) / 2) @ Z)
    cut = _ZERO * max(float(np.abs(values).max()), 1e-300)
    parts = vectors.T @ (Z.T @ g)
    large = np.abs(values) > cut
    step = float(np.linalg.norm(parts[large] / values[large]))
    if not step <= reach:
        reason = f"w is no critical point: Newton's step from it is {step:.1e} long"
        return Unproved(reason, step, hopeless=True)
    if (values < -cut).any():
        reason = f"the Hessian has {int((values < -cut).sum())} negative eigenvalues: a saddle"
        return Unproved(reason, float(values[0]), hopeless=True)
    if not large.all():
        nullity = symmetry + int((~large).sum())
        reason = (
            f"the Hessian's nullity {nullity} exceeds the {symmetry} directions of the pattern's "
            f"symmetry: no strict minimum"
        )
        return Unproved(reason, float(nullity), hopeless=True)
    return None


def _complement(borders: Array) -> Array | None:
    """An orthonormal basis across the columns; None if they depend on each other."""
    P, q = borders.shape
    if not q:
        return np.eye(P)
    U, sizes, _ = np.linalg.svd(borders / np.linalg.norm(borders, axis=0))
    if q > P or sizes[-1] < _ZERO * sizes[0]:
        return None
    return np.asarray(U[:, q:])
