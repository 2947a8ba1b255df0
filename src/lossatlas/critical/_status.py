"""How a search ended: four words, and the numbers that choose among them.

A gradient is at rounding level when its norm is at most 1e-12 of the surface's own gradient scale;
no smaller number can be told from zero. That alone does not make a critical point: a loss whose
infimum lies at infinity has gradients as small as one likes and a Newton step that stays long.
"""

from enum import StrEnum

import torch
from jaxtyping import Bool
from torch import Tensor

from lossatlas._types import Values

ROUNDING = 1e-12
STEP = 1e-6
FLAT = 1e-3
SMALL = 1e-8
LONG = 1e-1


class Status(StrEnum):
    """How a search ended.

    `CRITICAL`: the gradient is at rounding level, ||g|| <= 1e-12 gradient_scale(w), and the
    minimum-norm Newton step is at most 1e-6 (1 + ||w||).
    `GRADIENT_FLAT`: g is nearly in the kernel of H, ||Hg|| <= 1e-3 ||H|| ||g||, and not at rounding
    level: a stationary point of ||g||^2 that is no critical point (Frye et al. 2020).
    `DRIFTING`: a small gradient with a large Newton step; an infimum at infinity or at the end of a
    flat valley. Small is at rounding level, or at most 1e-8 of the scale with a step of at least
    0.1 (1 + ||w||).
    `NOT_CONVERGED`: everything else, points that are not finite among them.
    """

    CRITICAL = "critical"
    GRADIENT_FLAT = "gradient-flat"
    DRIFTING = "drifting"
    NOT_CONVERGED = "not converged"


def at_rounding_level(gradient_norm: Values, gradient_scale: Values) -> Bool[Tensor, "*b"]:
    """Whether a gradient cannot be told from zero."""
    return gradient_norm <= ROUNDING * gradient_scale


def statuses(
    gradient_norm: Values,
    gradient_scale: Values,
    newton_step: Values,
    flatness: Values,
    point_norm: Values,
) -> tuple[Status, ...]:
    """The status of each of a row of points, from its numbers; NaN anywhere is not convergence."""
    room = 1 + point_norm
    zero = at_rounding_level(gradient_norm, gradient_scale)
    critical = zero & (newton_step <= STEP * room)
    long = (gradient_norm <= SMALL * gradient_scale) & (newton_step >= LONG * room)
    drifting = ~critical & (zero & (newton_step > STEP * room) | long)
    flat = ~zero & ~drifting & (flatness <= FLAT)
    code = torch.where(critical, 0, torch.where(drifting, 1, torch.where(flat, 2, 3)))
    names = (Status.CRITICAL, Status.DRIFTING, Status.GRADIENT_FLAT, Status.NOT_CONVERGED)
    return tuple(names[int(i)] for i in code)
