"""Why minima are more numerous at finite size than their complexity says: exp(c_p sqrt N).

At u = -E_inf + d a point is a minimum only if the lowest eigenvalue of its Hessian is pushed by d
into the bulk, with probability exp(-N^2 d^3 / (3 E_inf^3)) (the left tail of Tracy and Widom),
while the number of points grows like exp(N a d), a = (p-2) E_inf / (2(p-1)) the slope of Theta_p.
The product is largest at d* = sqrt(a E_inf^3 / N), where it is exp(c_p sqrt N).
"""

from math import sqrt

from ._checks import checked_order
from ._thresholds import threshold


def minima_excess(order: int) -> float:
    """c_p in ln E Crt_{N,0} = N Theta_{0,p} + c_p sqrt(N) + o(sqrt(N)).

    Args:
        order: The order p, at least 2.

    Returns:
        c_p = (2/3) a sqrt(a E_inf^3); 0 for p = 2.

    Raises:
        ValueError: If the order is below 2.

    Example:
        >>> round(minima_excess(3), 4)
        0.3629
    """
    order = checked_order(order)
    edge = threshold(order)
    slope = (order - 2) * edge / (2 * (order - 1))
    return 2 / 3 * slope * sqrt(slope * edge**3)
