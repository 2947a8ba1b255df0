"""Numbers read as numbers, and sentences as sentences."""

import re
from math import inf, nan

import pytest
from hypothesis import given, strategies as st

from lossatlas.report._prose import prose
from lossatlas.report._settings import grouped
from lossatlas.report._text import count, minus, number, short, told, value


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (None, "\u2013"),
        (True, "yes"),
        (20161, "20161"),
        (1e-8, "10\u207b\u2078"),
        (-2.5e21, "\u22122.5\u00b710\u00b2\u00b9"),
        (-0.5, "\u22120.5"),
        (nan, "not a number"),
        (inf, "+infinity"),
        (-inf, "\u2212infinity"),
        ([64, 8, 10], "64, 8, 10"),
        ([[6, 5, 3], [4, 2]], "6-5-3, 4-2"),
        ("text-with-hyphen", "text-with-hyphen"),
    ],
)
def test_values_are_said_in_words(item: object, said: str) -> None:
    assert value(item) == said


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_nine_digits_of_a_number_come_back(item: float) -> None:
    assert _read(number(item)) == float(f"{item:.9g}")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_table_to_be_read_has_four_digits_of_a_measurement(item: float) -> None:
    whole = 1e4 <= abs(item) < 1e6
    assert _read(short(item)) == (round(item) if whole else float(f"{item:.4g}"))


@given(st.integers())
def test_whole_numbers_keep_every_digit(item: int) -> None:
    assert int(_ascii(told(str(item)))) == int(_ascii(count(item))) == item


def _read(text: str) -> float:
    """A printed number, read back."""
    mantissa, power, exponent = _ascii(text).partition("10^")
    return float(f"{mantissa.rstrip('*') or 1}e{exponent}" if power else mantissa)


def _ascii(text: str) -> str:
    plain = text.replace("\u2212", "-").replace("\u202f", "").replace("\u00b7", "*")
    lowered = plain.translate(str.maketrans(_RAISED, "-0123456789"))
    return (
        lowered
        if lowered == plain
        else f"{plain[: _first_raised(plain)]}^{lowered[_first_raised(plain) :]}"
    )


_RAISED = "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"


def _first_raised(text: str) -> int:
    return next(place for place, sign in enumerate(text) if sign in _RAISED)


@given(st.text(alphabet="0123456789e-+.%, ax\u2212_^`<&"))
def test_printing_twice_is_printing_once(text: str) -> None:
    assert told(told(text)) == told(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at most 1e-08 of 90%", "at most 10\u207b\u2078 of 90\u202f%"),
        ("0 of 4,400, 1 of 1,234,567", "0 of 4400, 1 of 1\u202f234\u202f567"),
        ("layers of 1,2,3 and 16,32 units, 1,234.5", None),
        ("10000 of 2000", "10\u202f000 of 2000"),
        ("arXiv 2107.13289, arXiv:1605.07110, page 12-34567", None),
        ("seed-12345 and v1.23456 and 1605.07110v3 and 10.1000/12345", None),
        ("deadbeef 1e5x", None),
    ],
)
def test_numbers_in_sentences_are_printed_as_elsewhere_and_names_are_not(
    text: str, said: str | None
) -> None:
    assert told(text) == (text if said is None else said)


@given(st.text())
def test_a_sentence_becomes_no_element_but_code_and_raised_and_lowered_signs(text: str) -> None:
    tags = set(re.findall(r"<[^>]*>", str(prose(text))))
    assert tags <= {f"<{end}{name}>" for name in ("code", "sup", "sub") for end in ("", "/")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the preset `standard`", "the preset <code>standard</code>"),
        ("one ` alone", "one ` alone"),
        ("`a_b^2 1e-08`", "<code>a_b^2 1e-08</code>"),
        ("W_H X^T, c^2, 2^{-k}", "W<sub>H</sub> X<sup>T</sup>, c<sup>2</sup>, 2<sup>-k</sup>"),
        ("E_\u221e, P^(1/H)", "E<sub>\u221e</sub>, P<sup>1/H</sup>"),
        ("plain_steps, n^1/2, x_10", "plain_steps, n^1/2, x_10"),
        ("a_b & <i>_x", "a<sub>b</sub> &amp; &lt;i&gt;_x"),
    ],
)
def test_code_and_formulas_in_sentences(text: str, said: str) -> None:
    assert str(prose(text)) == said


@pytest.mark.parametrize("text", ["5-4-3", "2107-13289", "higher-order", "K1-K7", "a - b"])
def test_hyphens_stay_hyphens(text: str) -> None:
    assert minus(text) == text


def test_a_list_of_settings_has_a_row_each() -> None:
    networks = [{"data": "digits", "hidden": [8, 4], "draws": None}, {"data": "mnist10"}]
    rows = [("networks 1", "data digits; hidden 8, 4"), ("networks 2", "data mnist10")]
    assert grouped({"networks": networks}) == [("", rows)]


def test_settings_stand_under_the_path_that_leads_to_them() -> None:
    settings = {"studies": {"k": {"family": {"data": {"side": 8}, "width": 2}, "seed": 0}}}
    assert grouped(settings) == [
        ("studies: k", [("seed", "0")]),
        ("studies: k: family", [("width", "2")]),
        ("studies: k: family: data", [("side", "8")]),
    ]
