"""Figures as data become what plotly.js draws."""

import json
from math import nan

import pytest
from hypothesis import given, strategies as st

from lossatlas.evidence import Band, Bars, Heatmap, Levels, Line, Mark, Panel, Scatter, numbers
from lossatlas.report import Report
from lossatlas.report._layout import panel_layout
from lossatlas.report._palette import LIGHT, NUM_CLASSES, SYMBOLS, class_slots
from lossatlas.report._style import figure_style
from lossatlas.report._traces import panel_traces

ANY = st.floats(width=32) | st.sampled_from([nan, 0.0, -1.0])


def _panel(*marks: Mark, x_log: bool = False, y_log: bool = False) -> Panel:
    return Panel("title", "x", "y", marks, x_log, y_log)


def _traces(*marks: Mark, **scales: bool) -> list[dict[str, object]]:
    panel = _panel(*marks, **scales)
    return panel_traces(panel, figure_style([panel]))


@given(st.lists(st.tuples(ANY, ANY, st.integers(0, 3)), max_size=12), st.booleans(), st.booleans())
def test_every_point_is_drawn_once_or_is_a_gap(
    points: list[tuple[float, float, int]], x_log: bool, y_log: bool
) -> None:
    x, y, group = ([p[i] for p in points] for i in range(3))
    mark = Scatter(tuple(x), tuple(y), group=tuple(group))
    traces = _traces(mark, x_log=x_log, y_log=y_log)
    assert sum(len(trace["x"]) for trace in traces) == len(points)
    json.dumps(traces, allow_nan=False)


@given(
    st.lists(ANY, min_size=1, max_size=6),
    st.lists(ANY, min_size=1, max_size=6),
    st.booleans(),
    st.booleans(),
)
def test_any_numbers_give_json_without_nan(
    x: list[float], heights: list[float], x_log: bool, y_log: bool
) -> None:
    z = tuple(tuple(a * b for a in x) for b in heights)
    panels = [
        _panel(Levels(tuple(heights), tuple("L" for _ in heights)), x_log=x_log, y_log=y_log),
        _panel(Line(tuple(x), tuple(x)), Levels(tuple(heights)), x_log=x_log, y_log=y_log),
        _panel(Bars(tuple(x), tuple(x)), x_log=x_log, y_log=y_log),
        _panel(Band(tuple(x), tuple(x), tuple(x)), x_log=x_log, y_log=y_log),
        _panel(Heatmap(numbers(range(len(x))), numbers(range(len(heights))), z, log=x_log)),
    ]
    for panel in panels:
        traces = panel_traces(panel, figure_style([panel]))
        json.dumps([traces, panel_layout(panel, traces)], allow_nan=False)


def test_a_band_goes_along_one_curve_and_back_along_the_other() -> None:
    band = Band((1.0, 2.0, 3.0), (1.0, nan, 3.0), (4.0, 5.0, 6.0), "loss")
    drawn, line = _traces(Line((1.0, 3.0), (2.0, 4.0), "loss"), band)
    assert (drawn["x"], drawn["y"]) == ([1.0, 3.0, 3.0, 1.0], [4.0, 6.0, 3.0, 1.0])
    assert drawn["fillcolor"] == line["line"]["color"]  # type: ignore[index]


def _roles(item: object, key: str = "") -> set[str]:
    if isinstance(item, dict):
        return {role for k, v in item.items() for role in _roles(v, k)}
    if isinstance(item, list):
        return {role for entry in item for role in _roles(entry)}
    is_role = isinstance(item, str) and item.startswith("@") and key.endswith("color")
    return {item[1:]} if is_role and isinstance(item, str) else set()


def test_every_role_has_a_colour(outcome: Report) -> None:
    for figure in outcome.figures:
        for panel in figure.panels:
            traces = panel_traces(panel, figure_style(figure.panels))
            assert _roles([traces, panel_layout(panel, traces)]) <= LIGHT.keys()


