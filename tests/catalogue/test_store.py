"""The contract of every store, in memory and in SQLite alike."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from lossatlas.catalogue import AbstractStore, MemoryStore, Range, Record
from lossatlas.evidence import Check, Claim, Figure, Line, Panel, Strength, Verdict

Make = Callable[[], AbstractStore]
Same = Callable[[Record, Record], bool]
# Each example makes files and waits for the disk.
shared = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _filled(store: AbstractStore, table: dict[str, list[Record]]) -> AbstractStore:
    for key, records in table.items():
        store.commit(key, f'{{"task":"{key}"}}', records)
    return store


def _numbered(count: int) -> list[Record]:
    return [
        Record("s", "saddle", {"index": i, "loss": i / 4}, np.full(i, 1.5)) for i in range(count)
    ]


@shared
@given(data=st.data())
def test_records_come_back_bit_for_bit_by_task_key_and_place(
    new_store: Make, task_tables: Any, same: Same, data: st.DataObject
) -> None:
    table = data.draw(task_tables)
    store = _filled(new_store(), table)
    expected = [
        replace(record, origin=(key, place))
        for key in sorted(table)
        for place, record in enumerate(table[key])
    ]
    found = list(store.records())
    assert len(found) == len(expected) == store.count()
    assert all(map(same, found, expected))
    assert store.completed() == set(table)


@shared
@given(data=st.data())
def test_the_order_in_which_tasks_come_in_leaves_no_trace(
    new_store: Make, task_tables: Any, same: Same, data: st.DataObject
) -> None:
    table = data.draw(task_tables)
    order = data.draw(st.permutations(list(table)))
    one = _filled(new_store(), table)
    other = _filled(new_store(), {key: table[key] for key in order})
    assert one.digest() == other.digest()
    assert all(map(same, one.records(), other.records()))


@shared
@given(data=st.data())
def test_the_digest_is_the_memory_stores(
    new_store: Make, task_tables: Any, data: st.DataObject
) -> None:
    table = data.draw(task_tables)
    assert _filled(new_store(), table).digest() == _filled(MemoryStore(), table).digest()


@shared
@given(data=st.data())
def test_a_query_finds_what_a_plain_loop_finds(
    new_store: Make, record_lists: Any, names: Any, scalars: Any, data: st.DataObject
) -> None:
    records = data.draw(record_lists)
    store = _filled(new_store(), {"k": records})
    numbers = st.one_of(st.none(), st.integers(-5, 5), st.floats(allow_nan=False))
    conditions = st.one_of(
        scalars, st.lists(scalars, max_size=3), st.builds(Range, numbers, numbers, st.booleans())
    )
    values = [v for r in records for v in r.attributes.values()]
    if values:
        conditions = st.one_of(conditions, st.sampled_from(values))
    where = data.draw(st.dictionaries(names, conditions, max_size=2))
    expected = [i for i, r in enumerate(records) if _meets(r.attributes, where)]
    assert [r.origin[1] for r in store.records(where=where) if r.origin] == expected
    assert store.count(where=where) == len(expected)


def _meets(attributes: Any, where: dict[str, Any]) -> bool:
    """Witness, written apart from the code: what the words of the contract say."""
    for name, wanted in where.items():
        if name not in attributes:
            return False
        value = attributes[name]
        number = type(value) in (int, float) and not math.isnan(value)
        if isinstance(wanted, Range):
            low = -math.inf if wanted.low is None else wanted.low
            high = math.inf if wanted.high is None else wanted.high
            inside = number and low <= value <= high
            open_end = not wanted.closed and number
            if open_end and (value in (wanted.low, wanted.high)):
                inside = False
            if not inside:
                return False
        elif not any(_equal(value, w) for w in (wanted if isinstance(wanted, list) else [wanted])):
            return False
    return True


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, float) and isinstance(wanted, float) and math.isnan(value):
        return math.isnan(wanted)
    return (type(value) is bool) == (type(wanted) is bool) and value == wanted


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"index": 3}, [3]),
        ({"index": 3.0}, [3]),
        ({"index": (1, 4, 99)}, [1, 4]),
        ({"index": Range(low=3)}, [3, 4]),
        ({"index": Range(3, 4, closed=False)}, []),
        ({"loss": Range(0.25, 0.5), "index": Range(high=1)}, [1]),
        ({"index": ()}, []),
        ({"absent": 1}, []),
        ({}, [0, 1, 2, 3, 4]),
    ],
)
def test_conditions_are_equalities_sets_and_ranges(
    new_store: Make, where: dict[str, Any], found: list[int]
) -> None:
    store = _filled(new_store(), {"k": _numbered(5)})
    assert [r.attributes["index"] for r in store.records(where=where)] == found


def test_not_a_number_and_infinities_are_found_by_their_names(new_store: Make) -> None:
    values = [math.nan, math.inf, -math.inf, None, 0.0, -1e308]
    store = _filled(new_store(), {"k": [Record("s", "x", {"loss": v}) for v in values]})

    def places(condition: Any) -> list[int]:
        return [r.origin[1] for r in store.records(where={"loss": condition}) if r.origin]

    assert places(math.nan) == [0]
    assert places(math.inf) == [1]
    assert places(Range(high=0)) == [2, 4, 5]
    assert places(Range()) == [1, 2, 4, 5]
    assert places(None) == [3]
    assert places([math.nan, None, math.inf]) == [0, 1, 3]


def test_booleans_are_not_numbers(new_store: Make) -> None:
    store = _filled(new_store(), {"k": [Record("s", "x", {"a": v}) for v in (True, 1, 1.0, "1")]})
    assert [r.attributes["a"] for r in store.records(where={"a": True})] == [True]
    assert [r.attributes["a"] for r in store.records(where={"a": 1})] == [1, 1.0]
    assert [r.attributes["a"] for r in store.records(where={"a": "1"})] == ["1"]


def test_study_kind_and_limit_narrow_the_choice(new_store: Make) -> None:
    records = [
        Record(s, k, {"i": i}) for i, (s, k) in enumerate([("a", "x"), ("a", "y"), ("b", "x")] * 2)
    ]
    store = _filled(new_store(), {"k": records})
    assert [r.attributes["i"] for r in store.records("a", "x")] == [0, 3]
    assert [r.attributes["i"] for r in store.records(kind="x", limit=3)] == [0, 2, 3]
    assert list(store.records(limit=0)) == []
    assert store.count("b") == 2
    assert store.kinds() == {("a", "x"): 2, ("a", "y"): 2, ("b", "x"): 2}


def test_points_can_be_left_out(new_store: Make) -> None:
    store = _filled(new_store(), {"k": _numbered(3)})
    assert [r.point for r in store.records(points=False)] == [None] * 3
    assert [len(r.point) for r in store.records() if r.point is not None] == [0, 1, 2]


def test_a_task_that_is_there_is_not_taken_twice(new_store: Make) -> None:
    store = new_store()
    assert store.commit("k", "{}", _numbered(2), provenance={"cpu": "one"})
    before = store.digest()
    assert not store.commit("k", "{}", _numbered(3), provenance={"cpu": "other"})
    assert store.digest() == before
    assert dict(store.provenance()) == {"k": {"cpu": "one"}}


def test_a_task_without_records_is_done_all_the_same(new_store: Make) -> None:
    store = _filled(new_store(), {"k": []})
    assert store.completed() == {"k"}
    assert list(store.tasks()) == [("k", '{"task":"k"}')]


def test_provenance_does_not_enter_the_digest(new_store: Make) -> None:
    one, other = new_store(), new_store()
    one.commit("k", "{}", _numbered(2), provenance={"seconds": 1.0, "cpu": "a"})
    other.commit("k", "{}", _numbered(2), provenance={"seconds": 2.0, "cpu": "b"})
    assert one.digest() == other.digest()


CHANGES: dict[str, Callable[[Record], Record]] = {
    "study": lambda r: replace(r, study="t"),
    "kind": lambda r: replace(r, kind="minimum"),
    "a value's last bit": lambda r: replace(r, attributes={**r.attributes, "loss": 0.1 + 2**-56}),
    "a value's sign of zero": lambda r: replace(r, attributes={**r.attributes, "zero": -0.0}),
    "a value's type": lambda r: replace(r, attributes={**r.attributes, "index": 2.0}),
    "a value's name": lambda r: replace(r, attributes={"lose": 0.1, "zero": 0.0, "index": 2}),
    "one attribute more": lambda r: replace(r, attributes={**r.attributes, "more": None}),
    "a coordinate's last bit": lambda r: replace(r, point=np.nextafter(np.ones(2), 2)),
    "the dimension": lambda r: replace(r, point=np.ones(3)),
    "no point": lambda r: replace(r, point=None),
}


@pytest.mark.parametrize("what", CHANGES)
def test_any_change_of_content_changes_the_digest(new_store: Make, what: str) -> None:
    record = Record("s", "saddle", {"loss": 0.1, "zero": 0.0, "index": 2}, np.ones(2))
    one, other = (_filled(new_store(), {"k": [r]}) for r in (record, CHANGES[what](record)))
    assert one.digest() != other.digest()


def test_an_outcome_changes_the_digest_and_a_task_does_too(new_store: Make) -> None:
    store = _filled(new_store(), {"k": _numbered(1)})
    digests = [store.digest()]
    store.save_outcome("s", [{"id": "K1"}], [])
    digests.append(store.digest())
    store.save_outcome("s", [{"id": "K2"}], [])
    digests.append(store.digest())
    store.commit("l", "{}", [])
    digests.append(store.digest())
    assert len(set(digests)) == 4


def test_verdicts_and_figures_come_back_as_they_were(new_store: Make) -> None:
    claim = Claim("K1", "a statement", "plainly", "a paper", "a rule")
    check = Check.within(
        "loss",
        predicted=1.0,
        measured=math.nan,
        tolerance=0.1,
        sample_size=3,
        strength=Strength.MEASURED,
    )
    verdict = Verdict.judge(claim, "kawaguchi", [check], seed=7, notes=["a note"])
    gap = (1.0, math.nan, -math.inf)
    figure = Figure("f", "t", ("K1",), "c", "l", (Panel("p", "x", "y", (Line(gap, gap),)),))
    store = new_store()
    store.save_outcome("kawaguchi", [verdict.to_dict()], [figure.to_dict()])
    assert Verdict.from_dict(store.verdicts()[0]) == verdict
    assert repr(Figure.from_dict(store.figures()[0])) == repr(figure)


def test_a_new_outcome_replaces_the_studys_old_one_only(new_store: Make) -> None:
    store = new_store()
    for study, name in [("b", "B1"), ("a", "A1"), ("b", "B2")]:
        store.save_outcome(study, [{"id": name}, {"id": name + "'"}], [{"id": name}])
    assert [v["id"] for v in store.verdicts()] == ["A1", "A1'", "B2", "B2'"]
    assert [v["id"] for v in store.verdicts("b")] == ["B2", "B2'"]
    assert [f["id"] for f in store.figures()] == ["A1", "B2"]
    assert store.outcomes() == ["a", "b"]
    assert store.verdicts("c") == []


def test_a_failed_commit_leaves_nothing(new_store: Make) -> None:
    store = new_store()
    before = store.digest()
    broken: Sequence[Any] = [*_numbered(2), "no record"]
    with pytest.raises((TypeError, AttributeError)):
        store.commit("k", "{}", broken)
    with pytest.raises(ValueError, match="provenance"):
        store.commit("k", "{}", _numbered(2), provenance={"x": object()})
    assert store.completed() == set()
    assert store.digest() == before
    assert store.commit("k", "{}", _numbered(2))


def test_a_search_that_goes_on_does_not_change_what_it_recorded(new_store: Make) -> None:
    point, attributes = np.ones(3), {"loss": 1.0}
    store = _filled(new_store(), {"k": [Record("s", "x", attributes, point)]})
    point[:], attributes["loss"] = 7, 7.0
    (record,) = store.records()
    assert record.attributes == {"loss": 1.0}
    assert record.point is not None
    assert record.point.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "where",
    [
        {"loss; DROP TABLE tasks": 1},
        {"loss') OR 1=1 --": 1},
        {"": 1},
        {"loss": Range(low=math.nan)},
        {"loss": object()},
        {"loss": [[1]]},
    ],
)
def test_what_is_not_a_condition_is_refused_at_once(new_store: Make, where: dict[str, Any]) -> None:
    store = new_store()
    for query in (store.records, store.count):
        with pytest.raises(ValueError, match="should"):
            query(where=where)


def test_a_negative_limit_is_refused(new_store: Make) -> None:
    with pytest.raises(ValueError, match="`limit` should not be negative"):
        new_store().records(limit=-1)


def test_words_that_look_like_sql_are_only_words(new_store: Make) -> None:
    evil = "x' OR '1'='1'; DROP TABLE records; --"
    store = _filled(
        new_store(), {evil: [Record(evil, evil, {"a": evil}), Record("s", "k", {"a": "b"})]}
    )
    assert store.count(evil, evil, where={"a": evil}) == 1
    assert store.count() == 2
