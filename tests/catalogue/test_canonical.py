"""One text for one value."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, strategies as st

from lossatlas.catalogue import canonical_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
def test_the_text_reads_back_as_the_value(value: Any) -> None:
    assert repr(_sorted(json.loads(canonical_json(value)))) == repr(_sorted(value))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


@given(table=st.dictionaries(st.text(), st.integers(), max_size=6), data=st.data())
def test_the_order_of_keys_does_not_matter(table: dict[str, int], data: st.DataObject) -> None:
    shuffled = {key: table[key] for key in data.draw(st.permutations(list(table)))}
    assert canonical_json(shuffled) == canonical_json(table)


@given(value=st.floats(allow_nan=False))
def test_floats_keep_every_bit(value: float) -> None:
    found = json.loads(canonical_json(value))
    assert found == value
    assert math.copysign(1, found) == math.copysign(1, value)


def test_values_that_are_equal_in_python_but_not_in_kind_differ() -> None:
    assert len({canonical_json(value) for value in (1, 1.0, True, "1", [1])}) == 5


@pytest.mark.parametrize("value", [object(), {1}, b"x", 1j, {"a": object()}, [{1: 2}], {None: 1}])
def test_what_json_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="`settings` should"):
        canonical_json(value, name="settings")