def test_an_index_looks_the_same_in_every_figure() -> None:
    one = _traces(Scatter((1.0, 2.0), (1.0, 2.0), group=(0, 3), group_label="index"))
    other = _traces(Scatter((1.0, 2.0), (1.0, 2.0), group=(3, 5), group_label="index"))
    looks = {
        t["name"]: (t["marker"]["color"], t["marker"]["symbol"])
        for t in (*one, *other)
        if t["name"] == "index 3"
    }
    assert looks == {"index 3": ("@c3", SYMBOLS[3])}
    assert one[1]["marker"]["color"] == other[0]["marker"]["color"]


def test_classes_differ_in_symbol_and_not_in_colour_alone() -> None:
    traces = _traces(Scatter(tuple(map(float, range(8))), (1.0,) * 8, group=tuple(range(8))))
    assert len({t["marker"]["symbol"] for t in traces}) == NUM_CLASSES
    assert len({t["marker"]["color"] for t in traces}) == NUM_CLASSES


def test_more_classes_than_can_be_told_apart_become_a_scale() -> None:
    num = NUM_CLASSES + 1
    (trace,) = _traces(
        Scatter(
            tuple(map(float, range(num))),
            (1.0,) * num,
            group=tuple(range(num)),
            group_label="index",
        )
    )
    assert trace["marker"]["color"] == list(range(num))
    assert "index 8" in trace["text"][-1]


@given(st.lists(st.integers(-5, 90), max_size=20))
def test_slots_are_distinct_and_keep_small_numbers(groups: list[int]) -> None:
    slots = class_slots(groups)
    if len(set(groups)) > NUM_CLASSES:
        assert slots is None
        return
    assert slots is not None
    assert set(slots) == set(groups)
    assert len(set(slots.values())) == len(slots)
    assert all(0 <= slot < NUM_CLASSES for slot in slots.values())


def test_a_label_keeps_its_colour_from_panel_to_panel() -> None:
    a, b = Line((1.0,), (1.0,), "predicted"), Line((1.0,), (1.0,), "computed")
    panels = [_panel(a, b), _panel(b, a)]
    style = figure_style(panels)
    looks = [
        {t["name"]: t["line"]["color"] for t in panel_traces(panel, style)} for panel in panels
    ]
    assert looks[0] == looks[1]
    assert len(set(looks[0].values())) == 2


def test_marks_without_classes_take_no_colour_of_a_class() -> None:
    points = Scatter((1.0,), (1.0,), group=(0,))
    _, line = sorted(
        _traces(points, Line((1.0, 2.0), (1.0, 2.0), "bound")), key=lambda t: t["mode"] == "lines"
    )
    assert line["line"]["color"] == "@ink"


def test_levels_reach_across_the_data_and_are_named() -> None:
    levels = Levels((1.0, 2.0), ("S = {1}", "S = {}"), "critical values")
    panel = _panel(Scatter((1.0, 100.0), (1.0, 2.0)), levels, x_log=True)
    traces = panel_traces(panel, figure_style([panel]))
    drawn = next(t for t in traces if t["name"] == "critical values")
    places = [x for x in drawn["x"] if x is not None]
    assert min(places) < 1.0
    assert max(places) > 100.0
    names = [a["text"] for a in panel_layout(panel, traces)["annotations"]]
    assert names == ["S = {1}", "S = {}"]
    assert {"S = {1}", "S = {}"} <= set(drawn["text"])


def test_names_of_crowded_levels_are_left_to_the_pointer() -> None:
    heights = (*(1.0 + 1e-4 * i for i in range(40)), 2.0)
    panel = _panel(Levels(heights, tuple(f"S{i}" for i in range(41))))
    layout = panel_layout(panel, panel_traces(panel, figure_style([panel])))
    assert [a["text"] for a in layout["annotations"]] == ["S0", "S40"]


