"""Which surfaces can be enclosed in balls, and by what."""

from ._deep_linear import DeepLinear
from ._enclosed_deep_linear import EnclosedDeepLinear
from ._enclosed_spin_glass import EnclosedSpinGlass
from ._enclosed_student_teacher import EnclosedStudentTeacher
from ._enclosure import AbstractEnclosure
from ._gated_linear import GatedLinear
from ._spin_glass import SpinGlass
from ._student_teacher import StudentTeacher
from ._surface import AbstractSurface


def enclosure(surface: AbstractSurface) -> AbstractEnclosure | None:
    """The critical equations of a surface in balls, ready for many points.

    Args:
        surface: The surface; its numbers are taken as exact.

    Returns:
        The enclosure, or None for a surface whose equations nobody has written in balls.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import SpinGlass, enclosure
        >>> surface = SpinGlass.from_couplings(torch.diag(torch.tensor([2.0, -1.0]).double()))
        >>> w = torch.tensor([2.0**0.5, 0.0], dtype=torch.float64)
        >>> point = enclosure(surface).prove(w, precision=64)
        >>> point.inertia, point.radius < 1e-14
        ((1, 0, 0), True)
    """
    if isinstance(surface, SpinGlass):
        return EnclosedSpinGlass(surface.couplings)
    if isinstance(surface, DeepLinear):
        return EnclosedDeepLinear(surface)
    if isinstance(surface, GatedLinear):
        return EnclosedDeepLinear(surface.linear)
    if isinstance(surface, StudentTeacher):
        return EnclosedStudentTeacher(surface)
    return None
