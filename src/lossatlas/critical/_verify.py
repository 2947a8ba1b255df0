"""Hand a certificate to the checker, which shares no code with what made it."""

from lossatlas.surfaces import AbstractSurface, SpinGlass
from lossatlas.verification import Couplings, Finding, Outcome, PointClaim, check_point

from ._certificate import Certificate


def verify(certificate: Certificate, surface: AbstractSurface) -> Finding:
    """What the checker finds of a certificate on a surface."""
    energy = certificate.energy
    if not isinstance(surface, SpinGlass) or energy is None:
        return Finding(Outcome.UNDECIDED, f"the checker knows no {type(surface).__name__}")
    T = Couplings(surface.order, surface.size, surface.entries.tolist())
    claim = PointClaim(certificate.index, *energy, certificate.radius, certificate.alone_within)
    return check_point(T, certificate.point.tolist(), claim)