def test_a_logarithmic_field_shows_exponents_and_tells_values() -> None:
    field = Heatmap((0.0, 1.0), (0.0,), ((100.0, -1.0),), "loss", log=True)
    cells = _traces(field)[0]
    assert cells["z"] == [[pytest.approx(2.0), None]]
    assert cells["customdata"] == [[100.0, -1.0]]


def _field(*values: float, label: str = "loss", log: bool = False, size: int = 2) -> Heatmap:
    places = numbers(range(size))
    row = tuple(values[i % len(values)] for i in range(size))
    return Heatmap(places, places, (row,) * size, label, log)


def _scales(*fields: Heatmap) -> list[tuple[float | None, float | None]]:
    panels = [_panel(field) for field in fields]
    style = figure_style(panels)
    cells = [panel_traces(panel, style)[0] for panel in panels]
    return [(trace.get("zmin"), trace.get("zmax")) for trace in cells]


@given(st.lists(st.floats(-9, 9), min_size=2, max_size=6))
def test_fields_of_one_quantity_at_the_same_places_share_their_scale(values: list[float]) -> None:
    fields = [_field(value, nan) for value in values]
    assert _scales(*fields) == [(min(values), max(values))] * len(values)


@pytest.mark.parametrize(
    "other",
    [_field(2.0, label="energy"), _field(2.0, log=True), _field(2.0, size=3), _field(nan)],
)
def test_fields_that_cannot_be_compared_keep_their_own_scales(other: Heatmap) -> None:
    first = _field(nan) if other.z[0][0] != other.z[0][0] else _field(1.0)
    assert _scales(first, other) == [(None, None)] * 2
    assert _scales(other) == [(None, None)]


@pytest.mark.parametrize(("size", "drawn"), [(8, False), (15, False), (16, True), (40, True)])
def test_no_smooth_line_is_drawn_between_a_few_large_cells(size: int, drawn: bool) -> None:
    traces = _traces(_field(1.0, 2.0, size=size))
    assert [trace["type"] for trace in traces] == ["heatmap", "contour"][: 1 + drawn]


def test_the_pointer_reads_a_field_by_the_names_of_its_axes() -> None:
    panel = Panel("", "column", "row", (_field(1.0),))
    (cells,) = panel_traces(panel, figure_style([panel]))
    assert cells["hovertemplate"].startswith("column: %{x")
    assert "row: %{y" in cells["hovertemplate"]


def test_no_name_of_a_level_is_repeated() -> None:
    levels = Levels((1.0, 2.0, 3.0, 4.0), ("value at 0", "critical value", "critical value", "end"))
    layout = panel_layout(_panel(levels), [])
    assert [a["text"] for a in layout["annotations"]] == ["value at 0", "critical value", "end"]


def test_the_words_of_few_bars_stand_one_below_the_other() -> None:
    few, many = (
        panel_layout(_panel(Bars(names, (1.0,) * len(names))), [])["xaxis"]
        for names in (("bad saddle", "a<b"), tuple(f"bad {i}" for i in range(20)))
    )
    assert (few["tickvals"], few["ticktext"]) == ([0, 1], ["bad<br>saddle", "a&lt;b"])
    assert many["ticktext"][0] == "bad 0"


def test_points_among_named_bars_stand_over_the_bars_that_they_count() -> None:
    """The third point is over the third bar, whatever the bars are called, as on paper."""
    bars = Bars(("low", "middle", "high"), (1.0, 2.0, 3.0))
    other = Bars(("high", "low"), (4.0, 5.0))
    points = Scatter((0.0, 1.0, 2.0), (1.0, 2.0, 3.0), "counted")
    first, second, over = _traces(bars, other, points)
    assert first["x"] == over["x"] == [0.0, 1.0, 2.0]
    assert second["x"] == [2, 0]
    assert [told for told, _ in second["customdata"]] == ["high", "low"]


