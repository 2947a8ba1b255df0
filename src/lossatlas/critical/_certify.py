"""Prove a critical point in ball arithmetic, at whatever precision it takes.

The surface encloses its own critical equations (`surfaces.enclosure`); the precision is doubled
until they decide or a limit is reached. Not certified is not false: the answer says why.
"""

from lossatlas._types import Points, Vector
from lossatlas.surfaces import (
    AbstractEnclosure,
    AbstractSurface,
    EnclosedPoint,
    Unproved,
    enclosure,
)

from ._certificate import Certificate, NotCertified
from ._precision import FIRST_PRECISION, check_proof_request

_MOST = 512
_WITHIN = 1e-6


def certify(
    surface: AbstractSurface, w: Vector, *, within: float = _WITHIN, most_bits: int = _MOST
) -> Certificate | NotCertified:
    """Prove that a nondegenerate critical point lies at w, of what index and loss.

    The surface's numbers (couplings, data) and w are taken as exact. A spin glass is proved on the
    sphere; a deep linear network on a slice across its symmetry, where that explains every zero
    eigenvalue.

    Args:
        surface: The surface.
        w: The point, as a search left it.
        within: How far the critical point may lie from w, relative to 1 + the norm of w: farther
            and w is not that point.
        most_bits: The precision is doubled from 64 bits up to this.

    Returns:
        The certificate, or why there is none.

    Raises:
        ValueError: If `within` is not positive or `most_bits` below 64.
        MemoryForecastError: If the couplings in balls do not fit.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces
        >>> surface = surfaces.SpinGlass.from_couplings(torch.diag(torch.tensor([3.0, 1.0]).double()))
        >>> proof = critical.certify(surface, torch.tensor([0.0, 2**0.5], dtype=torch.float64))
        >>> proof.index, proof.energy[0] < 2**-0.5 < proof.energy[1], bool(proof.verify(surface))
        (0, True, True)
        >>> critical.certify(surface, torch.tensor([1.0, 1.0]).double()).reason
        "Newton's method leads away: w is no critical point"
    """
    return certify_batch(surface, w[None], within=within, most_bits=most_bits)[0]


def certify_batch(
    surface: AbstractSurface, w: Points, *, within: float = _WITHIN, most_bits: int = _MOST
) -> list[Certificate | NotCertified]:
    """Prove many points of one surface, whose equations are enclosed once.

    Args:
        surface: The surface.
        w: The points (B, P).
        within: As for `certify`.
        most_bits: As for `certify`.

    Returns:
        A certificate, or why there is none, for each point in order.

    Raises:
        ValueError: If `within` is not positive or `most_bits` below 64.
        MemoryForecastError: If the couplings in balls do not fit.
    """
    check_proof_request(within, most_bits)
    equations = enclosure(surface)
    if equations is None:
        reason = f"no enclosure in balls is known for {type(surface).__name__}"
        return [NotCertified(reason, None, 0) for _ in w]
    return [_certified(equations, point, within, most_bits) for point in w]


def _certified(
    equations: AbstractEnclosure, w: Vector, within: float, most_bits: int
) -> Certificate | NotCertified:
    precision = FIRST_PRECISION
    found = equations.prove(w, precision=precision)
    while not found.proved and not _hopeless(found) and 2 * precision <= most_bits:
        precision *= 2
        found = equations.prove(w, precision=precision)
    if isinstance(found, Unproved):
        return NotCertified(found.reason, found.bound_reached, precision)
    if not found.radius <= within * (1 + float(w.norm())):
        reason = f"w is no critical point: the one that is proved lies {found.radius:.1e} away"
        return NotCertified(reason, found.radius, precision)
    return _certificate(equations, w, found, precision)


def _hopeless(found: EnclosedPoint | Unproved) -> bool:
    return isinstance(found, Unproved) and found.hopeless


def _certificate(
    equations: AbstractEnclosure, w: Vector, found: EnclosedPoint, precision: int
) -> Certificate:
    index, nullity, positive = found.inertia
    return Certificate(
        point=w.detach().clone(),
        radius=found.radius,
        alone_within=found.alone_within,
        index=index,
        nullity=nullity,
        positive=positive,
        loss=found.loss,
        spins=equations.spins,
        parity=equations.parity,
        test=equations.test,
        contraction=found.contraction,
        precision=precision,
    )
