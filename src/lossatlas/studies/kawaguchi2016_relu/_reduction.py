"""K8: gates drawn as the model says, against the closed forms; and the theorem on the reduced surface."""

from collections.abc import Iterator
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.critical import classify
from lossatlas.execution import numpy_generator, torch_generator
from lossatlas.surfaces import DeepLinear, GatedExpected, GatedLinear, gate_agreement
from lossatlas.theory import deep_linear

from ._claims import STANDARD_ERRORS
from ._names import STUDY
from ._pieces import ReductionPiece

_JOINS = (None, 0.4, 1.0)
_HALVINGS = 4
_NORMAL = NormalDist()


def draw_gates(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Draw all gates of a network many times, and build critical points of its reduced surface.

    Args:
        settings: A `ReductionPiece`.
        seed: The entropy of data, weights and gates.

    Returns:
        A record of kind "gates" a point, and one of kind "reduced point" a critical point.
    """
    piece = ReductionPiece.model_validate(settings)
    rng = numpy_generator(seed)
    X = rng.standard_normal((piece.samples, piece.shape[0]))
    T = rng.standard_normal((piece.samples, piece.shape[-1]))
    told = {"shape": "-".join(map(str, piece.shape)), "hidden_layers": len(piece.shape) - 2,
            "rho": piece.probability}  # fmt: skip
    return [
        Record(STUDY, kind, {**told, **found})
        for kind, looks in (
            ("gates", _drawn(piece, X, T, seed)),
            ("reduced point", _points(piece, X, T, rng)),
        )
        for found in looks
    ]


def entry_limit(entries: int) -> float:
    """What the largest of so many normal deviates exceeds as rarely as one exceeds four."""
    return -_NORMAL.inv_cdf(_NORMAL.cdf(-STANDARD_ERRORS) / entries)


def _drawn(
    piece: ReductionPiece, X: np.ndarray, T: np.ndarray, seed: tuple[int, ...]
) -> Iterator[dict[str, Any]]:
    generator = torch_generator(seed)
    data = torch.from_numpy(X), torch.from_numpy(T)
    surface = GatedExpected(piece.shape, *data, piece.probability)
    linear = DeepLinear(piece.shape, *data)
    w = surface.random_point(generator, (piece.points,))
    found = gate_agreement(surface, w, generator, piece.draws)
    entries = found.outputs.z[0].numel()
    curvatures = torch.linalg.eigvalsh(surface.reduced.hessian(w))
    apart = ((surface.reduced.loss(w) - linear.loss(w)) / linear.loss(w)).abs()
    for i in range(piece.points):
        yield {
            "point": i,
            "draws": found.number,
            "reduced_z": float(found.reduced.z[i]),
            "expected_z": float(found.expected.z[i]),
            "unreduced_z": float(found.unreduced.z[i]),
            "output_z": float(found.outputs.z[i].abs().max()),
            "output_limit": entry_limit(entries),
            "entries": entries,
            "linear_distance": float(apart[i]),
            "lowest": float(curvatures[i, 0]),
            "highest": float(curvatures[i, -1]),
            "reduced": float(found.reduced.predicted[i]),
            "expected": float(found.expected.predicted[i]),
        }


def _points(
    piece: ReductionPiece, X: np.ndarray, T: np.ndarray, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    """Critical points of the reduced surface at q = 1/rho: each subset of eigenvalues, several arcs."""
    data = torch.from_numpy(X), torch.from_numpy(T)
    surface = GatedLinear(piece.shape, *data, piece.probability)
    narrowest = min(piece.shape[1:-1])
    least = deep_linear.global_minimum(X, T, piece.shape)
    ranks = {"target_rank": (known := deep_linear.spectrum(X, T)).target_rank,
             "input_rank": known.input_rank}  # fmt: skip
    for r in range(min(*piece.shape) + 1):
        for subset in combinations(range(known.target_rank), r):
            for join in _JOINS:
                # the simplest arcs first, which leave all that they can at zero
                arcs = (
                    None
                    if join is None
                    else deep_linear.random_arcs(piece.shape, r, rng, join=join, **ranks)
                )
                weights = deep_linear.critical_point(X, T, piece.shape, subset, arcs=arcs, rng=rng)
                yield {
                    "subset": " ".join(map(str, subset)),
                    **_examined(surface, weights, least),
                    "inner_full": _inner_rank(weights) == narrowest,
                }


def _examined(surface: GatedLinear, weights: list[np.ndarray], least: float) -> dict[str, Any]:
    w: Tensor = surface.point([torch.from_numpy(W) for W in weights])
    point = classify(surface, w)
    data = surface.inputs.numpy(), surface.targets.numpy()
    named = deep_linear.label(weights, *data)
    known = named if isinstance(named, deep_linear.Label) else None
    return {
        "loss": point.loss,
        "global": abs(point.loss - least) <= 1e-8 * max(1.0, least),
        "status": point.status.value,
        "kind": point.kind.value,
        "index": int(point.inertia.negative),
        "undecided": int(point.inertia.undecided),
        "drop": None if point.inertia.negative else _drop(surface, weights, point.loss),
        "predicted_index": None if known is None else known.index,
        "predicted_nullity": None if known is None else known.nullity,
    }


def _drop(surface: GatedLinear, weights: list[np.ndarray], loss: float) -> float | None:
    """How far the loss falls on the theory's path out of a bad saddle, as the surface computes it.

    The least fall over several steps, relative; None where the theory knows of no such path.
    """
    data = surface.inputs.numpy(), surface.targets.numpy()
    path = deep_linear.escape_direction(weights, *data)
    if not isinstance(path, deep_linear.EscapePath):
        return None
    longest, _ = path.lowest()
    steps = [longest / 2**halvings for halvings in range(_HALVINGS)]
    points = [surface.point([torch.from_numpy(W) for W in path.weights(t)]) for t in steps]
    return float((loss - surface.loss(torch.stack(points))).min()) / loss


def _inner_rank(weights: list[np.ndarray]) -> int:
    """The rank of W_H ... W_2."""
    product = weights[1]
    for W in weights[2:]:
        product = W @ product
    return int(np.linalg.matrix_rank(product))
