"""lossatlas: an atlas of the loss surface.

Finds, proves and indexes the critical points of neural networks' loss surfaces and holds them
against theory. Rooms are loaded when first touched, so that `import lossatlas` costs little more
than `import torch`.
"""

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

_ROOMS = (
    "audits",
    "catalogue",
    "critical",
    "curvature",
    "data",
    "dynamics",
    "ensembles",
    "errors",
    "evidence",
    "execution",
    "linalg",
    "report",
    "studies",
    "surfaces",
    "theory",
    "topography",
    "verification",
)


def __getattr__(name: str) -> ModuleType:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_ROOMS])
