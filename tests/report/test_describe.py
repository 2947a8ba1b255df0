"""Who does not see a figure reads what is in it."""

from math import nan

import pytest
from hypothesis import assume, given, strategies as st

from lossatlas.evidence import Band, Bars, Heatmap, Levels, Line, Mark, Panel, Scatter, numbers
from lossatlas.report._describe import MAX_ROWS, data_tables, panel_description
from lossatlas.report._finite import left_out
from lossatlas.report._text import number


def _panel(*marks: Mark) -> Panel:
    return Panel("Found points", "gradient norm", "loss", marks, x_log=True)


def test_a_description_names_the_axes_and_counts_the_marks() -> None:
    panel = _panel(
        Levels((1.0, 2.0), label="critical values"),
        Scatter((1.0, 2.0, 3.0), (1.0, 2.0, 2.0), "found", (0, 0, 2)),
        Line((1.0,), (1.0,)),
        Band((1.0, 2.0), (1.0, 1.0), (2.0, 2.0)),
        Bars((1.0,), (1.0,)),
        Heatmap((1.0, 2.0), (1.0,), ((1.0, 2.0),)),
    )
    assert panel_description(panel) == (
        "Found points. loss against gradient norm: 2 levels (critical values); "
        "3 points in 2 classes (found); a line through 1 point; a band through 2 points; 1 bar; a field of 1 by 2 values."
    )


def test_an_empty_panel_says_so() -> None:
    assert panel_description(_panel()).endswith(": nothing.")


def test_a_short_table_has_every_row_and_a_long_one_both_ends() -> None:
    short, long = (
        data_tables(_panel(Line(tuple(map(float, range(n))), tuple(map(float, range(n))))))[0]
        for n in (MAX_ROWS, 1000)
    )
    assert len(short.rows) == len(long.rows) == MAX_ROWS
    assert (long.rows[0][0], long.rows[-1][0]) == ("0", "999")
    assert "24 of 1000 rows" in long.caption


@pytest.mark.parametrize("kind", [Line, Bars])
def test_a_long_histogram_is_told_by_the_bins_that_are_not_empty(kind: type[Line | Bars]) -> None:
    heights = [0.0] * 82
    heights[41], heights[53] = 200.0, 7.0
    (table,) = data_tables(_panel(kind(numbers(range(82)), tuple(heights), "identity")))
    assert table.rows == (("41", "200"), ("53", "7"))
    assert "of 82 rows those that are not 0" in table.caption


@given(st.lists(st.floats(1, 9) | st.just(nan), min_size=MAX_ROWS + 1, max_size=99))
def test_a_long_table_holds_its_extremes(heights: list[float]) -> None:
    assume(any(height == height for height in heights))
    (table,) = data_tables(_panel(Line(numbers(range(len(heights))), tuple(heights))))
    told = {row[1] for row in table.rows}
    finite = [height for height in heights if height == height]
    assert {number(min(finite)), number(max(finite))} <= told
    assert len(table.rows) <= MAX_ROWS + 2


def test_points_bring_their_class_and_remark() -> None:
    mark = Scatter((1.0,), (nan,), "found", (2,), "index", ("S = {1}\nsecond line",))
    (table,) = data_tables(_panel(mark))
    assert table.columns == ("gradient norm", "loss", "index", "remark")
    assert table.rows == (("1", "not a number", "2", "S = {1}; second line"),)


def test_a_field_tells_its_extremes_and_where_they_are() -> None:
    places = numbers(range(20))
    rows = [[3.0] * 20 for _ in places]
    rows[6][0], rows[6][1], rows[7][2] = -1.0, 9.0, nan
    (table,) = data_tables(_panel(Heatmap(places, places, tuple(map(tuple, rows)), "loss")))
    assert table.rows == (
        ("smallest", "\u22121", "0", "6"),
        ("largest", "9", "1", "6"),
    )


def test_a_small_field_is_told_cell_by_cell() -> None:
    field = Heatmap((0.0, 1.0), (5.0, 6.0), ((3.0, nan), (-1.0, 1 / 3)), "loss")
    (table,) = data_tables(_panel(field))
    assert table.columns[1:] == ("0", "1")
    assert table.rows == (("5", "3", "not a number"), ("6", "\u22121", "0.3333"))


def test_a_band_tells_both_its_ends() -> None:
    (table,) = data_tables(_panel(Band((1.0,), (2.0,), (3.0,), "loss")))
    assert table.columns == ("gradient norm", "loss, lower", "loss, upper")
    assert table.caption == "loss, from the lower to the upper end: 1 row"
    assert table.rows == (("1", "2", "3"),)


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        (Line((1.0, 2.0), (1.0, 2.0)), []),
        (
            Line((0.0, 1.0), (1.0, nan), "path"),
            [
                "2 values of \u201cpath\u201d cannot be drawn and stay a gap: 1 not a number and "
                "1 not positive on a logarithmic scale."
            ],
        ),
        (
            Heatmap((0.0,), (0.0,), ((nan,),)),
            ["1 value of this panel cannot be drawn and stay a gap: 1 not a number."],
        ),
        (Bars(("a", "b"), (1.0, 2.0)), []),
        (
            Band((1.0, 2.0), (1.0, nan), (2.0, nan)),
            ["1 value of this panel cannot be drawn and stay a gap: 1 not a number."],
        ),
        (Levels((float("inf"),), label="bound"), None),
    ],
)
def test_what_cannot_be_drawn_is_counted(mark: Mark, told: list[str] | None) -> None:
    found = left_out(_panel(mark))
    assert found == told if told is not None else len(found) == 1
