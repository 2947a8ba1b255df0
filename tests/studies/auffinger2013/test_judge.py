"""A planted violation turns the verdict that it violates, and no other."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lossatlas.evidence import Ruling, Verdict
from lossatlas.studies.auffinger2013._means import comparisons
from lossatlas.studies.auffinger2013._rows import Rows

Judge = Callable[[Rows], dict[str, Verdict]]
Change = Callable[[dict[str, Any]], Any]


def changed(rows: Rows, field: str, key: str, change: Change, **where: Any) -> Rows:
    """The rows with one key changed where every condition holds."""
    meets = lambda row: all(row[name] == value for name, value in where.items())  # noqa: E731
    new = tuple(
        {**row, key: change(dict(row))} if meets(row) else row for row in getattr(rows, field)
    )
    assert new != getattr(rows, field)
    return replace(rows, **{field: new})


VIOLATIONS = [
    pytest.param("C21", "ratios", "log_total", lambda r: r["log_minima"], {"size": 2}, id="half"),
    pytest.param("C21", "ratios", "rate", lambda r: r["rate"] - 0.2, {"size": 40}, id="slow rate"),
    pytest.param("C21", "counts", "index_1", lambda r: r["index_1"] + 2, {"size": 3}, id="saddles"),
    pytest.param("C21", "counts", "total", lambda r: r["total"] + 2, {"order": 4}, id="total"),
    pytest.param("C21", "expected", "index_0", lambda _: 1.0, {"size": 3}, id="wrong theory"),
    pytest.param("C6", "grounds", "log_beyond", lambda _: 0.0, {"size": 100}, id="more below"),
    pytest.param("C6", "grounds", "limit", lambda _: 0.01, {"size": 100}, id="positive rate"),
    pytest.param("C8", "layers", "complexity", lambda _: 1e-6, {"size": 20}, id="no root"),
    pytest.param("C8", "layers", "log_beyond", lambda _: 1.0, {"size": 30}, id="layer filled"),
    pytest.param("C8", "layers", "energy", lambda _: 1.0, {"level": 1}, id="order of levels"),
    pytest.param("C9", "layers", "log_dominance", lambda _: 0.1, {"size": 10}, id="more saddles"),
    pytest.param(
        "C9", "layers", "log_dominance_beyond", lambda _: 0.1, {"size": 30}, id="rising ratio"
    ),
    pytest.param(
        "C10", "rates", "rate", lambda r: r["rate"] + 1, {"size": 320}, id="off the limit"
    ),
    pytest.param(
        "C10", "rates", "log_sharp", lambda r: r["log_sharp"] + 0.06, {"size": 320}, id="prefactor"
    ),
    pytest.param(
        "C10", "counts", "window_4", lambda r: r["window_4"] + 3, {"size": 3}, id="window"
    ),
    pytest.param("C19", "bands", "log_share", lambda _: 0.0, {"size": 60}, id="rising share"),
    pytest.param("C19", "bands", "decay", lambda _: 0.0, {"size": 60}, id="slower decay"),
]


def test_all_claims_hold_on_honest_rows(rows: Rows, judge: Judge) -> None:
    assert {claim: v.ruling for claim, v in judge(rows).items()} == dict.fromkeys(
        ("C21", "C6", "C8", "C9", "C10", "C19"), Ruling.HOLDS
    )


@pytest.mark.parametrize(("claim", "field", "key", "change", "where"), VIOLATIONS)
def test_a_violation_turns_its_verdict_alone(
    claim: str,
    field: str,
    key: str,
    change: Change,
    where: dict[str, Any],
    rows: Rows,
    judge: Judge,
) -> None:
    verdicts = judge(changed(rows, field, key, change, **where))
    assert verdicts[claim].ruling is Ruling.FAILS
    assert verdicts[claim].sentence != judge(rows)[claim].sentence
    others = {name for name, v in verdicts.items() if v.ruling is not Ruling.HOLDS}
    assert others == {claim}


def test_the_lowest_window_belongs_to_two_claims(rows: Rows, judge: Judge) -> None:
    doctored = changed(rows, "counts", "window_0", lambda r: r["window_0"] + 3, size=3)
    failing = {name for name, v in judge(doctored).items() if v.ruling is Ruling.FAILS}
    assert failing == {"C6", "C10"}


def test_few_instances_leave_the_counts_undecided(rows: Rows, judge: Judge) -> None:
    few = replace(rows, counts=rows.counts[:50])
    verdicts = judge(few)
    assert verdicts["C21"].ruling is Ruling.UNDECIDED
    assert verdicts["C10"].ruling is Ruling.UNDECIDED
    assert verdicts["C8"].ruling is Ruling.HOLDS


def test_without_rows_everything_is_undecided(judge: Judge) -> None:
    assert {v.ruling for v in judge(Rows()).values()} == {Ruling.UNDECIDED}


def test_an_empty_window_has_an_error_all_the_same(rows: Rows) -> None:
    empty = changed(rows, "counts", "window_0", lambda _: 0, size=3)
    told = [c for c in comparisons(empty, "window") if (c.size, c.what) == (3, "window_0")]
    assert told[0].standard_error > 0


def test_two_sizes_are_no_trend(rows: Rows, judge: Judge) -> None:
    few = replace(rows, grounds=rows.grounds[:2])
    assert judge(few)["C6"].ruling is Ruling.UNDECIDED
