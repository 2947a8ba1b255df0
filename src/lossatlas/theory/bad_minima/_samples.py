"""Samples, checked at the door."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse


def checked_samples(
    X: Float[ndarray, "n d_x"], Y: Float[ndarray, "n d_y"]
) -> tuple[Float[ndarray, "n d_x"], Float[ndarray, "n d_y"]]:
    """Copies as float64 matrices of equally many finite rows, at least one."""
    X, Y = np.array(X, dtype=np.float64), np.array(Y, dtype=np.float64)
    if X.ndim != 2 or Y.ndim != 2 or len(X) != len(Y) or 0 in (*X.shape, *Y.shape):
        raise misuse(
            "X, Y",
            should="be matrices with a row for each sample, equally many and at least one",
            got=(X.shape, Y.shape),
            remedy="Pass X of shape (n, d_x) and Y of shape (n, d_y).",
        )
    bad = int((~np.isfinite(X)).sum() + (~np.isfinite(Y)).sum())
    if bad:
        raise misuse(
            "X, Y",
            should="be finite",
            got=f"{bad} entries NaN or infinite",
            remedy="Drop or impute those samples.",
        )
    return X, Y
