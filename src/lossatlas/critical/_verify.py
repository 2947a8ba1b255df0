"""Hand a certificate to the checker, which shares no code with what made it."""

from lossatlas._types import Vector
from lossatlas.surfaces import AbstractSurface, DeepLinear, GatedLinear, SpinGlass
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


def checked(
    surface: AbstractSurface,
    w: Vector,
    *,
    signs: tuple[int, int],
    loss: tuple[float, float],
    energy: tuple[float, float] | None,
    distances: tuple[float, float],
) -> Finding:
    """What the checker finds of a point of a surface.

    Args:
        surface: The surface.
        w: The point.
        signs: Its index and nullity.
        loss: Bounds on its loss.
        energy: Bounds on its energy per spin, where there are spins.
        distances: The radius, and within what it is alone.
    """
    coordinates = w.double().tolist()
    try:
        if isinstance(surface, SpinGlass) and energy is not None:
            T = Couplings(surface.order, surface.size, surface.entries.double().tolist())
            return check_point(T, coordinates, PointClaim(signs[0], *energy, *distances))
        if isinstance(surface, DeepLinear | GatedLinear):
            network = surface if isinstance(surface, DeepLinear) else surface.linear
            claim = NetworkClaim(*signs, *loss, *distances)
            return check_network_point(_network(network), coordinates, claim)
    except ValueError as error:
        return Finding(Outcome.UNDECIDED, f"the checker refuses the surface: {error}")
    return Finding(Outcome.UNDECIDED, f"the checker knows no {type(surface).__name__}")


def _network(surface: DeepLinear) -> Network:
    parts = (surface.inputs.double(), surface.targets.double())
    data = [x for part in parts for x in part.flatten().tolist()]
    samples = len(surface.inputs)
    mean = surface.reduction == "mean"
    return Network(surface.widths, samples, data, divisor=samples if mean else 1)
