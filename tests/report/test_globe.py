"""A globe as data for the page, as words and tables, and on paper."""

import json
from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pytest

from lossatlas.evidence import Figure, Globe, Line, Panel, directions
from lossatlas.report import Report, render_report
from lossatlas.report._describe import data_tables, panel_description
from lossatlas.report._finite import left_out
from lossatlas.report._globe import front, globe_data
from lossatlas.report._palette import VIRIDIS
from lossatlas.report._paper import painted

ATTACK = "</script><img src=x onerror='hacked=1'>"
GLOBE = Globe(
    energy=tuple(tuple(x + 2 * z for x, _, z in row) for row in directions(7, 12)),
    points=((0.0, 0.0, -1.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    heights=(-2.0, 1.0, 2.0),
    index=(0, 1, 2),
    kind=("minimum", "saddle", "maximum"),
    hover=("certified\nradius 1e-15", "", ATTACK),
    lines=(((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)), ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))),
    starts=(1, 1),
    ends=(0, 2),
    label="energy per spin",
)


def _panel(globe: Globe = GLOBE) -> Panel:
    return Panel("N = 3", "", "", (globe,))


def _page(*panels: Panel) -> str:
    figure = Figure("globe", "A globe", (), "shows", "cannot", panels)
    return render_report(Report((), figures=(figure,)))


def test_the_page_is_told_points_lines_and_a_key() -> None:
    data = globe_data(GLOBE)
    cells = [x for row in GLOBE.energy for x in row]
    assert data["range"] == (min(cells), max(cells))
    assert [point["index"] for point in data["points"]] == [0, 1, 2]
    assert data["points"][0]["text"].split("\n") == [
        "minimum, index 0",
        "energy per spin \u22122",
        "certified",
        "radius 1e-15",
    ]
    assert [line["ascends"] for line in data["lines"]] == [False, True]
    assert [entry["text"] for entry in data["key"]] == [
        "minimum, index 0: 1",
        "saddle, index 1: 1",
        "maximum, index 2: 1",
        "steepest descent from a saddle: 1",
        "steepest ascent from a saddle: 1",
    ]
    json.dumps(data, allow_nan=False)


def test_the_front_shows_the_deepest_minimum_and_its_pass() -> None:
    towards = np.array(front(GLOBE))
    assert np.linalg.norm(towards) == pytest.approx(1)
    assert (np.array(GLOBE.points)[:2] @ towards > 0.5).all()
    assert front(Globe(GLOBE.energy)) == (1.0, 0.0, 0.0)


def test_a_line_that_is_lost_is_no_ascent() -> None:
    data = globe_data(replace(GLOBE, ends=(0, -1)))
    assert [line["ascends"] for line in data["lines"]] == [False, False]


def test_numbers_that_are_missing_are_gaps_and_are_counted() -> None:
    row = (nan, *GLOBE.energy[3][1:])
    globe = replace(GLOBE, energy=(*GLOBE.energy[:3], row, *GLOBE.energy[4:]))
    assert globe_data(globe)["grid"][3][0] is None
    assert left_out(_panel(globe)) == [
        "1 value of \u201cenergy per spin\u201d cannot be drawn and stay a gap: 1 not a number."
    ]
    assert left_out(_panel()) == []
    assert set(painted(Figure("g", "", (), "", "", (_panel(globe),)))) == {"svg", "png"}


def test_a_globe_is_described_in_words_and_tables() -> None:
    said = panel_description(_panel())
    assert said == (
        "N = 3. energy per spin on the sphere of directions; minimum, index 0: 1; saddle, index 1: 1; "
        "maximum, index 2: 1; 2 lines of steepest descent or ascent."
    )
    points, lines = data_tables(_panel())
    assert points.columns == ("point", "kind", "index", "energy per spin", "x", "y", "z", "remark")
    assert points.rows[0] == (
        "1", "minimum", "0", "\u22122", "0", "0", "\u22121", "certified; radius 1e-15",
    )  # fmt: skip
    assert lines.rows == (("2", "1"), ("2", "3"))
    assert data_tables(_panel(replace(GLOBE, ends=(0, -1))))[1].rows[1] == ("2", "none")
    assert len(data_tables(_panel(Globe(GLOBE.energy)))) == 1


def test_only_a_page_with_axes_carries_the_drawing_library() -> None:
    alone, both = _page(_panel()), _page(_panel(), Panel("", "x", "y", (Line((0.0,), (1.0,)),)))
    assert len(alone) < 200_000 < len(both)
    assert "plotly.js" not in alone
    assert 'role="application"' in alone
    assert "GlobeView" in alone
    assert "GlobeView" not in _page(Panel("", "x", "y", (Line((0.0,), (1.0,)),)))


def test_words_on_a_globe_are_words() -> None:
    page = _page(_panel(replace(GLOBE, label=ATTACK, kind=(ATTACK,) * 3)))
    assert ATTACK not in page
    assert "<img" not in page


def test_the_same_globe_gives_the_same_files() -> None:
    figure = Figure("globe", "A globe", (), "shows", "cannot", (_panel(),))
    assert painted(figure) == painted(figure)


def test_a_globe_with_a_dollar_in_its_label_starts_no_formula() -> None:
    globe = replace(GLOBE, label="cost in $ and $")
    assert painted(Figure("g", "", (), "", "", (Panel("$x", "", "", (globe,)),)))


@pytest.mark.crosscheck
def test_viridis_is_viridis() -> None:
    from matplotlib import colormaps

    for place, colour in zip(np.linspace(0, 1, len(VIRIDIS)), VIRIDIS, strict=True):
        ours: Any = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        assert np.allclose(colormaps["viridis"](place)[:3], ours, atol=0.02)