def test_stacked_bars_stand_on_those_before_them_at_the_same_place() -> None:
    low, high = Bars(("a", "b"), (1.0, nan), "low"), Bars(("b", "a"), (2.0, 4.0), "high")
    panel = Panel("", "x", "y", (low, high), stacked=True)
    below, above = panel_traces(panel, figure_style([panel]))
    assert (below["base"], above["base"]) == ([0.0, 0.0], [0.0, 1.0])
    assert [height for _, height in above["customdata"]] == [2.0, 4.0]
    assert below["offsetgroup"] == above["offsetgroup"]
    assert "base" not in _traces(low)[0]


def test_a_name_stands_in_the_legend_once() -> None:
    first = Scatter((1.0, 2.0), (1.0, 2.0), "searches", (0, 1), "index")
    second = Scatter((3.0, 4.0), (1.0, 2.0), "descents", (0, 1), "index", symbol="cross")
    names = [t["name"] for t in _traces(first, second) if t.get("showlegend", True)]
    assert names == ["index 0", "index 1", "searches", "descents"]


def test_symbols_tell_sets_apart_where_there_are_several() -> None:
    first = Scatter((1.0, 2.0), (1.0, 2.0), "searches", (0, 1))
    second = Scatter((3.0, 4.0), (1.0, 2.0), "descents", (0, 1), symbol="cross")
    symbols = [t["marker"]["symbol"] for t in _traces(first, second)]
    assert symbols == ["circle", "circle", "cross", "cross", "circle", "cross"]


def test_several_sets_share_one_colour_scale() -> None:
    groups = [tuple(range(10)), tuple(range(5, 15))]
    marks = [Scatter(numbers(range(10)), numbers(range(10)), "s", g, "index") for g in groups]
    markers = [trace["marker"] for trace in _traces(*marks)]
    assert {(m["cmin"], m["cmax"]) for m in markers} == {(0, 14)}
    assert [m.get("showscale", True) for m in markers] == [True, False]


@pytest.mark.parametrize(
    ("place", "side"),
    [
        ((0.5, 0.5), "top center"),
        ((0.0, 0.0), "top right"),
        ((1.0, 1.0), "bottom left"),
        ((0.5, 1.0), "bottom center"),
    ],
)
def test_a_point_over_a_field_bears_its_name_where_there_is_room(
    place: tuple[float, float], side: str
) -> None:
    field = Heatmap((0.0, 1.0), (0.0, 1.0), ((1.0, 2.0), (3.0, 4.0)), "loss")
    point = Scatter((place[0],), (place[1],), "a <saddle>")
    panel = _panel(field, point)
    traces = panel_traces(panel, figure_style([panel]))
    assert traces[-1]["text"] == ["a &lt;saddle&gt;"]
    assert traces[-1]["textposition"] == side
    assert not panel_layout(panel, traces)["showlegend"]


def test_a_field_fills_its_axes() -> None:
    panel = _panel(Heatmap((0.0, 1.0), (0.0, 2.0), ((1.0, 2.0), (3.0, 4.0))))
    layout = panel_layout(panel, [])
    assert layout["xaxis"]["range"] == [-0.5, 1.5]
    assert layout["yaxis"]["range"] == [-1.0, 3.0]


def test_rounding_is_not_blown_up_to_a_landscape() -> None:
    flat, hilly = (
        panel_layout(_panel(Line((0.0, 1.0), (96.75, 96.75 + step))), [])["yaxis"].get("range")
        for step in (3e-14, 1e-3)
    )
    assert hilly is None
    assert flat[1] - flat[0] > 1.0


def test_a_prediction_and_its_measurement_share_a_colour() -> None:
    marks = [
        mark
        for name in ("subset {}", "subset {1}")
        for mark in (
            Line((1.0,), (1.0,), f"predicted, {name}"),
            Scatter((1.0,), (1.0,), f"computed, {name}"),
        )
    ]
    traces = _traces(*marks)
    colours = {t["name"]: (t.get("line") or t["marker"])["color"] for t in traces}
    assert colours["predicted, subset {}"] == colours["computed, subset {}"]
    assert colours["predicted, subset {1}"] == colours["computed, subset {1}"]
    assert len(set(colours.values())) == 2
