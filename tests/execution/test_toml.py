"""What is written as TOML reads back."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, strategies as st

from lossatlas.execution import to_toml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(table=st.dictionaries(TEXT, VALUES, max_size=5))
def test_every_table_reads_back_as_it_was(table: dict[str, Any]) -> None:
    found = tomllib.loads(to_toml(table))
    assert repr(_ordered(found)) == repr(_ordered(table))


def _ordered(value: Any) -> Any:
    """TOML puts a table's plain values before its tables; a table's order means nothing."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def test_none_is_left_out_at_every_depth() -> None:
    table = {"a": None, "b": {"c": None, "d": 1}, "e": [{"f": None, "g": 2}], "h": {"i": None}}
    assert tomllib.loads(to_toml(table)) == {"b": {"d": 1}, "e": [{"g": 2}], "h": {}}


def test_the_text_is_one_that_a_person_reads() -> None:
    table = {"widths": (64, 8), "preset": "quick", "data": {"name": "digits", "classes": [3, 8]}}
    assert to_toml(table) == (
        'widths = [64, 8]\npreset = "quick"\n\n[data]\nname = "digits"\nclasses = [3, 8]\n'
    )


@pytest.mark.parametrize("value", [object(), [None], {1, 2}, b"x", [[object()]]])
def test_what_toml_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="`settings` should be plain values"):
        to_toml({"a": value})
