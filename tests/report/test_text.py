"""Numbers read as numbers."""

from math import inf, nan

import pytest
from hypothesis import given, strategies as st

from lossatlas.report._text import flattened, minus, number, value


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (None, "\u2013"),
        (True, "yes"),
        (20161, "20161"),
        (1e-8, "1e\u221208"),
        (-0.5, "\u22120.5"),
        (nan, "not a number"),
        (inf, "+infinity"),
        (-inf, "\u2212infinity"),
        ([64, 8, 10], "64, 8, 10"),
        ("text-with-hyphen", "text-with-hyphen"),
    ],
)
def test_values_are_said_in_words(item: object, said: str) -> None:
    assert value(item) == said


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_nine_digits_of_a_number_come_back(item: float) -> None:
    assert float(number(item).replace("\u2212", "-")) == float(f"{item:.9g}")


@pytest.mark.parametrize("text", ["5-4-3", "2107-13289", "higher-order", "K1-K7", "a - b"])
def test_hyphens_stay_hyphens(text: str) -> None:
    assert minus(text) == text


def test_a_list_of_settings_has_a_row_each() -> None:
    networks = [{"data": "digits", "hidden": [8, 4], "draws": None}, {"data": "mnist10"}]
    assert list(flattened({"networks": networks})) == [
        ("networks 1", "data digits; hidden 8, 4"),
        ("networks 2", "data mnist10"),
    ]
