"""Where runs ended: counted, labelled if the theory knows the point, certified if it is a minimum.

A point is only as good as its gradient is small. Along an eigenvector with eigenvalue lambda the
loss may still change by g^2 / (2 |lambda|); where these sum to more than the tolerance, the point
is not resolved: it is too far out in an unbalanced valley to test a statement at that tolerance.
"""

from collections.abc import Sequence
from math import nan
from typing import Any

import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Generator, Tensor

from lossatlas.critical import Descent, Found, Status, find
from lossatlas.theory.deep_linear import Kind, Label, Unlabelled, label_on

from ._claims import VALUE_TOLERANCE
from ._counts import Counts, Spectra, count_signs, spectra_at
from ._escape_paths import descend
from ._measure import inner_condition, measured, predicted
from ._network import Network
from ._rows import kind_by_counts

NOT_RESOLVED = "the gradient leaves the loss uncertain beyond the tolerance"
_CUTS = (1e-8, 1e-6, 1e-4)
_DISPLACEMENT = 1e-2


def examine_ends(network: Network, found: Found, generator: Generator) -> list[dict[str, Any]]:
    """What the record of each run says of its end; an end that is not critical is not labelled.

    Args:
        network: The network.
        found: Where the runs ended.
        generator: Displaces the ends that no path is known from.

    Returns:
        The attributes of each end.
    """
    spectra = spectra_at(network.surface, found.points)
    error = (spectra.loss_error / network.instance.scale).tolist()
    labels = [_label(network, found, spectra, i) for i in range(len(found))]
    cut = torch.stack([_cut(e, named) for e, named in zip(spectra.values, labels, strict=True)])
    counts = count_signs(network.surface, found.points, distance=found.newton_step, cut=cut)
    ends = [_told(network, found, counts, i, named) for i, named in enumerate(labels)]
    for end, uncertain in zip(ends, error, strict=True):
        end |= {"value_error": uncertain}
        if end["status"] == Status.CRITICAL and not uncertain <= VALUE_TOLERANCE:
            end |= _unresolved(end)
    _look_for_ways_down(network, found, ends, generator)
    return ends


def _label(network: Network, found: Found, spectra: Spectra, i: int) -> Label | Unlabelled | None:
    if found.status[i] is not Status.CRITICAL:
        return None
    weights = network.weights(found.points[i])
    eigenvalues = spectra.values[i].numpy()
    return label_on(network.instance.spectrum, weights, hessian_eigenvalues=eigenvalues)


def _cut(spectrum: Float[Tensor, " P"], named: Label | Unlabelled | None) -> Tensor:
    """The middle of the spectral gap that the label rests on; 0 where there is no label."""
    sizes = spectrum.abs().sort().values
    if not isinstance(named, Label) or named.nullity == 0:
        return sizes.new_zeros(())
    if named.nullity == len(sizes):
        return 2 * sizes[-1]
    return (sizes[named.nullity - 1] * sizes[named.nullity]).sqrt()


def _told(
    network: Network, found: Found, counts: Counts, i: int, named: Label | Unlabelled | None
) -> dict[str, Any]:
    told: dict[str, Any] = {
        **measured(network, counts, i),
        "gradient_norm": found.gradient_norm[i].item(),
        "newton_step": found.newton_step[i].item(),
        "status": found.status[i].value,
    }
    if named is None:
        return {**told, "nullity": None, "label": "not critical"}
    orbit = network.surface.orbit_dimension(found.points[i])
    told |= {"orbit_dimension": orbit, **_labelled(network, named)}
    minimum = told["index"] == 0 and _explained(named, told["undecided"], orbit)
    kind = kind_by_counts(told["index"], told["global_distance"], nan, minimum=minimum)
    return {**told, "certified_minimum": minimum, "kind": kind}


def _labelled(network: Network, named: Label | Unlabelled) -> dict[str, Any]:
    if isinstance(named, Unlabelled):
        reason = named.reason.value
        return {"label": "unlabelled", "unlabelled_reason": reason, "gap": named.gap}
    return {**predicted(named), **inner_condition(network, named)}


def _explained(named: Label | Unlabelled, undecided: int, orbit: int) -> bool:
    """Whether the undecided eigenvalues of a point without negative ones leave it a minimum.

    They do when symmetry alone forces them to be zero: the loss grows quadratically across the
    orbit. Where there are more, the label must have as many, and must not call it a saddle.
    """
    if undecided == orbit:
        return True
    known = isinstance(named, Label) and named.kind is Kind.GLOBAL_MINIMUM
    return known and isinstance(named, Label) and named.nullity == undecided


def _unresolved(end: dict[str, Any]) -> dict[str, Any]:
    """What stays of an end that cannot test a statement: its numbers, no label, no certificate."""
    lost = ("subset", "rank", "arcs", "predicted_index", "predicted_nullity", "predicted_kind")
    return {
        **dict.fromkeys(lost),
        "resolved": False,
        "label": "unlabelled",
        "unlabelled_reason": NOT_RESOLVED,
        "gap": end.get("gap", nan),
        "inner_full": False,
        "certified_minimum": False,
        "kind": "undetermined",
    }


def _look_for_ways_down(
    network: Network, found: Found, ends: Sequence[dict[str, Any]], generator: Generator
) -> None:
    """Enter a way down at each end without negative eigenvalue that is no certified minimum.

    First the theory's path, at falling resolution; then a descent from a displaced point.
    """
    rows = [i for i, end in enumerate(ends) if _may_be_a_bad_saddle(end)]
    for i in rows:
        ends[i]["descent"] = _drop(network, network.weights(found.points[i]))
    rest = [i for i in rows if not ends[i]["descent"] < 0]
    if rest:
        w = found.points[rest]
        size = _DISPLACEMENT * (1 + w.norm(dim=-1, keepdim=True))
        along = torch.nn.functional.normalize(
            torch.randn(w.shape, generator=generator).to(w), dim=-1
        )
        lower = find(network.surface, w + size * along, method=Descent()).loss
        change = (lower - network.surface.loss(w)) / network.instance.scale
        for i, gain in zip(rest, change.tolist(), strict=True):
            ends[i]["descent"] = gain if gain < -VALUE_TOLERANCE else nan
    for i in rows:
        shown = ends[i]["descent"]
        ends[i]["kind"] = kind_by_counts(0, ends[i]["global_distance"], shown, minimum=False)


def _may_be_a_bad_saddle(end: dict[str, Any]) -> bool:
    higher = end["index"] == 0 and end["global_distance"] > VALUE_TOLERANCE
    return bool(end["status"] == Status.CRITICAL and higher and not end["certified_minimum"])


def _drop(network: Network, weights: Sequence[ndarray]) -> float:
    for cut in _CUTS:
        descent = descend(network, weights, cut=cut)
        if descent is not None and descent.largest > VALUE_TOLERANCE * network.instance.scale:
            return -descent.largest / network.instance.scale
    return nan
