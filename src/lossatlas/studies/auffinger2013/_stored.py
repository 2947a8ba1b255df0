"""An enumerated instance as records from which everything can be proved again.

The instance keeps its exact couplings; each point keeps the ball that holds it; of the solutions
that are not real one of every two conjugate ones is kept, so that the count of all is complete.
"""

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.critical import Certificate, Enumeration
from lossatlas.surfaces import SpinGlass

from ._judge import STUDY

_KINDS = {0: "minimum", -1: "maximum"}


def stored(name: str, surface: SpinGlass, found: Enumeration) -> Iterator[Record]:
    """The records of an instance.

    Args:
        name: What its records are joined by.
        surface: The instance.
        found: Its critical points.
    """
    told = {
        "instance": name,
        "surface": "spin glass",
        "order": surface.order,
        "size": surface.size,
        "complete": found.proved,
    }
    yield Record(STUDY, "instance", told, surface.entries.numpy())
    for w, u, k, proof in zip(
        found.points, found.energy.tolist(), found.index.tolist(), found.certificates, strict=True
    ):
        yield Record(STUDY, "point", _point(name, surface, u, k, proof), w.numpy())
    if found.proved:
        yield _roots(name, found.roots)


def _point(
    name: str, surface: SpinGlass, energy: float, index: int, proof: Certificate | None
) -> dict[str, Any]:
    kind = _KINDS[0] if index == 0 else _KINDS[-1] if index == surface.size - 1 else "strict saddle"
    certified = {"certified": False} if proof is None else proof.attributes()
    return {
        "instance": name,
        "order": surface.order,
        "size": surface.size,
        "energy": energy,
        "index": index,
        "kind": kind,
        **certified,
    }


def _roots(name: str, roots: Tensor) -> Record:
    parts = roots.contiguous().numpy().view("float64").ravel()
    told = {"instance": name, "count": len(roots)}
    return Record(STUDY, "complex roots", told, parts if len(roots) else None)
