"""A planted violation turns the verdict that it violates, and no other."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from lossatlas.catalogue import Record
from lossatlas.evidence import Ruling, Strength, Verdict

Judge = Callable[[Iterable[Record]], dict[str, Verdict]]
Test = Callable[[dict[str, Any]], bool]


def doctored(
    records: list[Record], kind: str, which: Test, changes: dict[str, Any], *, number: int = 1
) -> list[Record]:
    """The records with the first ones that pass the test changed."""
    result = list(records)
    places = [i for i, r in enumerate(records) if r.kind == kind and which(dict(r.attributes))]
    for place in places[:number]:
        old = records[place]
        result[place] = Record(old.study, old.kind, {**old.attributes, **changes}, old.point)
    return result


def role(name: str, **wanted: Any) -> Test:
    return lambda row: row["role"] == name and all(row[k] == v for k, v in wanted.items())


def any_row(row: dict[str, Any]) -> bool:
    return bool(row)


NEGATIVE: Test = lambda row: row["curvature"] < 0  # noqa: E731

VIOLATIONS = [
    pytest.param("K1", "curvature", NEGATIVE, {"curvature": 5.0}, id="K1: no negative curvature"),
    pytest.param("K1", "curvature", NEGATIVE, {"error": 6.0}, id="K1: curvature within its error"),
    pytest.param(
        "K2", "point", role("descent"), {"global_distance": 1e-7}, id="K2: higher minimum"
    ),
    pytest.param(
        "K2", "point", role("descent"), {"global_distance": -1e-7}, id="K2: lower minimum"
    ),
    pytest.param(
        "K3",
        "point",
        role("constructed", kind="bad saddle"),
        {"descent": float("nan")},
        id="K3: a bad saddle that nothing leaves",
    ),
    pytest.param(
        "K3",
        "point",
        role("exact", kind="strict saddle"),
        {"index": 0},
        id="K3: a rational minimum",
    ),
    pytest.param(
        "K4", "point", role("search", hidden_layers=2), {"index": 1}, id="K4: index below the bound"
    ),
    pytest.param(
        "K4",
        "point",
        role("constructed", kind="strict saddle", hidden_layers=2),
        {"predicted_index": 1, "index": 1},
        id="K4: predicted below the bound",
    ),
    pytest.param(
        "K5",
        "point",
        role("search", hidden_layers=1),
        {"index": 0, "predicted_index": 0, "inner_full": False},
        id="K5: a bad saddle in a shallow network",
    ),
    pytest.param("K5", "escape", any_row, {"fitted_order": 2.0}, id="K5: left along a curvature"),
    pytest.param("K5", "escape", any_row, {"descent": 0.1}, id="K5: not left downhill"),
    pytest.param(
        "K5",
        "point",
        role("constructed", origin=True),
        {"origin": False},
        id="K5: W = 0 is missing",
    ),
    pytest.param("K6", "point", role("search"), {"value_distance": 2e-8}, id="K6: off the list"),
    pytest.param(
        "K6", "point", role("search"), {"undecided": 14}, id="K6: more positive than the label has"
    ),
    pytest.param(
        "K7", "point", role("constructed"), {"undecided": 18}, id="K7: nullity not as predicted"
    ),
    pytest.param(
        "K7", "point", role("exact"), {"kind": "local minimum"}, id="K7: class not as predicted"
    ),
    pytest.param("K7", "spectrum", any_row, {"distance": 1e-7}, id="K7: spectrum off the formula"),
]


def test_every_claim_holds_on_records_without_violation(
    many_records: list[Record], judged: Judge
) -> None:
    assert {id: verdict.ruling for id, verdict in judged(many_records).items()} == dict.fromkeys(
        ("K1", "K2", "K3", "K4", "K5", "K6", "K7"), Ruling.HOLDS
    )


@pytest.mark.parametrize(("claim", "kind", "which", "changes"), VIOLATIONS)
def test_a_planted_violation_turns_its_verdict(
    records: list[Record],
    judged: Judge,
    claim: str,
    kind: str,
    which: Test,
    changes: dict[str, Any],
) -> None:
    before, after = judged(records), judged(doctored(records, kind, which, changes))
    assert after[claim].ruling is Ruling.FAILS
    assert after[claim].sentence != before[claim].sentence


@pytest.mark.parametrize(
    ("claim", "kind", "which", "changes"),
    [case for case in VIOLATIONS if case.values[0] in ("K1", "K2", "K6")],
)
def test_a_violation_of_one_claim_leaves_the_others(
    records: list[Record],
    judged: Judge,
    claim: str,
    kind: str,
    which: Test,
    changes: dict[str, Any],
) -> None:
    before, after = judged(records), judged(doctored(records, kind, which, changes))
    assert {id for id in before if before[id].ruling is not after[id].ruling} == {claim}


def test_more_than_one_unlabelled_point_in_a_hundred_fails(
    many_records: list[Record], judged: Judge
) -> None:
    lost = {"label": "unlabelled", "unlabelled_reason": "no gap", "gap": 3.0, "inner_full": False}
    for share, ruling in ((20, Ruling.HOLDS), (21, Ruling.FAILS)):
        changed = doctored(many_records, "point", role("search"), lost, number=share)
        verdict = judged(changed)["K6"]
        assert verdict.ruling is ruling
        assert f"{share} points stay unlabelled" in verdict.reason


def test_too_few_runs_leave_k2_undecided(many_records: list[Record], judged: Judge) -> None:
    runs = [r for r in many_records if r.kind == "point" and r.attributes["role"] == "search"]
    fewer = [r for r in many_records if r is not runs[0]]
    verdict = judged(fewer)["K2"]
    assert verdict.ruling is Ruling.UNDECIDED
    assert "499; at least 500 are needed to judge" in verdict.sentence


def test_nothing_measured_is_undecided(judged: Judge) -> None:
    assert {v.ruling for v in judged([]).values()} == {Ruling.UNDECIDED}


def test_a_point_that_is_not_resolved_tests_no_value_but_counts_as_unlabelled(
    many_records: list[Record], judged: Judge
) -> None:
    lost = {"resolved": False, "value_distance": 1e-6, "label": "unlabelled", "gap": 1.0}
    lost |= {"inner_full": False}
    verdict = judged(doctored(many_records, "point", role("search"), lost))["K6"]
    assert verdict.ruling is Ruling.HOLDS
    assert verdict.checks[0].sample_size == 1999
    assert "1 points stay unlabelled" in verdict.reason


def test_runs_outside_the_theorem_enter_no_ruling(records: list[Record], judged: Judge) -> None:
    outside = {"theorem": False, "global_distance": 0.5, "value_distance": 0.5, "data": "broken"}
    verdicts = judged(doctored(records, "point", role("descent", network=1, run=2), outside))
    assert verdicts["K6"].ruling is Ruling.HOLDS
    assert "On broken, outside the theorem: 0 of 1 certified minima" in verdicts["K2"].reason


def test_checks_keep_proofs_and_measurements_apart(records: list[Record], judged: Judge) -> None:
    strengths = {check.strength for check in judged(records)["K3"].checks}
    assert strengths == {Strength.PROVED, Strength.MEASURED}
    undone = doctored(
        records, "point", role("constructed", kind="strict saddle"), {"strength": "measured"}
    )
    before, after = (judged(rows)["K3"].checks[0] for rows in (records, undone))
    assert after.strength is Strength.PROVED
    assert after.sample_size == before.sample_size - 1


def test_an_undecided_eigenvalue_contradicts_no_label(records: list[Record], judged: Judge) -> None:
    wide = {"index": 1, "undecided": 17}
    verdicts = judged(doctored(records, "point", role("search"), wide))
    assert verdicts["K6"].ruling is verdicts["K4"].ruling is Ruling.HOLDS


def test_an_order_that_does_not_match_its_prediction_fails_k5(
    records: list[Record], judged: Judge
) -> None:
    changed = doctored(records, "escape", any_row, {"order": 4})
    assert judged(changed)["K5"].ruling is Ruling.FAILS
