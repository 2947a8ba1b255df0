"""Ticks stand at round or measured places, can be read, and do not run into each other."""

from itertools import pairwise
from math import log10, nan

import pytest
from hypothesis import assume, given, strategies as st

from lossatlas.evidence import Heatmap, Levels, Line, Panel, Scatter, numbers
from lossatlas.report._extent import spanned
from lossatlas.report._layout import panel_layout
from lossatlas.report._ticks import axis_ticks

EXPONENTS = st.floats(-12, 12)


def _panel(x: list[float], y: list[float], *, x_log: bool = False, y_log: bool = False) -> Panel:
    return Panel("", "x", "y", (Line(numbers(x), numbers(y)),), x_log, y_log)


def _at(panel: Panel, axis: str = "x") -> list[float]:
    return [place for place, _ in axis_ticks(panel, axis) or []]


@given(EXPONENTS, st.floats(1e-3, 1.99))
def test_a_logarithmic_axis_of_few_decades_has_at_least_three_ticks_well_apart(
    low: float, span: float
) -> None:
    heights = [10.0**low, 10.0 ** (low + span)]
    panel = _panel([1.0, 2.0], heights, y_log=True)
    places = [log10(place) for place in _at(panel, "y")]
    assert len(places) >= 3
    assert all(low - 0.061 * span <= place <= low + 1.061 * span for place in places)
    assert min(b - a for a, b in pairwise(places)) >= 0.04 * span


@given(EXPONENTS, st.floats(2.01, 20))
def test_a_logarithmic_axis_of_many_decades_is_ticked_at_powers_of_ten(
    low: float, span: float
) -> None:
    panel = _panel([1.0, 2.0], [10.0**low, 10.0 ** (low + span)], y_log=True)
    assert axis_ticks(panel, "y") is None
    assert panel_layout(panel, [])["yaxis"]["dtick"] >= 1


@given(EXPONENTS, st.floats(1e-3, 1.99))
def test_every_tick_is_called_by_its_own_number(low: float, span: float) -> None:
    """No two names are equal, and none is the digit that stands for its decade."""
    panel = _panel([1.0, 2.0], [10.0**low, 10.0 ** (low + span)], y_log=True)
    names = [name for _, name in axis_ticks(panel, "y") or []]
    assert len(set(names)) == len(names)
    layout = panel_layout(panel, [])["yaxis"]
    assert (layout["tickmode"], layout["ticktext"]) == ("array", names)


@pytest.mark.parametrize(
    ("places", "log"),
    [
        ([16.0, 32.0, 64.0, 128.0], True),
        ([1.0, 2.0, 4.0, 10.0, 28.0], True),
        ([1.0, 2.0, 3.0, 4.0], False),
        ([25.0, 50.0, 100.0, 250.0, 500.0], True),
    ],
)
def test_few_measured_places_are_ticked_themselves(places: list[float], log: bool) -> None:
    assert _at(_panel(places, places, x_log=log)) == places


@pytest.mark.parametrize(
    ("places", "log"),
    [
        ([float(i) for i in range(60)], False),
        ([0.0, 0.01, 1.0], False),
        ([0.123456, 0.5, 1.0], False),
        ([nan, nan], False),
        ([0.0, 1.0], False),
    ],
)
def test_many_near_or_long_places_are_left_to_the_axis(places: list[float], log: bool) -> None:
    assert axis_ticks(_panel(places, places, x_log=log), "x") is None


@given(st.lists(st.integers(1, 400), min_size=3, max_size=10, unique=True), st.booleans())
def test_measured_ticks_lie_at_measured_places(places: list[int], log: bool) -> None:
    panel = _panel([float(place) for place in places], [1.0] * len(places), x_log=log)
    ticks = _at(panel)
    low, high = spanned(panel, "x")
    heights = sorted(log10(place) if log else place for place in places)
    assume(min(b - a for a, b in pairwise(heights)) >= 0.0701 * (high - low))
    assert ticks == sorted(places)


def test_a_small_field_is_ticked_at_its_rows_and_columns() -> None:
    field = Heatmap(numbers(range(1, 9)), numbers(range(1, 6)), (numbers([0.0] * 8),) * 5)
    panel = Panel("", "column", "row", (field,))
    assert _at(panel, "x") == list(range(1, 9))
    assert _at(panel, "y") == list(range(1, 6))


@pytest.mark.parametrize("log", [False, True])
def test_names_of_ticks_along_the_horizontal_axis_have_room(log: bool) -> None:
    for low in (3.1e-11, 2.2e3, 0.31):
        panel = _panel([low, 2 * low, 2.7 * low], [1.0, 2.0, 3.0], x_log=log)
        ticks = axis_ticks(panel, "x") or []
        assert sum(len(name) for _, name in ticks) <= 32 or len(ticks) <= 3


def test_thousands_are_written_out() -> None:
    panel = _panel([1.0], [3000.0], y_log=True)
    names = [name for _, name in axis_ticks(panel, "y") or []]
    assert {"1000", "2000", "5000"} <= set(names)


def test_levels_are_no_measured_places() -> None:
    points = Scatter((1.0, 2.0, 3.0), (0.5, 0.25, 0.125))
    panel = Panel("", "x", "y", (points, Levels((0.1, 0.9))))
    assert _at(panel) == [1.0, 2.0, 3.0]
    assert axis_ticks(panel, "y") is None
