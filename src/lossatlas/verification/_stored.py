"""What the records of a catalogue say: draws, and what is claimed of their points."""

from collections.abc import Sequence
from math import nan
from typing import Any, TypeAlias

from ._couplings import Couplings
from ._finding import Finding, refuted, undecided
from ._minimum import MinimumClaim, check_minimum
from ._network import Network
from ._network_point import NetworkClaim, check_network_point
from ._nonlinear_network import NonlinearNetwork
from ._pattern import Kink
from ._point import PointClaim, check_point
from ._read import Row

Draw: TypeAlias = Couplings | Network | NonlinearNetwork

# A kink is three numbers of at most nine digits.
_LONGEST_NUMBER = 9
_MOST_KINKS = 300


def stored_draw(row: Row | None) -> Draw | Finding:
    """The draw of a record of kind "instance", or why it cannot be checked."""
    if row is None:
        return refuted("its draw's numbers are no list of float64")
    about = row.attributes
    try:
        if about.get("surface") == "spin glass":
            return Couplings(_integer(about, "order"), _integer(about, "size"), row.point)
        if about.get("surface") == "deep linear":
            samples = _integer(about, "samples")
            divisor = _divisor(about, samples)
            return Network(_widths(about.get("widths")), samples, row.point, divisor=divisor)
        if about.get("surface") == "perceptron":
            return _nonlinear_network(row)
    except ValueError as error:
        return undecided(f"its draw cannot be checked: {error}")
    return undecided("its draw is not one that the checker knows")


def stored_claim(attributes: dict[str, Any]) -> MinimumClaim:
    """What the record of a minimum claims.

    Raises:
        ValueError: If it is none of a claim.
    """
    return MinimumClaim(
        loss_low=_float(attributes, "loss_low"),
        loss_high=_float(attributes, "loss_high"),
        within=_float(attributes, "claimed_within"),
        radius=_float(attributes, "radius"),
        kinks=_kinks(attributes.get("vanishing")),
        strict=_truth(attributes, "strict"),
        bad=_truth(attributes, "bad"),
    )


def check_stored(
    draw: Draw | Finding, row: Row | None, lower: Row | None = None
) -> tuple[str, Finding, PointClaim | None]:
    """What is found of a point's record: the statement's kind, the finding, and a glass's claim.

    Args:
        draw: Its draw.
        row: The record.
        lower: The record of the draw's lower point, if there is exactly one.
    """
    if isinstance(draw, Finding):
        return "point", draw, None
    if row is None:
        return "point", refuted("its record is not one of a certified point"), None
    try:
        if isinstance(draw, NonlinearNetwork):
            claim = stored_claim(row.attributes)
            kind = "bad minimum" if claim.bad else "minimum"
            if claim.bad and lower is None:
                return kind, undecided("there is no one lower point beside it"), None
            beside = () if lower is None else lower.point
            return kind, check_minimum(draw, row.point, claim, beside), None
        if isinstance(draw, Network):
            index, nullity = (_integer(row.attributes, name) for name in ("index", "nullity"))
            network_claim = NetworkClaim(index, nullity, *_bounds(row.attributes, "loss"))
            return "point", check_network_point(draw, row.point, network_claim), None
        index = _integer(row.attributes, "index")
        glass_claim = PointClaim(index, *_bounds(row.attributes, "energy"))
        return "point", check_point(draw, row.point, glass_claim), glass_claim
    except ValueError as error:
        return "point", refuted(f"its record is none of a certified point: {error}"), None


def _nonlinear_network(row: Row) -> NonlinearNetwork:
    about = row.attributes
    samples = _integer(about, "samples")
    smooth = about.get("activation")
    slopes = None
    if smooth == "piecewise linear":
        slopes = _float(about, "slope_below"), _float(about, "slope_above")
    return NonlinearNetwork(
        _widths(about.get("widths")),
        samples,
        row.point,
        slopes=slopes,
        smooth=smooth if isinstance(smooth, str) else "",
        biases=_truth(about, "biases"),
        divisor=_divisor(about, samples),
    )


def _kinks(text: object) -> tuple[Kink, ...]:
    """From "layer.unit.sample" each, the layer from 1, the others from 0."""
    if not isinstance(text, str) or len(text) > _MOST_KINKS * 3 * (_LONGEST_NUMBER + 1):
        raise ValueError("vanishing is no list of pre-activations")
    kinks = [part.split(".") for part in text.split()]
    numbers = [number for kink in kinks for number in kink]
    plain = all(x.isascii() and x.isdigit() and len(x) <= _LONGEST_NUMBER for x in numbers)
    if not plain or len(kinks) > _MOST_KINKS or any(len(kink) != 3 for kink in kinks):
        raise ValueError("vanishing is no list of pre-activations")
    return tuple((int(k) - 1, int(j), int(s)) for k, j, s in kinks)


def _divisor(attributes: dict[str, Any], samples: int) -> int:
    return samples if attributes.get("reduction") == "mean" else 1


def _integer(attributes: dict[str, Any], name: str) -> int:
    value = attributes.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} is no integer")
    return value


def _float(attributes: dict[str, Any], name: str) -> float:
    value = attributes.get(name)
    if not isinstance(value, float):
        raise ValueError(f"{name} is no number")
    return value


def _truth(attributes: dict[str, Any], name: str) -> bool:
    value = attributes.get(name)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value


def _bounds(attributes: dict[str, Any], of: str) -> tuple[float, float, float, float]:
    """The floats of a claim; what is none becomes not-a-number, which no claim may hold."""
    names = (f"{of}_low", f"{of}_high", "radius", "alone_within")
    numbers = [attributes.get(name) for name in names]
    low, high, radius, alone = (x if isinstance(x, float) else nan for x in numbers)
    return low, high, radius, alone


def _widths(text: object) -> Sequence[int]:
    if not isinstance(text, str) or len(text) > 100:
        raise ValueError("its widths are none of a network")
    return [int(part) for part in text.split(",")]
