"""Kinds of points: worked examples, the closed-form index, and what stays undetermined."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.critical import Kind, Status, classify, classify_batch, find
from lossatlas.surfaces import AbstractSurface, DeepLinear
from lossatlas.theory import deep_linear as theory

Formulas = Callable[[str], AbstractSurface]


def _diagonal(*entries: float) -> Tensor:
    return torch.diag(torch.tensor(entries, dtype=torch.float64))


_0, _I = _diagonal(0, 0, 0), _diagonal(1, 1, 1)
_1, _2, _3, _12, _13 = (
    _diagonal(*e) for e in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1))
)
# Identity inputs, targets diag(5, 3, 2): weights, index, nullity, kind.
WORKED = [
    ((_0, _0, _0), 0, 27, Kind.BAD_SADDLE),
    ((_0, _I, _0), 9, 9, Kind.STRICT_SADDLE),
    ((5 * _1, _1, _1), 0, 22, Kind.BAD_SADDLE),
    ((3 * _2, _2, _2), 1, 22, Kind.STRICT_SADDLE),
    ((5 * _1, _12, _1), 2, 18, Kind.STRICT_SADDLE),
    ((5 * _1, _I, _1), 4, 14, Kind.STRICT_SADDLE),
    ((_diagonal(5, 0, 2), _I, _13), 2, 17, Kind.STRICT_SADDLE),
    ((_diagonal(5, 3, 2), _I, _I), 0, 18, Kind.GLOBAL_MINIMUM),
    ((_0, _0), 9, 0, Kind.STRICT_SADDLE),
    ((2 * _3, _3), 6, 5, Kind.STRICT_SADDLE),
    ((5 * _1, _1, _1, _I), 0, 31, Kind.BAD_SADDLE),
    ((5 * _1, _12, _12, _1), 2, 27, Kind.STRICT_SADDLE),
]


@pytest.mark.parametrize(("weights", "index", "nullity", "kind"), WORKED)
def test_worked_examples(weights: tuple[Tensor, ...], index: int, nullity: int, kind: Kind) -> None:
    widths = (3,) * (len(weights) + 1)
    surface = DeepLinear(widths, inputs=_I, targets=_diagonal(5, 3, 2))
    point = classify(surface, surface.point(weights), global_value=0.0)
    assert (int(point.inertia.negative), int(point.inertia.undecided)) == (index, nullity)
    assert point.kind is kind
    assert point.status is Status.CRITICAL


@pytest.mark.parametrize(
    ("name", "point", "kind"),
    [
        ("double wells", (1.0, -1.0, 1.0), Kind.LOCAL_MINIMUM),
        ("double wells", (1.0, 0.0, 1.0), Kind.STRICT_SADDLE),
        ("double wells", (0.0, 0.0, 0.0), Kind.MAXIMUM),
        ("double wells", (0.5, 0.0, 0.0), Kind.UNDETERMINED),
        ("ring", (0.6, 0.8), Kind.LOCAL_MINIMUM),
        ("ring", (0.0, 0.0), Kind.MAXIMUM),
        ("monkey saddle", (0.0, 0.0), Kind.BAD_SADDLE),
        ("degenerate minimum", (0.0, 0.0), Kind.UNDETERMINED),
        ("saddle", (0.0, 0.0, 0.0), Kind.STRICT_SADDLE),
    ],
)
def test_kinds_known_by_hand(
    formula: Formulas, name: str, point: tuple[float, ...], kind: Kind
) -> None:
    w = torch.tensor(point, dtype=torch.float64)
    assert classify(formula(name), w).kind is kind


def test_the_lower_points_of_a_bad_saddle_are_lower_and_ever_nearer(formula: Formulas) -> None:
    point = classify(formula("monkey saddle"), torch.zeros(2, dtype=torch.float64))
    distances = [lower.distance for lower in point.lower]
    assert len(distances) == 3
    assert distances == sorted(distances, reverse=True)
    # On the ball of radius r the least value of Re (x + i y)^3 is -r^3.
    for lower, radius in zip(point.lower, (1e-1, 3e-2, 1e-2), strict=True):
        assert lower.distance <= radius * (1 + 1e-12)
        assert_close(lower.decrease, radius**3, rtol=1e-2, atol=0)


@pytest.mark.parametrize("widths", [(4, 3, 3), (4, 3, 3, 3), (3, 2, 3, 2)])
def test_index_and_nullity_are_those_of_the_closed_form(widths: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    X, Y = (rng.standard_normal((20, d)) for d in (widths[0], widths[-1]))
    surface = DeepLinear(widths, inputs=torch.tensor(X), targets=torch.tensor(Y))
    for subset in [(), (0,), (1,), (0, 1)]:
        weights = theory.critical_point(X, Y, widths, subset, rng=rng)
        point = classify(surface, surface.point([torch.tensor(W) for W in weights]))
        label = theory.label(weights, X, Y)
        assert isinstance(label, theory.Label)
        assert int(point.inertia.negative) == label.index
        assert int(point.inertia.undecided) == label.nullity
        assert int(point.inertia.positive) == label.positive


@pytest.mark.parametrize("widths", [(5, 4, 3), (5, 3, 2, 3)])
def test_most_found_points_have_the_index_of_their_label(
    digits: Callable[..., Any], widths: tuple[int, ...]
) -> None:
    # Points found near a lower stratum may be labelled as on it, with other counts.
    case = digits(widths)
    points = find(case.surface, case.starts(60)).critical
    X, Y = case.surface.inputs.numpy(), case.surface.targets.numpy()
    agreed = labelled = 0
    for w, point in zip(points, classify_batch(case.surface, points), strict=True):
        label = theory.label([W.numpy() for W in case.surface.weights(w)], X, Y)
        if isinstance(label, theory.Label):
            labelled += 1
            agreed += int(point.inertia.negative) == label.index
    assert labelled >= 40
    assert agreed >= 0.8 * labelled


def test_no_index_is_claimed_beyond_the_remaining_step(formula: Formulas) -> None:
    # The curvatures are 1.2e-11, far above rounding, but half of that over the remaining step.
    w = torch.full((2,), 1e-6, dtype=torch.float64)
    point = classify(formula("degenerate minimum"), w)
    assert point.status is Status.CRITICAL
    assert int(point.inertia.undecided) == 2


def test_a_batch_is_classified_as_its_points_are(formula: Formulas) -> None:
    surface = formula("double wells")
    w = torch.tensor([[1.0, 0, 1], [0, 0, 0], [1, 1, 1]], dtype=torch.float64)
    together = classify_batch(surface, w)
    assert [p.to_dict() for p in together] == [classify(surface, row).to_dict() for row in w]


def test_a_point_that_is_not_finite_is_undetermined(formula: Formulas) -> None:
    w = torch.tensor([torch.nan, 0.0, 0.0], dtype=torch.float64)
    point = classify(formula("double wells"), w)
    assert point.kind is Kind.UNDETERMINED
    assert point.status is Status.NOT_CONVERGED
    assert int(point.inertia.undecided) == 3


def test_a_wrong_global_value_makes_no_global_minimum(formula: Formulas) -> None:
    surface, w = formula("double wells"), torch.ones(3, dtype=torch.float64)
    assert classify(surface, w, global_value=0.0).kind is Kind.GLOBAL_MINIMUM
    assert classify(surface, w, global_value=-1.0).kind is Kind.LOCAL_MINIMUM


def test_the_generator_decides_the_bits(formula: Formulas) -> None:
    surface, w = formula("monkey saddle"), torch.zeros(2, dtype=torch.float64)
    first, second = (
        classify(surface, w, generator=Generator().manual_seed(4)).to_dict() for _ in range(2)
    )
    assert first == second
