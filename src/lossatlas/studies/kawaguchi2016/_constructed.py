"""Critical points made to order: all subsets, random arcs, random gauges, W = 0 among them.

What the theory proves of a point follows from its normal form: the subset, the arcs, that every
gauge is invertible and that Sigma's eigenvalues are in the order that the subset counts them in.
The last two are certified here, the first two are integers. The Hessian of the stored point, its
float64 rounding, is then counted without knowledge of the form.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.catalogue import Record
from lossatlas.evidence import Strength
from lossatlas.execution import numpy_generator
from lossatlas.theory.deep_linear import (
    Arc,
    Label,
    NormalForm,
    assemble,
    draw_normal_form,
    predict,
    random_arcs,
)

from ._measure import measure_points
from ._network import Network, network_of
from ._settings import Piece

JOINS = (0.15, 0.4, 0.8, 1.0)


def construct(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Critical points of a network: for each subset the simplest arcs, and drawn ones.

    Args:
        settings: A `Piece`: of at most `subsets` subsets the `number` from `first` on, and
            `draws` sets of arcs for each beside the simplest one.
        seed: The entropy of the task's generator.

    Returns:
        One record a point, with what is predicted and what is counted.
    """
    piece = Piece.model_validate(settings)
    network = network_of(piece)
    rng = numpy_generator(seed)
    forms = list(_forms(network, piece, rng))
    weights = [assemble(network.instance.spectrum, form) for form in forms]
    if piece.first == 0:
        weights[-1] = [np.zeros_like(W) for W in weights[-1]]
    labels = [_predicted(network, form) for form in forms]
    told = [_told(network, form) for form in forms]
    if piece.first == 0:
        told[-1]["origin"] = True
    return measure_points(network, weights, labels, told) if forms else []


def subsets_of(network: Network, limit: int) -> list[tuple[int, ...]]:
    """Every subset that a critical point can hold; beyond the limit, leading ones and drawn ones.

    The draw is the same in every task, so that tasks can share the list out among them.
    """
    rng = numpy_generator(network.widths)
    target_rank = network.instance.spectrum.target_rank
    largest = min(*network.widths, target_rank)
    if 2**target_rank <= 4096:
        every = [s for r in range(largest + 1) for s in combinations(range(target_rank), r)]
        if len(every) <= limit:
            return every
    chosen = {tuple(range(r)): None for r in range(largest + 1)}
    while len(chosen) < limit:
        r = int(rng.integers(1, largest + 1))
        drawn = sorted(rng.choice(target_rank, r, replace=False).tolist())
        chosen[tuple(drawn)] = None
    return list(chosen)


def certainly_invertible(matrix: Float[ndarray, "n n"]) -> bool:
    """Whether I - B A is certainly small for an approximate inverse B, rounding included."""
    n = len(matrix)
    if n == 0:
        return True
    B = np.linalg.inv(matrix)
    rounding = 4 * (n + 2) * 2.0**-53 * (np.abs(B) @ np.abs(matrix))
    defect = np.abs(np.eye(n) - B @ matrix) + rounding
    return bool(defect.sum(axis=1).max() < 0.5)


def _forms(network: Network, piece: Piece, rng: np.random.Generator) -> Iterator[NormalForm]:
    """For each subset the simplest arcs and drawn ones, all in new gauges; last the form of W = 0."""
    data = network.instance.spectrum
    chosen = subsets_of(network, piece.subsets)[piece.first : piece.first + piece.number]
    for subset in chosen:
        for arcs in [None, *_drawn_arcs(network, len(subset), piece.draws, rng)]:
            yield draw_normal_form(data, network.widths, subset, arcs=arcs, rng=rng)
    if piece.first == 0:
        yield draw_normal_form(data, network.widths, (), rng=rng)


def _drawn_arcs(
    network: Network, rank: int, draws: int, rng: np.random.Generator
) -> Iterator[tuple[Arc, ...]]:
    data = network.instance.spectrum
    for draw in range(draws):
        yield random_arcs(
            network.widths,
            rank,
            rng,
            join=JOINS[draw % len(JOINS)],
            target_rank=data.target_rank,
            input_rank=data.input_rank,
        )


def _predicted(network: Network, form: NormalForm) -> Label:
    data = network.instance.spectrum
    return predict(
        network.widths, data.eigenvalues, form.subset, form.arcs, input_rank=data.input_rank
    )


def _told(network: Network, form: NormalForm) -> dict[str, Any]:
    return {
        "role": "constructed",
        "method": "normal form",
        "origin": False,
        "reduced": network.instance.spectrum.input_rank < network.widths[0],
        "strength": (Strength.PROVED if _certified(network, form) else Strength.MEASURED).value,
    }


def _certified(network: Network, form: NormalForm) -> bool:
    bases: Sequence[ndarray] = (*form.gauges, form.outputs, form.inputs)
    return network.instance.order_certified and all(map(certainly_invertible, bases))
