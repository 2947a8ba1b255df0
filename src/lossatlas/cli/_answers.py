"""What the calculator answers: numbers, each with formula, theorem, method and good digits."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from ._problem import Problem
from ._usage import numbers, refuse

if TYPE_CHECKING:
    from lossatlas.theory.deep_linear import Label

VALUES = "Kawaguchi 2016, Theorem 2.3; Baldi and Hornik 1989"
COUNTS = "Achour, Malgouyres and Gerchinovitz 2021; counts derived in docs/theory/deep_linear.md"
EXACT = "counted in integers"
MOST_TYPES = 100_000


def landscape(problem: Problem) -> dict[str, Any]:
    """Everything about a network that does not need a subset, in plain values.

    Raises:
        ValueError: If the widths do not fit the data.
    """
    from lossatlas.theory import deep_linear

    X, Y, widths = problem.inputs, problem.targets, problem.widths
    values = deep_linear.critical_values(X, Y, widths)
    simplest = {rank: _simplest(problem, rank) for rank in {one.rank for one in values}}
    labels = [_label(problem, one.subset, simplest[one.rank]) for one in values]
    return {
        **problem.to_dict(),
        "assumptions": [asdict(item) for item in deep_linear.check_assumptions(X, Y)],
        "results": _results(problem, [one.value for one in values], labels[0]),
        "critical_values": [
            _point(problem, one.value, label) for one, label in zip(values, labels, strict=True)
        ],
    }


def named_points(
    problem: Problem, subset: tuple[int, ...], arcs: str | None
) -> list[dict[str, Any]]:
    """The critical points of a subset: the simplest type, those of given strings, or every type.

    Raises:
        ValueError: If subset or strings do not fit the network.
    """
    from lossatlas.theory.deep_linear import critical_value

    rank = len(subset)
    largest = min(*problem.widths, problem.spectrum.target_rank)
    if rank > largest:
        refuse(f"{list(subset)} has more than r_max = {largest} members.", hint="--subset")
    if arcs is None:
        chosen = [_simplest(problem, rank)]
    elif arcs == "all":
        chosen = _every(problem, rank)
    else:
        chosen = [_given(arcs)]
    labels = [_label(problem, subset, strings) for strings in chosen]
    value = critical_value(problem.inputs, problem.targets, subset)
    return [
        {
            **_point(problem, value, label),
            "orbit_dimension": label.orbit_dimension,
            "arcs": _written(label),
        }
        for label in labels
    ]


def _results(problem: Problem, values: Sequence[float], best: "Label") -> list[dict[str, Any]]:
    rows = [
        ("global minimum", values[0], "1/2 (|Y|^2 - sum of the r_max largest eigenvalues)"),
        ("largest rank r_max", best.rank, "min(widths, positive eigenvalues)"),
        ("number of critical values", len(values), "subsets of at most r_max eigenvalues"),
        ("nullity of a simplest global minimum", best.nullity, "P - r_max (rank X + d_y - r_max)"),
    ]
    sources = [(VALUES, problem.method), (VALUES, EXACT), (VALUES, EXACT), (COUNTS, EXACT)]
    digits = [problem.digits(values[0], best.subset), *["all"] * 3]
    return [
        {
            "quantity": quantity,
            "number": number,
            "formula": formula,
            "theorem": theorem,
            "method": method,
            "good_digits": good,
        }
        for (quantity, number, formula), (theorem, method), good in zip(
            rows, sources, digits, strict=True
        )
    ]


def _point(problem: Problem, value: float, label: "Label") -> dict[str, Any]:
    return {
        "value": value,
        "good_digits": problem.digits(value, label.subset),
        "subset": list(label.subset),
        "rank": label.rank,
        "index": label.index,
        "nullity": label.nullity,
        "positive": label.positive,
        "kind": label.kind.value,
        "theorem": f"{VALUES}; {COUNTS}",
        "method": f"value: {problem.method}; counts: {EXACT}",
    }


def _label(problem: Problem, subset: Sequence[int], arcs: Sequence[tuple[int, int]]) -> "Label":
    from lossatlas.theory.deep_linear import predict

    data = problem.spectrum
    return predict(problem.widths, data.eigenvalues, subset, arcs, input_rank=data.input_rank)


def _simplest(problem: Problem, rank: int) -> Sequence[tuple[int, int]]:
    """The strings of the points whose excess blocks are all zero: no link is ever drawn."""
    from lossatlas.theory.deep_linear import random_arcs

    data = problem.spectrum
    return random_arcs(
        problem.widths,
        rank,
        np.random.default_rng(0),
        join=0.0,
        target_rank=data.target_rank,
        input_rank=data.input_rank,
    )


def _every(problem: Problem, rank: int) -> list[Sequence[tuple[int, int]]]:
    from lossatlas.theory.deep_linear import all_arcs

    data = problem.spectrum
    found = all_arcs(problem.widths, rank, target_rank=data.target_rank, input_rank=data.input_rank)
    listed: list[Sequence[tuple[int, int]]] = list(islice(found, MOST_TYPES + 1))
    if len(listed) > MOST_TYPES:
        refuse(
            f"there are more than {MOST_TYPES} types. Give strings, or smaller widths.",
            hint="--arcs",
        )
    return listed


def _given(text: str) -> list[tuple[int, int]]:
    parts = [
        numbers(part.replace(":", ","), int, hint="--arcs", example="1:2,3:2")
        for part in text.split(",")
    ]
    if any(len(part) != 2 for part in parts):
        refuse(f"{text!r} is not a list of strings. Write it as 1:2,3:2, or `all`.", hint="--arcs")
    return [(part[0], part[1]) for part in parts]


def _written(label: "Label") -> str:
    """The strings as they are given on the command line."""
    return ",".join(f"{arc.start}:{arc.length}" for arc in label.arcs)
