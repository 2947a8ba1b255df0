"""A planted violation turns the verdict; what is not certified does not."""

from collections.abc import Iterable
from math import inf, nan
from typing import Any

import pytest
from tests.studies._performed import doctored, planted

from lossatlas.catalogue import Record
from lossatlas.evidence import Outcome, Ruling
from lossatlas.studies.depth import Depth

STUDY = Depth()


def judge(records: Iterable[Record]) -> Outcome:
    store = planted(records)
    return STUDY.judge(STUDY.settings("quick"), store)


def test_the_claim_holds_on_records_without_violation(records: list[Record]) -> None:
    outcome = judge(records)
    (verdict,) = outcome.verdicts
    assert verdict.ruling is Ruling.HOLDS
    assert {figure.id for figure in outcome.figures} == {"depth-ends", "depth-networks"}
    assert all(figure.caption and figure.limits for figure in outcome.figures)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"above": 2e-8, "kind": "local minimum", "label": "unlabelled"}, id="a bad minimum"
        ),
        pytest.param({"above": 0.2, "kind": "bad saddle"}, id="a saddle that held a descent"),
        pytest.param({"above": -1e-6}, id="an end below the global value"),
        pytest.param({"above": nan}, id="a distance that is no number"),
        pytest.param({"predicted_kind": "strict saddle"}, id="a label that says saddle"),
    ],
)
def test_one_certified_exception_at_one_depth_turns_the_verdict(
    records: list[Record], changes: dict[str, Any]
) -> None:
    (verdict,) = judge(doctored(records, "end", changes, hidden_layers=4, run=3)).verdicts
    assert verdict.ruling is Ruling.FAILS
    assert "4 hidden layers" in verdict.sentence
    assert "1 of 180" in verdict.sentence


def test_ends_that_are_not_certified_are_counted_and_not_judged(records: list[Record]) -> None:
    high = {"above": 0.3, "certified": False, "resolved": False}
    (verdict,) = judge(doctored(records, "end", high, hidden_layers=2, run=3)).verdicts
    assert verdict.ruling is Ruling.HOLDS
    assert "not certified 21 of 200" in verdict.reason
    assert "(1 not resolved, 20 not converged), of which 21 above it" in verdict.reason


def test_too_few_descents_leave_the_claim_undecided_and_name_the_preset(
    few_records: list[Record],
) -> None:
    (verdict,) = judge(few_records).verdicts
    assert verdict.ruling is Ruling.UNDECIDED
    assert "the preset `standard` has them" in verdict.sentence


def test_a_depth_where_most_ends_are_open_does_not_count(records: list[Record]) -> None:
    changed = records
    for run in range(0, 200, 2):
        changed = doctored(changed, "end", {"certified": False}, hidden_layers=5, run=run)
    (verdict,) = judge(changed).verdicts
    assert verdict.ruling is Ruling.UNDECIDED


def test_data_that_break_an_assumption_enter_no_ruling(records: list[Record]) -> None:
    (verdict,) = judge(doctored(records, "end", {"theorem": False})).verdicts
    assert verdict.ruling is Ruling.UNDECIDED


def test_nothing_measured_is_undecided() -> None:
    outcome = judge([])
    assert outcome.verdicts[0].ruling is Ruling.UNDECIDED
    assert not outcome.figures


def test_remarks_say_how_relu_networks_change_with_depth(records: list[Record]) -> None:
    lost = {"finite": False, "train_loss": inf, "test_loss": nan}
    (verdict,) = judge(doctored(records, "network", lost, hidden_layers=3, network=2)).verdicts
    assert "the mean training loss rises: " in verdict.reason
    assert "the mean largest curvature falls: " in verdict.reason
    assert "1 of 100 ReLU networks became infinite in training" in verdict.reason
    assert verdict.ruling is Ruling.HOLDS
