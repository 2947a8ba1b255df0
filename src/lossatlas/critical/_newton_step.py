"""Newton's step across flat directions and along held kinks, downwards."""

import torch
from torch import Tensor

from ._constrained import Constrained, across

# Eigenvalues below this share of the largest are not told from zero.
_CUT = 1e-10


def newton_step(found: Constrained, w: Tensor) -> Tensor:
    """-|H|^{-1} g on what is free, (B, P); curvatures that may be zero are left out."""
    values, vectors = across(found, w)
    inside = torch.arange(w.shape[-1], device=w.device) < found.free[:, None]
    sizes = torch.where(inside, values.abs(), torch.zeros_like(values))
    used = sizes > _CUT * sizes.amax(-1, keepdim=True)
    parts = (vectors.mT @ found.rest[..., None])[..., 0]
    quotient = parts / torch.where(used, sizes, torch.ones_like(sizes)) * used
    step: Tensor = -(vectors @ quotient[..., None])[..., 0]
    return step
