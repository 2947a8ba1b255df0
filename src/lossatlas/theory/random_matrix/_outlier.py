"""The eigenvalue that a rank-one signal pulls out of a Wigner matrix, if it is strong enough.

W + theta v v^T, W with the semicircle of radius 2 s, has the outlier theta + s^2/theta exactly when
theta > s, and the squared overlap of its eigenvector with v is 1 - s^2/theta^2 (Baik, Ben Arous,
Peche 2005; Benaych-Georges and Nadakuditi 2011).
"""

from dataclasses import dataclass
from typing import final

from ._marchenko_pastur import checked_positive


@final
@dataclass(frozen=True)
class Outlier:
    """Where the eigenvalue stands, and the squared cosine between its eigenvector and the signal."""

    location: float
    overlap: float


def outlier(strength: float, noise: float) -> Outlier | None:
    """The outlier of a rank-one signal of this strength in a Wigner matrix.

    Args:
        strength: theta, of either sign, not zero: below zero the outlier is on the left.
        noise: s, half the semicircle's radius, positive.

    Returns:
        The outlier, or None where the signal drowns: |theta| <= s.

    Raises:
        ValueError: If the noise is not positive.

    Example:
        >>> outlier(2.0, 1.0)
        Outlier(location=2.5, overlap=0.75)
        >>> outlier(1.0, 1.0) is None
        True
    """
    if abs(strength) <= checked_positive("noise", noise):
        return None
    share = noise / strength
    return Outlier(strength + noise * share, 1 - share * share)
