"""Prove that a network has a local minimum at a point, and that it is a bad one.

The surface proves in balls (`surfaces`); here the precision is raised until it decides.
"""

from math import inf, nextafter

from lossatlas._types import Vector
from lossatlas.surfaces import (
    AbstractSurface,
    EnclosedMinimum,
    Perceptron,
    Unproved,
    enclosed_loss,
    enclosed_minimum,
)

from ._certificate import Certificate, NotCertified
from ._certify import certify
from ._minimum_proof import Argument, Lower, MinimumProof
from ._precision import FIRST_PRECISION, check_proof_request


def prove_minimum(
    surface: AbstractSurface, w: Vector, *, within: float = 1e-6, most_bits: int = 256
) -> MinimumProof | NotCertified:
    """Prove that a local minimum lies at w.

    A `Perceptron` with the squared error is proved inside its activation pattern (identity, ReLU,
    leaky ReLU) or as it is (tanh, softplus); of other surfaces what `certify` proves at index 0.

    Args:
        surface: The surface; its data are taken as exact.
        w: The point, polished (`polish_minima`).
        within: How far the minimum may lie from w, relative to 1 + the norm of w.
        most_bits: The precision is doubled from 64 bits up to this.

    Returns:
        The proof, or why there is none.

    Raises:
        ValueError: If `within` is not positive or `most_bits` below 64.

    Example:
        >>> import torch
        >>> from lossatlas import critical
        >>> from lossatlas.surfaces import Perceptron, ReLU, SquaredError
        >>> X, Y = torch.tensor([[1.0], [2.0]]).double(), torch.tensor([[1.0], [2.0]]).double()
        >>> surface = Perceptron((1, 2, 1), ReLU(), SquaredError(), X, Y)
        >>> w = torch.tensor([1.0, -1.0, 1.0, 0.5]).double()  # the second unit never fires
        >>> proof = critical.prove_minimum(surface, w)
        >>> proof.dead_units, proof.inert, proof.strict, proof.loss[1] < 1e-15
        (1, 2, False, True)
        >>> critical.prove_minimum(surface, w + torch.tensor([0.1, 0, 0, 0]).double()).reason
        "w is no critical point: Newton's step from it is 6.4e-02 long"
    """
    check_proof_request(within, most_bits)
    reach = within * (1 + float(w.norm()))
    if not isinstance(surface, Perceptron):
        return _from_certificate(surface, w, within, most_bits)
    precision = FIRST_PRECISION
    found = enclosed_minimum(surface, w, reach=reach, precision=precision)
    while not _decided(found) and 2 * precision <= most_bits:
        precision *= 2
        found = enclosed_minimum(surface, w, reach=reach, precision=precision)
    if isinstance(found, Unproved):
        return NotCertified(found.reason, found.bound_reached, precision)
    if not found.within <= reach:
        reason = f"w is no minimum: the one that is proved lies {found.within:.1e} away"
        return NotCertified(reason, found.within, precision)
    return _proof(w, found, precision)


def prove_lower(
    surface: AbstractSurface,
    minimum: MinimumProof,
    lower: Vector | Certificate | MinimumProof,
    *,
    precision: int = 128,
) -> Lower | NotCertified:
    """Prove that a point lies strictly lower than a proved minimum, which makes that bad.

    Args:
        surface: The surface of both.
        minimum: The proved minimum.
        lower: A point, whatever it is, or what is proved of one.
        precision: The working precision in bits.

    Returns:
        Both enclosed losses, or why nothing is proved.
    """
    if isinstance(lower, Certificate | MinimumProof):
        point, loss = lower.point, lower.loss
    else:
        enclosed = enclosed_loss(surface, lower, precision=precision)
        if enclosed is None:
            reason = f"the loss of {type(surface).__name__} cannot be enclosed at that point"
            return NotCertified(reason, None, precision)
        point, loss = lower, enclosed
    gap = nextafter(minimum.loss[0] - loss[1], -inf)
    if not gap > 0:
        return NotCertified("the other loss is not proved to be lower", gap, precision)
    return Lower(point.detach().clone(), loss, minimum.loss, gap)


def _decided(found: EnclosedMinimum | Unproved) -> bool:
    return not isinstance(found, Unproved) or found.hopeless


def _proof(w: Vector, found: EnclosedMinimum, precision: int) -> MinimumProof:
    return MinimumProof(
        point=w.detach().clone(),
        within=found.within,
        radius=found.radius,
        margin=found.margin,
        kinks=len(found.places),
        dead_units=found.dead_units,
        inert=found.inert,
        symmetry=found.symmetry,
        positive=found.positive,
        strict=found.by_slice and found.inert == 0,
        argument=_argument(found),
        loss=found.loss,
        precision=precision,
        places=tuple((layer + 1, unit, sample) for layer, unit, sample in found.places),
    )


def _argument(found: EnclosedMinimum) -> Argument:
    if not found.by_slice:
        return Argument.CONVEX_KINKS if found.places else Argument.CONVEX
    return Argument.KINKS if found.places else Argument.SLICE


def _from_certificate(
    surface: AbstractSurface, w: Vector, within: float, most_bits: int
) -> MinimumProof | NotCertified:
    found = certify(surface, w, within=within, most_bits=most_bits)
    if isinstance(found, NotCertified):
        return found
    if found.index:
        reason = f"the Hessian has {found.index} negative eigenvalues: a saddle"
        return NotCertified(reason, None, found.precision)
    return MinimumProof(
        point=found.point,
        within=found.radius,
        radius=inf,
        margin=inf,
        kinks=0,
        dead_units=0,
        inert=0,
        symmetry=found.nullity,
        positive=found.positive,
        strict=True,
        argument=Argument.SLICE,
        loss=found.loss,
        precision=found.precision,
    )
