"""Figures are data: whole, plain, and the same after a journey."""

import json
import re
from dataclasses import replace
from math import isnan, nan
from typing import Any

import numpy as np
import pytest
import torch

from lossatlas.evidence import (
    Band,
    Bars,
    Figure,
    Globe,
    Heatmap,
    Levels,
    Line,
    Mark,
    Panel,
    Scatter,
    directions,
    numbers,
)

MARKS: list[Mark] = [
    Scatter((1.0, 2.0), (3.0, 4.0), "points", (0, 2), "index", ("a", "b"), "diamond"),
    Scatter((), ()),
    Line((1.0, 2.0), (3.0, 4.0), "line", dashed=True),
    Band((1.0, 2.0), (3.0, 4.0), (3.5, 4.5), "band"),
    Levels((1.0,), ("S = {}",), "levels"),
    Heatmap((0.0, 1.0), (0.0,), ((1.0, 2.0),), "loss", log=True),
    Bars(("minimum", "saddle"), (3.0, 4.0), "kinds"),
    Bars((1.0, 2.0), (3.0, 4.0)),
    Globe(((1.0, 2.0, 3.0, 4.0),) * 3),
    Globe(
        energy=((1.0, 2.0, 3.0, 4.0),) * 3,
        points=((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
        heights=(0.5, -1.5),
        index=(1, 0),
        kind=("saddle", "minimum"),
        hover=("certified", ""),
        lines=(((1.0, 0.0, 0.0), (0.6, 0.0, -0.8), (0.0, 0.0, -1.0)),),
        starts=(0,),
        ends=(1,),
        label="energy per spin",
    ),
]


GLOBE = MARKS[-1]


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
        Band: {"x": (1.0,), "low": (1.0,), "high": ()},
        Levels: {"values": (1.0,), "names": ("a", "b")},
        Heatmap: {"x": (1.0,), "y": (1.0,), "z": ((1.0, 2.0),)},
        Bars: {"x": ("a",), "heights": ()},
    }[mark]


@pytest.mark.parametrize("mark", [Scatter, Line, Band, Levels, Heatmap, Bars])
def test_a_ragged_mark_is_refused_where_it_is_made(mark: type[Mark]) -> None:
    with pytest.raises(ValueError, match="should have the length 1 of"):
        mark(**_misses(mark))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"energy": ((1.0, 2.0),) * 3}, "`energy` should have at least 3 rows and 4 columns"),
        ({"energy": ()}, "`energy` should have at least 3 rows"),
        ({"energy": ((1.0,) * 4, (1.0,) * 4, (1.0,) * 5)}, "`energy[i]` should have the length 4"),
        ({"heights": (1.0,)}, "`heights` should have the length 2 of `points`"),
        ({"hover": ("a",)}, "`hover` should have the length 2 of `points`"),
        ({"index": (1, 3)}, "`index` should lie between 0 and 2. Got 3"),
        ({"points": ((1.0, 0.0, 0.0), (0.0, 0.0, 0.9))}, "`points` should hold unit vectors"),
        ({"points": ((1.0, 0.0, 0.0), (nan, 0.0, 0.0))}, "`points` should hold unit vectors"),
        pytest.param(
            {"points": ((1.0, 0.0, 0.0), (1.0, 0.0))},
            "`points` should hold unit vectors",
            marks=pytest.mark.unhooked,
        ),
        ({"lines": (((1.0, 0.0, 0.0),),)}, "`lines` should have at least two vectors each"),
        ({"starts": (2,)}, "`starts` should lie between 0 and 1. Got 2"),
        ({"starts": (-1,)}, "`starts` should lie between 0 and 1. Got -1"),
        ({"ends": (-2,)}, "`ends` should lie between -1 and 1. Got -2"),
        ({"ends": (1, 1)}, "`ends` should have the length 1 of `lines`"),
    ],
)
def test_a_globe_that_does_not_fit_together_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        replace(GLOBE, **wrong)


def test_a_line_may_end_at_no_point() -> None:
    assert replace(GLOBE, ends=(-1,)).ends == (-1,)


def test_a_globe_stands_alone_on_its_panel() -> None:
    with pytest.raises(ValueError, match="`marks` should hold a globe alone"):
        Panel("", "", "", (GLOBE, Line((1.0,), (1.0,))))
    assert Panel("", "", "", (GLOBE,)).globe is GLOBE
    assert Panel("", "", "", (MARKS[0], MARKS[1])).globe is None


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (7, 12), (8, 5)])
def test_the_grid_covers_the_sphere(rows: int, columns: int) -> None:
    grid = np.array(directions(rows, columns))
    assert grid.shape == (rows, columns, 3)
    assert np.allclose(np.linalg.norm(grid, axis=-1), 1)
    assert np.allclose(grid[0], (0, 0, -1))
    assert np.allclose(grid[-1], (0, 0, 1))
    # the columns go round once: their mean on a parallel is its centre
    assert np.allclose(grid.mean(axis=1)[:, :2], 0)


def test_a_grid_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3 rows and 4 columns"):
        directions(2, 4)


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
