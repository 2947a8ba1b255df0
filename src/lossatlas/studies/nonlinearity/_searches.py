"""All searches of one network, together; each end sorted into its share, each minimum proved once."""

from typing import Any

import numpy as np
import torch

from lossatlas.catalogue import Record
from lossatlas.critical import certify
from lossatlas.execution import torch_generator
from lossatlas.surfaces import DeepLinear

from ._claims import VALUE_TOLERANCE
from ._ends import Ends, searched, sort_ends
from ._minima import minimum_records
from ._pieces import SearchPiece
from ._problem import Problem, problem
from ._words import STUDY


def search(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Descend from all starts of a shape at once, with one activation.

    Args:
        settings: A `SearchPiece`.
        seed: Not used: the starts are those of the shape, whatever the activation.

    Returns:
        A record of kind "network"; one of kind "end" a search, whatever came of it, with the point;
        one of kind "point" for each class of ends for which a proof was tried; for a linear network
        the certified lowest end; the "instance" and the "lower point" that `lossatlas verify` needs.
    """
    piece = SearchPiece.model_validate(settings)
    network = problem(piece)
    starts = network.surface.random_point(torch_generator(piece.base), (piece.searches,))
    found = searched(
        network.surface,
        starts,
        plain_steps=piece.plain_steps,
        newton_steps=piece.newton_steps,
        finishing_steps=piece.finishing_steps,
    )
    ends = sort_ends(network, found)
    common = network.attributes()
    return [
        _network(network, ends),
        *_ends(common, ends),
        *minimum_records(
            common, network.surface, ends.minima, lowest=ends.lowest, above=ends.above
        ),
        *_linear(network, ends),
    ]


def _network(network: Problem, ends: Ends) -> Record:
    told = {
        "searches": len(ends.why),
        "samples": len(network.samples.inputs),
        "best": ends.best,
        "lowest": float(network.surface.loss(ends.lowest)),
        "scale": network.scale,
        "theorem": network.assumptions.all_hold,
    }
    return Record(STUDY, "network", {**network.attributes(), **told}, ends.lowest.numpy())


def _ends(common: dict[str, Any], ends: Ends) -> list[Record]:
    found, screen = ends.searched, ends.searched.screen
    columns = {
        "loss": found.loss.tolist(),
        "above": ends.above.tolist(),
        "gradient": screen.gradient.tolist(),
        "iterations": found.iterations.tolist(),
        "status": [status.value for status in found.status],
        "passes": found.passes.tolist(),
        "margin": screen.margin.tolist(),
        "kinks": screen.kinks.tolist(),
        "dead_units": screen.dead_units.tolist(),
        "slice_eigenvalue": screen.slice_eigenvalue.tolist(),
        "why": [why.value for why in ends.why],
        "share": [why.share.value for why in ends.why],
        "minimum": list(ends.minimum),
    }
    points = found.points.numpy()
    return [
        Record(
            STUDY,
            "end",
            {**common, "run": i, **{name: column[i] for name, column in columns.items()}},
            points[i],
        )
        for i in range(len(points))
    ]


def _linear(network: Problem, ends: Ends) -> list[Record]:
    """The lowest end of a linear network with its certificate, and the draw that it belongs to."""
    if not network.is_linear:
        return []
    X, Y = (torch.from_numpy(np.array(part)) for part in network.samples)
    surface = DeepLinear(network.surface.widths, X, Y)
    found = certify(surface, ends.lowest)
    at_best = bool(ends.above.abs().nan_to_num(torch.inf).amin() <= VALUE_TOLERANCE)
    common = network.attributes()
    instance = f"{common['family']}, {common['architecture']}"
    draw = {
        "instance": instance,
        "surface": "deep linear",
        "widths": ",".join(map(str, surface.widths)),
        "samples": len(X),
    }
    about = {
        **common,
        "instance": instance,
        "role": "lowest end",
        "kind": "global minimum" if found and at_best else "undetermined",
        **found.attributes(),
    }
    data = np.concatenate([X.numpy().ravel(), Y.numpy().ravel()])
    return [
        Record(STUDY, "instance", draw, data),
        Record(STUDY, "point", about, ends.lowest.numpy()),
    ]
