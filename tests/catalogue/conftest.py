"""Records that are hard to keep, for every test of the room."""

import math
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

from lossatlas.catalogue import AbstractStore, MemoryStore, Record, SqliteStore

_NAMES = st.sampled_from(["loss", "index", "kind", "converged", "remark", "_", "a" * 64])
_SCALARS = st.one_of(
    st.floats(),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.none(),
    st.text(max_size=8),
    st.sampled_from([0.0, -0.0, 1, 1.0, True, math.nan, math.inf, -math.inf, "1", "nan", ""]),
)


def _point(words: list[int]) -> np.ndarray:
    """Any 64 bits are a float64: every not-a-number, every subnormal."""
    return np.frombuffer(struct.pack(f"<{len(words)}Q", *words), dtype="<f8").astype(np.float64)


_POINTS = st.one_of(st.none(), st.lists(st.integers(0, 2**64 - 1), max_size=5).map(_point))
_RECORDS = st.builds(
    Record,
    study=st.sampled_from(["kawaguchi", "choromanska", "'; DROP TABLE tasks; --", "ä\u0000☃"]),
    kind=st.sampled_from(["saddle", "minimum", ""]),
    attributes=st.dictionaries(_NAMES, _SCALARS, max_size=6),
    point=_POINTS,
)


@pytest.fixture(scope="session")
def scalars() -> st.SearchStrategy:
    return _SCALARS


@pytest.fixture(scope="session")
def names() -> st.SearchStrategy:
    return _NAMES


@pytest.fixture(scope="session")
def record_lists() -> st.SearchStrategy:
    return st.lists(_RECORDS, max_size=6)


@pytest.fixture(scope="session")
def task_tables(record_lists: st.SearchStrategy) -> st.SearchStrategy:
    """Task keys, each with its records."""
    return st.dictionaries(
        st.text("abcdef0123456789", min_size=1, max_size=4), record_lists, max_size=5
    )


@pytest.fixture(scope="session")
def same() -> Callable[[Record, Record], bool]:
    """Bit for bit: types of scalars, signs of zeros and the bits of not-a-number in points."""

    def content(record: Record) -> tuple[object, ...]:
        values = [(k, type(v), repr(v)) for k, v in record.attributes.items()]
        point = None if record.point is None else record.point.tobytes()
        return record.study, record.kind, values, point, record.origin

    return lambda one, other: content(one) == content(other)


@pytest.fixture
def new_store(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], AbstractStore]]:
    """Makes empty stores of the kind that the test is run for, and closes them."""
    made: list[AbstractStore] = []

    def make() -> AbstractStore:
        number = len(list(tmp_path.glob("*.db")))
        sqlite = request.param == "sqlite"
        made.append(SqliteStore(tmp_path / f"{number}.db") if sqlite else MemoryStore())
        return made[-1]

    yield make
    for store in made:
        store.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "new_store" in metafunc.fixturenames:
        metafunc.parametrize("new_store", ["memory", "sqlite"], indirect=True)
