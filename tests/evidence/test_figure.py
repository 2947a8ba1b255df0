"""Figures are data: whole, plain, and the same after a journey."""

import json
from math import isnan, nan
from typing import Any

import numpy as np
import pytest
import torch

from lossatlas.evidence import (
    Bars,
    Figure,
    Heatmap,
    Levels,
    Line,
    Mark,
    Panel,
    Scatter,
    numbers,
)

MARKS: list[Mark] = [
    Scatter((1.0, 2.0), (3.0, 4.0), "points", (0, 2), "index", ("a", "b"), "diamond"),
    Scatter((), ()),
    Line((1.0, 2.0), (3.0, 4.0), "line", dashed=True),
    Levels((1.0,), ("S = {}",), "levels"),
    Heatmap((0.0, 1.0), (0.0,), ((1.0, 2.0),), "loss", log=True),
    Bars(("minimum", "saddle"), (3.0, 4.0), "kinds"),
    Bars((1.0, 2.0), (3.0, 4.0)),
]


def _figure(*marks: Mark) -> Figure:
    panel = Panel("title", "x", "y", marks, y_log=True)
    return Figure("id", "title", ("K1", "K2"), "shows", "cannot", (panel, panel))


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: type(mark).__name__)
def test_a_figure_survives_json(mark: Mark) -> None:
    figure = _figure(mark)
    assert Figure.from_dict(json.loads(json.dumps(figure.to_dict()))) == figure


def test_a_gap_survives_json_as_nan_and_as_null() -> None:
    values = _figure(Line((1.0, 2.0), (nan, 3.0))).to_dict()
    for text in (json.dumps(values), json.dumps(values).replace("NaN", "null")):
        mark = Figure.from_dict(json.loads(text)).panels[0].marks[0]
        assert isinstance(mark, Line)
        assert isnan(mark.y[0])
        assert mark.y[1] == 3.0


def _misses(mark: type[Mark]) -> dict[str, Any]:
    return {
        Scatter: {"x": (1.0,), "y": (1.0, 2.0)},
        Line: {"x": (1.0,), "y": ()},
        Levels: {"values": (1.0,), "names": ("a", "b")},
        Heatmap: {"x": (1.0,), "y": (1.0,), "z": ((1.0, 2.0),)},
        Bars: {"x": ("a",), "heights": ()},
    }[mark]


@pytest.mark.parametrize("mark", [Scatter, Line, Levels, Heatmap, Bars])
def test_a_ragged_mark_is_refused_where_it_is_made(mark: type[Mark]) -> None:
    with pytest.raises(ValueError, match="should have the length 1 of"):
        mark(**_misses(mark))


@pytest.mark.parametrize("extra", [{"group": (1,)}, {"hover": ("a",)}], ids=["group", "hover"])
def test_classes_and_remarks_are_one_a_point_or_none(extra: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"`{next(iter(extra))}` should have the length 2 of `x`"):
        Scatter((1.0, 2.0), (1.0, 2.0), **extra)


@pytest.mark.parametrize(
    "values",
    [np.array([1, 2], dtype=np.float32), torch.tensor([1.0, 2.0]), range(1, 3), (1.0, 2.0)],
    ids=["numpy", "torch", "range", "tuple"],
)
def test_numbers_come_from_anything_that_holds_them(values: Any) -> None:
    assert numbers(values) == (1.0, 2.0)
    assert all(type(item) is float for item in numbers(values))
