"""Records become rows: by kind, sorted, grouped."""

from random import Random

import numpy as np
from hypothesis import given, strategies as st

from lossatlas.catalogue import MemoryStore, Record
from lossatlas.studies._rows import by, count, read_kinds, sort_kinds

SIZES = st.lists(st.integers(0, 5), min_size=1, max_size=8)


def _store(*records: Record) -> MemoryStore:
    store = MemoryStore()
    store.commit("task", "{}", list(records))
    return store


def _record(kind: str, size: int, study: str = "study") -> Record:
    return Record(study, kind, {"size": size}, np.array([float(size)]))


def test_arrays_come_only_with_the_kinds_that_ask_for_them() -> None:
    store = _store(_record("curve", 2), _record("point", 3))
    rows = read_kinds(store, "study", ("curve", "point"), arrays=("curve",))
    assert rows["curve"][0]["array"].tolist() == [2.0]
    assert rows["point"] == [{"size": 3}]


def test_a_condition_holds_for_its_kind_alone_and_other_studies_stay_out() -> None:
    store = _store(
        *(_record(kind, size) for kind in ("point", "line") for size in (1, 2)),
        _record("point", 1, "another"),
    )
    rows = read_kinds(store, "study", ("point", "line", "none"), only={"point": {"size": 1}})
    assert [row["size"] for row in rows["point"]] == [1]
    assert sorted(row["size"] for row in rows["line"]) == [1, 2]
    assert rows["none"] == []


@given(SIZES, st.randoms(use_true_random=False))
def test_the_order_of_rows_forgets_the_order_of_tasks(sizes: list[int], random: Random) -> None:
    shuffled = random.sample(sizes, len(sizes))
    rows = sort_kinds(
        {"point": [{"size": size} for size in shuffled], "unknown": [{}]},
        {"point": "points", "line": "lines"},
        lambda row: row["size"],
    )
    assert [row["size"] for row in rows["points"]] == sorted(sizes)
    assert rows["lines"] == ()
    assert set(rows) == {"points", "lines"}


@given(SIZES)
def test_groups_lose_no_row_and_stand_in_order_of_first_appearance(sizes: list[int]) -> None:
    rows = [{"size": size, "place": place} for place, size in enumerate(sizes)]
    groups = by("size", rows)
    assert groups == by(lambda row: row["size"], rows)
    assert list(groups) == list(dict.fromkeys(sizes))
    for size, own in groups.items():
        assert own == [row for row in rows if row["size"] == size]
        assert count(rows, lambda row, size=size: row["size"] == size) == len(own)
