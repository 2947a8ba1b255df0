"""Rational critical points: the worked examples and random ones, exact from start to end.

Hessian, inertia, rank and loss are computed over the rationals; so are the ranks that predict them.
Nothing is rounded, so that what holds here is proved for these points.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np

from lossatlas.catalogue import Record
from lossatlas.evidence import Strength
from lossatlas.execution import numpy_generator
from lossatlas.linalg import rational_inertia
from lossatlas.surfaces import rational_gradient, rational_hessian
from lossatlas.theory.deep_linear import random_arcs

from ._escape_paths import descend_exactly
from ._exact_index import ExactRanks
from ._exact_points import ExactData, diagonal_data, exact_critical_point, exact_loss, random_data
from ._fractions import Rational, floats, identity, zeros
from ._point_record import point_record, subset_name
from ._rows import BAD, GLOBAL, STRICT

SHAPES = ((3, 2, 2), (4, 3, 3), (3, 3, 3, 3), (4, 2, 3, 2), (3, 2, 3, 2, 3), (4, 3, 2, 3))
JOINS = (0.0, 0.3, 0.6, 1.0)


def worked_examples(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Fifteen points with X = I and Y = diag(5, 3, 2), one for each class and depth 2 to 4."""
    del settings
    data = diagonal_data((5, 3, 2))
    return [
        _examined(data, _example(words), subset, {"method": f"worked example {words}"}, seed)
        for words, subset in EXAMPLES
    ]


def random_instances(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Random rational data, subsets, arcs and gauges.

    Args:
        settings: `first` and `number` of the instances.
        seed: The entropy of the task's generator.

    Returns:
        One record an instance.
    """
    rng = numpy_generator(seed)
    numbers = range(settings["first"], settings["first"] + settings["number"])
    return [_random_instance(number, rng, seed) for number in numbers]


# (W_1, ..., W_L) as multiples of unit matrices E_i, I for the identity, 0 for zero; and the subset.
EXAMPLES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("0 0 0", ()),
    ("0 I 0", ()),
    ("0 0 I", ()),
    ("5E1 E1 E1", (0,)),
    ("3E2 E2 E2", (1,)),
    ("5E1 E1+E2 E1", (0,)),
    ("5E1 I E1", (0,)),
    ("5E1+2E3 I E1+E3", (0, 2)),
    ("5E1+3E2+2E3 I I", (0, 1, 2)),
    ("0 0", ()),
    ("2E3 E3", (2,)),
    ("5E1+3E2 E1+E2", (0, 1)),
    ("5E1 E1 E1 I", (0,)),
    ("5E1 E1+E2 E1+E2 E1", (0,)),
    ("5E1 E1+E2 E1 E1", (0,)),
)


def _example(words: str) -> list[Rational]:
    return [_matrix(word) for word in words.split()]


def _matrix(word: str) -> Rational:
    """A sum of multiples of unit matrices, 3 by 3."""
    if word in ("0", "I"):
        return identity(3) * int(word == "I")
    matrix = zeros(3, 3)
    for term in word.split("+"):
        factor, _, place = term.partition("E")
        matrix[int(place) - 1, int(place) - 1] = Fraction(factor or 1)
    return matrix


def _random_instance(number: int, rng: np.random.Generator, seed: tuple[int, ...]) -> Record:
    widths = SHAPES[number % len(SHAPES)]
    data = random_data(widths, rng)
    rank = int(rng.integers(0, min(widths) + 1))
    leading = tuple(range(rank))
    drawn = tuple(sorted(rng.choice(widths[-1], rank, replace=False).tolist()))
    subset = leading if rng.random() < 0.5 else drawn
    arcs = random_arcs(widths, rank, rng, join=JOINS[number // len(SHAPES) % len(JOINS)])
    weights = exact_critical_point(data, widths, subset, arcs, rng)
    told = {
        "method": "random rational instance",
        "run": number,
        "arcs": " ".join(f"{arc.start}+{arc.length}" for arc in arcs),
    }
    return _examined(data, weights, subset, told, seed)


def _examined(
    data: ExactData,
    weights: Sequence[Rational],
    subset: tuple[int, ...],
    told: dict[str, Any],
    seed: tuple[int, ...],
) -> Record:
    """Everything about the point, exactly; floats in the record are roundings for the reader."""
    attributes = {
        "network": -1,
        "data": "rational",
        "architecture": "-".join(map(str, ExactRanks(weights, data, subset).widths)),
        "hidden_layers": len(weights) - 1,
        "theorem": True,
        "role": "exact",
        "start_seed": "/".join(map(str, seed)),
        "strength": Strength.PROVED.value,
        "status": "critical",
        "origin": not any(entry for W in weights for entry in W.flat),
        "label": "labelled",
        "gap": inf,
        **_counted(data, weights, subset),
        **_predicted(ExactRanks(weights, data, subset)),
        **told,
    }
    return point_record(attributes, np.concatenate([floats(W).ravel() for W in weights]))


def _counted(
    data: ExactData, weights: Sequence[Rational], subset: tuple[int, ...]
) -> dict[str, Any]:
    """What the exact Hessian, gradient and loss say."""
    matrices = [W.tolist() for W in weights]
    X, Y = data.inputs.tolist(), data.targets.tolist()
    negative, zero, positive = rational_inertia(rational_hessian(matrices, X, Y))
    gradient = rational_gradient(matrices, X, Y).tolist()
    assert not any(entry != 0 for row in gradient for entry in row)
    loss, scale = exact_loss(weights, data), data.critical_value(())
    widths = ExactRanks(weights, data, subset).widths
    least = data.critical_value(range(min(widths)))
    saddle = negative == 0 and loss > least
    descent = descend_exactly(weights, data, loss) if saddle else None
    return {
        "loss": float(loss),
        "gradient_norm": 0.0,
        "newton_step": 0.0,
        "index": negative,
        "undecided": zero,
        "positive": positive,
        "nullity": zero,
        "eigenvalue_error": 0.0,
        "value_error": 0.0,
        "kind": _kind(negative, loss == least, descent),
        "value_distance": float(abs(loss - data.critical_value(subset)) / scale),
        "global_distance": float((loss - least) / scale),
        "descent": nan if descent is None else float(descent / scale),
    }


def _predicted(ranks: ExactRanks) -> dict[str, Any]:
    """What the exact ranks of products say."""
    r, p, outputs = len(ranks.subset), min(ranks.widths[1:-1]), ranks.widths[-1]
    return {
        "subset": subset_name(ranks.subset),
        "rank": r,
        "predicted_index": ranks.index,
        "predicted_nullity": ranks.nullity,
        "predicted_kind": ranks.kind,
        "inner_rank": ranks.inner_rank,
        "inner_full": ranks.inner_rank == p,
        "index_bound": (p - r) * (outputs - r) + ranks.inversions,
    }


def _kind(negative: int, least: bool, descent: Fraction | None) -> str:
    """The kind by exact counts, the exact loss and an exhibited descent; nothing predicted."""
    if negative:
        return STRICT
    if least:
        return GLOBAL
    return BAD if descent is not None and descent < 0 else "undetermined"
