"""Hand a certificate to the checker, which shares no code with what made it."""

from lossatlas.surfaces import AbstractSurface, DeepLinear, SpinGlass
from lossatlas.verification import (
    Couplings,
    Finding,
    Network,
    NetworkClaim,
    Outcome,
    PointClaim,
    check_network_point,
    check_point,
)

from ._certificate import Certificate


def verify(certificate: Certificate, surface: AbstractSurface) -> Finding:
    """What the checker finds of a certificate on a surface."""
    distances = certificate.radius, certificate.alone_within
    w = certificate.point.double().tolist()
    energy = certificate.energy
    try:
        if isinstance(surface, SpinGlass) and energy is not None:
            T = Couplings(surface.order, surface.size, surface.entries.double().tolist())
            return check_point(T, w, PointClaim(certificate.index, *energy, *distances))
        if isinstance(surface, DeepLinear):
            signs = certificate.index, certificate.nullity
            claim = NetworkClaim(*signs, *certificate.loss, *distances)
            return check_network_point(_network(surface), w, claim)
    except ValueError as error:
        return Finding(Outcome.UNDECIDED, f"the checker refuses the surface: {error}")
    return Finding(Outcome.UNDECIDED, f"the checker knows no {type(surface).__name__}")


def _network(surface: DeepLinear) -> Network:
    parts = (surface.inputs.double(), surface.targets.double())
    data = [x for part in parts for x in part.flatten().tolist()]
    samples = len(surface.inputs)
    mean = surface.reduction == "mean"
    return Network(surface.widths, samples, data, divisor=samples if mean else 1)
