"""Searches and descents from random starts, each end counted, certified where it can be, labelled."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Generator, Tensor

from lossatlas.catalogue import Record
from lossatlas.critical import Descent, Found, GradientNorm, Newton, Status, find
from lossatlas.execution import torch_generator
from lossatlas.theory.deep_linear import (
    Kind,
    Label,
    Reason,
    Unlabelled,
    core_has_full_rank,
    index_lower_bound,
    label_on,
)

from ._claims import VALUE_TOLERANCE
from ._counts import Counts, count_signs, eigenvalues
from ._measure import drop, measured, predicted
from ._network import Network, network_of
from ._point_record import point_record
from ._rows import kind_by_counts
from ._settings import Piece

METHODS = {"Newton": Newton, "GradientNorm": GradientNorm, "Descent": Descent}
SCALES = (0.3, 1.5)


def search(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Search from a batch of random starts.

    Args:
        settings: A `Piece`: the method, the `number` of starts and the number of the `first`.
        seed: The entropy of the task's generator.

    Returns:
        One record a start, whatever came of it.
    """
    piece = Piece.model_validate(settings)
    network = network_of(piece)
    starts = draw_starts(network, torch_generator(seed), piece.number)
    found = find(network.surface, starts, method=METHODS[piece.method]())
    ends = examine_ends(network, found)
    word = "/".join(map(str, seed))
    return [
        point_record(
            {
                **network.attributes(),
                "role": "descent" if piece.method == "Descent" else "search",
                "method": piece.method,
                "run": piece.first + i,
                "start_seed": f"{word}#{i}",
                **end,
            },
            found.points[i].numpy(),
        )
        for i, end in enumerate(ends)
    ]


def draw_starts(network: Network, generator: Generator, number: int) -> Float[Tensor, "B P"]:
    """Random points of the surface, each scaled by a factor drawn evenly on a logarithmic scale."""
    points = network.surface.random_point(generator, batch=(number,))
    low, high = np.log(SCALES)
    draws = torch.rand(number, 1, generator=generator, dtype=points.dtype)
    return points * (low + (high - low) * draws).exp()


def examine_ends(network: Network, found: Found) -> list[dict[str, Any]]:
    """What the record of each run says of its end; an end that is not critical is not labelled.

    Args:
        network: The network.
        found: Where the runs ended.

    Returns:
        The attributes of each end.
    """
    spectra = eigenvalues(network.surface, found.points)
    labels = [
        _label(network, found.points[i], spectra[i]) if status is Status.CRITICAL else None
        for i, status in enumerate(found.status)
    ]
    cut = torch.stack([_cut(e, named) for e, named in zip(spectra, labels, strict=True)])
    counts = count_signs(network.surface, found.points, distance=found.newton_step, cut=cut)
    return [_told(network, found, counts, i, named) for i, named in enumerate(labels)]


def _label(network: Network, w: Tensor, spectrum: Tensor) -> Label | Unlabelled:
    weights = network.weights(w)
    return label_on(network.instance.spectrum, weights, hessian_eigenvalues=spectrum.numpy())


def _cut(spectrum: Float[Tensor, " P"], named: Label | Unlabelled | None) -> Tensor:
    """The middle of the spectral gap that the label rests on; 0 where there is no label."""
    sizes = spectrum.abs().sort().values
    if not isinstance(named, Label) or named.nullity in (0, len(sizes)):
        return sizes.new_zeros(())
    return (sizes[named.nullity - 1] * sizes[named.nullity]).sqrt()


def _told(
    network: Network, found: Found, counts: Counts, i: int, named: Label | Unlabelled | None
) -> dict[str, Any]:
    told = {
        **measured(network, counts, i),
        "gradient_norm": found.gradient_norm[i].item(),
        "newton_step": found.newton_step[i].item(),
        "status": found.status[i].value,
    }
    if named is None:
        return {**told, "nullity": None, "kind": "undetermined", "label": "not critical"}
    weights = network.weights(found.points[i])
    orbit = network.surface.orbit_dimension(found.points[i])
    if isinstance(named, Label) and _too_coarse(named, counts, i):
        named = Unlabelled(Reason.EIGENVALUES, named.gap, named.residual)
    told |= {"orbit_dimension": orbit, **_labelled(network, named, weights)}
    return {**told, **_judged(network, told, named, weights, orbit)}


def _too_coarse(named: Label, counts: Counts, i: int) -> bool:
    """Whether the error leaves more undecided than the label has zeros, contradicting nothing."""
    negative, positive = int(counts.negative[i]), int(counts.positive[i])
    agrees = negative <= named.index and positive <= named.positive
    return agrees and int(counts.undecided[i]) > named.nullity


def _labelled(
    network: Network, named: Label | Unlabelled, weights: Sequence[ndarray]
) -> dict[str, Any]:
    full = core_has_full_rank(weights)
    if isinstance(named, Unlabelled):
        reason = named.reason.value
        return {
            "label": "unlabelled", "unlabelled_reason": reason, "gap": named.gap, "inner_full": full
        }  # fmt: skip
    bound = index_lower_bound(network.widths, network.instance.spectrum, named.subset)
    return {**predicted(named), "inner_full": full, "index_bound": bound}


def _judged(
    network: Network,
    told: dict[str, Any],
    named: Label | Unlabelled,
    weights: Sequence[ndarray],
    orbit: int,
) -> dict[str, Any]:
    """Whether the end is a certified minimum, and else whether a way down from it is shown.

    Without negative eigenvalue, an end is a minimum when symmetry alone explains every undecided
    one: the loss grows quadratically across the orbit. Where more are undecided, the label must
    explain them, and must not call the point a bad saddle.
    """
    explained = told["undecided"] == orbit or _explains(named, told["undecided"])
    minimum = told["index"] == 0 and explained
    above = told["global_distance"]
    higher = told["index"] == 0 and above > VALUE_TOLERANCE
    shown = drop(network, weights) if higher and not minimum else float("nan")
    kind = kind_by_counts(told["index"], above, shown, minimum=minimum)
    return {"certified_minimum": minimum, "descent": shown, "kind": kind}


def _explains(named: Label | Unlabelled, undecided: int) -> bool:
    if isinstance(named, Unlabelled):
        return False
    return named.nullity == undecided and named.kind is Kind.GLOBAL_MINIMUM
