"""Bad saddles left downhill: W = 0 and tightened points, each with its path and its order."""

from typing import Any

import numpy as np
from numpy import ndarray

from lossatlas.catalogue import Record
from lossatlas.evidence import Strength
from lossatlas.execution import numpy_generator
from lossatlas.theory.deep_linear import (
    Kind,
    Label,
    assemble,
    draw_normal_form,
    predict,
    random_arcs,
)

from ._escape_paths import Descent, descend
from ._judge import STUDY
from ._network import Network, network_of
from ._point_record import subset_name
from ._settings import Piece

_MOST_DRAWS = 400


def escape(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Escape paths from W = 0, from the simplest bad saddles and from drawn ones.

    Args:
        settings: A `Piece`: `number` paths.
        seed: The entropy of the task's generator.

    Returns:
        Records of kind "escape"; the array holds the steps and then the drops of the loss.
    """
    piece = Piece.model_validate(settings)
    network = network_of(piece)
    rng = numpy_generator(seed)
    saddles = _saddles(network, piece.number, rng)
    shown = [(label, weights, descend(network, weights)) for label, weights in saddles]
    return [
        _record(network, label, weights, descent)
        for label, weights, descent in shown
        if descent is not None
    ]


def _saddles(
    network: Network, number: int, rng: np.random.Generator
) -> list[tuple[Label, list[ndarray]]]:
    """W = 0 first, then the simplest saddle of each rank, then drawn ones, each kind of arcs once."""
    data, widths = network.instance.spectrum, network.widths
    zero = draw_normal_form(data, widths, (), rng=rng)
    label = predict(widths, data.eigenvalues, (), zero.arcs, input_rank=data.input_rank)
    found = {
        (zero.subset, zero.arcs, True): (label, [np.zeros_like(W) for W in assemble(data, zero)])
    }
    largest = min(*widths, data.target_rank)
    ranks = {"target_rank": data.target_rank, "input_rank": data.input_rank}
    for draw in range(_MOST_DRAWS):
        if len(found) >= number:
            break
        subset = tuple(range(draw % largest))
        arcs = random_arcs(widths, len(subset), rng, join=0.4, **ranks) if draw >= largest else None
        form = draw_normal_form(data, widths, subset, arcs=arcs, rng=rng)
        label = predict(widths, data.eigenvalues, subset, form.arcs, input_rank=data.input_rank)
        if label.kind is Kind.BAD_SADDLE:
            found.setdefault((subset, form.arcs, False), (label, assemble(data, form)))
    return list(found.values())


def _record(network: Network, label: Label, weights: list[ndarray], descent: Descent) -> Record:
    loss = network.surface.loss(network.point(weights)).item()
    told = {
        **network.attributes(),
        "subset": subset_name(label.subset),
        "rank": label.rank,
        "origin": not any(W.any() for W in weights),
        "loss": loss,
        "order": descent.path.order,
        "fitted_order": descent.fitted_order,
        "rate": descent.path.rate,
        "fit_limit": descent.fit_limit,
        "descent": -descent.largest / network.instance.scale,
        "strength": Strength.MEASURED.value,
    }
    return Record(STUDY, "escape", told, np.concatenate([descent.t, descent.drop]))
