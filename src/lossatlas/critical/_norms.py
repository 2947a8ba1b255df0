"""Lengths along the last axis, typed: torch leaves `Tensor.norm` untyped."""

from torch import Tensor

from lossatlas._types import Points, Values


def lengths(v: Points) -> Values:
    """The Euclidean norm of each vector."""
    norm: Tensor = v.norm(dim=-1)
    return norm


def room(w: Points) -> Values:
    """1 + ||w||, the size that steps are measured by."""
    return 1 + lengths(w)
