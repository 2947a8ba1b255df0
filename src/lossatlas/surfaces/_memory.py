"""The Hessians at a batch of points are forecast before they are asked for.

A Hessian of P parameters holds P^2 numbers a point; what would not fit is refused by name.
"""

from math import prod

from torch import Tensor

from lossatlas.linalg import forecast


def require_hessian(w: Tensor, dimension: int, *, working: int = 0) -> None:
    """Refuse the Hessians at a batch of points if they and the working space would not fit.

    Args:
        w: The points (*b, P).
        dimension: P.
        working: Bytes of working space beyond the Hessians and one copy of their largest block.

    Raises:
        MemoryForecastError: If more is asked for than is free.
    """
    num_points = prod(w.shape[:-1])
    forecast(
        2 * num_points * dimension**2 * w.element_size() + working,
        purpose=f"The Hessian of {dimension} parameters at {num_points} point(s)",
        remedy="Use products (`hvp`) or pass fewer points in one call.",
        device=w.device,
    )
