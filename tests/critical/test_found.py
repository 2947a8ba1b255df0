"""Results print as counts and turn into plain values."""

import json
from collections.abc import Callable

import pytest
import torch
from torch import Generator

from lossatlas.critical import Found, Kind, Status, classify, find
from lossatlas.surfaces import AbstractSurface

Formulas = Callable[[str], AbstractSurface]


def _found(formula: Formulas) -> Found:
    surface = formula("double wells")
    starts = surface.random_point(Generator().manual_seed(0), (6,))
    starts[2] = torch.nan
    return find(surface, starts)


def test_counts_add_up_and_are_what_is_printed(formula: Formulas) -> None:
    found = _found(formula)
    assert found.counts[Status.CRITICAL] == 5
    assert sum(found.counts.values()) == len(found) == 6
    assert repr(found) == "Found(6 searches: 5 critical, 1 not converged)"


def test_a_notebook_shows_every_status(formula: Formulas) -> None:
    html = _found(formula)._repr_html_()
    assert all(f"<td>{status.value}</td>" in html for status in Status)
    assert "nan" not in html


def test_columns_are_plain_and_of_one_length(formula: Formulas) -> None:
    columns = _found(formula).to_dict(points=True)
    assert {len(column) for column in columns.values()} == {6}
    assert json.loads(json.dumps(columns))["status"].count("critical") == 5


def test_masks_select_the_critical_points(formula: Formulas) -> None:
    found = _found(formula)
    assert found.critical.shape == (5, 3)
    assert found.having(Status.NOT_CONVERGED).nonzero().tolist() == [[2]]


def test_a_classified_point_prints_and_is_plain(formula: Formulas) -> None:
    point = classify(formula("double wells"), torch.zeros(3, dtype=torch.float64))
    assert repr(point) == "CriticalPoint(maximum, loss 0.75, critical, -3 ?0 +0)"
    assert point.index == (3, 3)
    assert json.loads(json.dumps(point.to_dict()))["kind"] == Kind.MAXIMUM
    assert "maximum" in point._repr_html_()


def test_a_frame_has_the_columns_of_the_dictionary(formula: Formulas) -> None:
    pytest.importorskip("pandas")
    found = _found(formula)
    assert list(found.to_frame().columns) == list(found.to_dict())
