"""What a proof leaves in the catalogue: the instance, its points, and complex roots.

Kinds and attributes are those that `lossatlas verify` reads and proves again.
"""

import numpy as np
from jaxtyping import Complex
from numpy import ndarray
from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.critical import Certificate, NotCertified
from lossatlas.surfaces import SpinGlass

from ._judge import STUDY

_NOTHING_CLAIMED = dict.fromkeys(
    ("nullity", "energy_low", "energy_high", "radius", "alone_within", "reason")
)


def instance_record(glass: SpinGlass, name: str, *, complete: bool) -> Record:
    """The couplings, exactly, and whether the points below them are all that there are."""
    told = {
        "instance": name,
        "surface": "spin glass",
        "order": glass.order,
        "size": glass.size,
        "complete": complete,
    }
    return Record(STUDY, "instance", told, glass.entries.numpy())


def point_record(
    glass: SpinGlass,
    name: str,
    w: Tensor,
    *,
    index: int,
    proof: Certificate | NotCertified | None,
) -> Record:
    """A critical point with what is proved of it, or nothing claimed."""
    claimed = {"certified": False} if proof is None else proof.attributes()
    told = {
        "instance": name,
        "size": glass.size,
        **_NOTHING_CLAIMED,
        "energy": glass.energy(w).item(),
        "index": index,
        **claimed,
    }
    return Record(STUDY, "point", told, w.numpy())


def roots_record(glass: SpinGlass, name: str, roots: Complex[ndarray, "C N"]) -> Record:
    """One of every two conjugate classes of solutions that are not real."""
    flat = np.ascontiguousarray(roots, dtype=np.complex128).view(np.float64).ravel()
    told = {"instance": name, "size": glass.size, "count": len(roots)}
    return Record(STUDY, "complex roots", told, flat if len(roots) else None)
