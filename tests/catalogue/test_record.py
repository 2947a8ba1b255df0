"""What a record may hold, and what it refuses."""

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest

from lossatlas.catalogue import Record


def test_numpy_scalars_become_the_python_numbers_that_they_are() -> None:
    given_ = {"a": np.float64(0.1), "b": np.int64(3), "c": np.bool_(True), "d": np.float32(0.5)}
    kept = Record("s", "x", given_).attributes
    assert kept == {"a": 0.1, "b": 3, "c": True, "d": 0.5}
    assert [type(v) for v in kept.values()] == [float, int, bool, float]


def test_a_float32_point_is_kept_as_the_same_numbers_in_float64() -> None:
    point = np.array([0.1, math.nan, -math.inf], dtype=np.float32)
    kept = Record("s", "x", {}, point).point
    assert kept is not None
    assert kept.dtype == np.float64
    np.testing.assert_array_equal(kept, point)


def test_a_point_on_a_stride_is_kept_whole() -> None:
    kept = Record("s", "x", {}, np.arange(10.0)[::3]).point
    assert kept is not None
    assert kept.tolist() == [0, 3, 6, 9]


def test_a_records_point_cannot_be_written_to() -> None:
    point = Record("s", "x", {}, np.ones(2)).point
    assert point is not None
    with pytest.raises(ValueError, match="read-only"):
        point[0] = 2


@pytest.mark.parametrize(
    "name",
    ["", "a b", "a'b", "1a", "a-b", "a" * 65, "ä", "task", "ordinal", "study", "record", "a\n"],
)
def test_names_that_are_no_identifiers_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="be named by identifiers"):
        Record("s", "x", {name: 1})


@pytest.mark.parametrize(
    "value", [[1], (1,), {"a": 1}, object(), 1j, b"x", 2**63, -(2**63) - 1, np.ones(2)]
)
def test_values_that_are_no_scalars_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"`attributes\['a'\]` should be"):
        Record("s", "x", {"a": value})


@pytest.mark.parametrize("where", ["study", "kind", "value"])
def test_text_that_cannot_be_written_as_utf_8_is_refused(where: str) -> None:
    words = {"study": "s", "kind": "x", "value": "v", where: "\ud800"}
    with pytest.raises(ValueError, match="lone surrogates"):
        Record(words["study"], words["kind"], {"a": words["value"]})


@pytest.mark.unhooked
@pytest.mark.parametrize("point", [np.ones((2, 2)), np.ones(2, dtype=int), np.array(1.0)])
def test_points_that_are_no_real_vectors_are_refused(point: np.ndarray) -> None:
    with pytest.raises(ValueError, match="`point` should be a real vector"):
        Record("s", "x", {}, point)


def test_a_record_survives_the_way_back_from_a_worker() -> None:
    point = np.array([math.nan, -0.0])
    record = Record("s", "x", {"a": math.nan, "b": True}, point)
    for other in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record)):
        assert repr(other.attributes) == repr(record.attributes)
        assert other.point.tobytes() == point.tobytes()
