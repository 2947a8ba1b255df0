"""A planted violation turns each verdict; what cannot be proved is counted and never called bad."""

from collections.abc import Iterable
from math import nan
from typing import Any

import numpy as np
import pytest
from tests.studies._performed import doctored

from lossatlas.catalogue import MemoryStore, Record
from lossatlas.evidence import Outcome, Ruling, Verdict
from lossatlas.studies._trend import mean, trend
from lossatlas.studies.nonlinearity import Nonlinearity
from lossatlas.studies.nonlinearity._judge_width import share_falls

STUDY = Nonlinearity()
IDENTITY = {"activation": "identity"}
RELU = {"activation": "ReLU"}
OPEN = {"why": "minimum that is not proved", "share": "elsewhere"}


def judge(records: Iterable[Record]) -> Outcome:
    store = MemoryStore()
    store.commit("planted", "{}", list(records))
    return STUDY.judge(STUDY.settings("quick"), store)


def verdicts(records: Iterable[Record]) -> dict[str, Verdict]:
    return {verdict.claim.id: verdict for verdict in judge(records).verdicts}


def without(records: list[Record], kind: str, **wanted: Any) -> list[Record]:
    return [
        r
        for r in records
        if not (r.kind == kind and all(r.attributes[k] == v for k, v in wanted.items()))
    ]


def test_every_claim_holds_on_records_without_violation(records: list[Record]) -> None:
    outcome = judge(records)
    assert {v.claim.id: v.ruling for v in outcome.verdicts} == dict.fromkeys(
        ("N1", "N2", "N3", "N4"), Ruling.HOLDS
    )
    assert {figure.id for figure in outcome.figures} == {
        "nonlinearity-shares",
        "nonlinearity-slopes",
        "nonlinearity-widths",
        "nonlinearity-losses",
    }
    assert all(figure.caption and figure.limits for figure in outcome.figures)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"above": 0.2}, id="a minimum above the global value"),
        pytest.param({"above": -1e-6}, id="a minimum below the global value"),
        pytest.param({"above": nan}, id="a distance that is no number"),
        pytest.param(
            {"above": 0.2, "passes": False, "why": "bad minimum", "share": "in a bad minimum"},
            id="a minimum proved to be bad",
        ),
    ],
)
def test_one_bad_minimum_of_the_identity_turns_n1(
    records: list[Record], changes: dict[str, Any]
) -> None:
    changed = doctored(records, "end", changes, **IDENTITY, run=150)
    verdict = verdicts(changed)["N1"]
    assert verdict.ruling is Ruling.FAILS
    assert "3-2-1 with the identity" in verdict.sentence


def test_n1_fails_if_no_network_with_relu_has_a_proved_bad_minimum(records: list[Record]) -> None:
    changed = doctored(records, "point", {"bad": False, "not_proved": "nothing lower"}, **RELU)
    changed = doctored(changed, "end", OPEN, **RELU, why="bad minimum")
    assert verdicts(changed)["N1"].ruling is Ruling.FAILS


def test_a_minimum_without_a_lower_point_is_not_bad(records: list[Record]) -> None:
    changed = doctored(records, "point", {"proved": False}, **RELU)
    assert verdicts(changed)["N1"].ruling is Ruling.FAILS


def test_n1_speaks_of_data_that_the_theorem_knows(records: list[Record]) -> None:
    changed = doctored(records, "network", {"theorem": False}, **IDENTITY)
    changed = doctored(changed, "end", {"above": 0.2}, **IDENTITY, run=150)
    assert verdicts(changed)["N1"].ruling is Ruling.UNDECIDED


def test_linear_ends_on_plateaus_decide_nothing(records: list[Record]) -> None:
    open_end = {"passes": False, "why": "plateau", "share": "elsewhere", "above": 0.2}
    changed = records
    for run in range(0, 200, 2):
        changed = doctored(changed, "end", open_end, **IDENTITY, run=run)
    assert verdicts(changed)["N1"].ruling is Ruling.UNDECIDED


def test_linear_ends_at_the_global_value_count_though_they_pass_for_no_minimum(
    records: list[Record],
) -> None:
    changed = doctored(records, "end", {"passes": False}, **IDENTITY)
    assert verdicts(changed)["N1"].ruling is Ruling.HOLDS


def test_a_bad_end_at_slope_one_turns_n2(records: list[Record]) -> None:
    planted = {"share": "in a bad minimum", "why": "bad minimum"}
    verdict = verdicts(doctored(records, "end", planted, **IDENTITY, run=3))["N2"]
    assert verdict.ruling is Ruling.FAILS
    assert "1 of 200 does not" in verdict.sentence


@pytest.mark.parametrize("missing", ["ReLU", "tanh", "leaky ReLU 0.5"])
def test_a_curve_with_a_gap_leaves_n2_undecided(records: list[Record], missing: str) -> None:
    left = without(records, "end", activation=missing, sweep=False)
    assert verdicts(left)["N2"].ruling is Ruling.UNDECIDED


def test_the_curve_is_told_with_intervals(records: list[Record]) -> None:
    verdict = verdicts(records)["N2"]
    (table,) = verdict.tables
    assert len(table.rows) == 7
    assert "0 of 200 (0.00% to 1.88%)" in table.rows[0]
    assert str(table.rows[4][3]).startswith("50 of 200")
    assert table.rows[-1][-1] == "20 at a kink"


def test_headlines_hold_the_numbers_that_count(records: list[Record]) -> None:
    said = {id: verdict.headline for id, verdict in verdicts(records).items()}
    assert "Without a bend 0 of 200 searches" in said["N1"]
    assert "with ReLU, from the same starts on the same data, 25% did" in said["N1"]
    assert "identity: 0%" in said["N2"]
    assert "ReLU: 25%" in said["N2"]
    assert "2 of 2 constructions" in said["N3"]
    assert "hidden units" in said["N4"]
    assert {verdict.headline for verdict in verdicts([]).values()} == {""}


def test_each_search_in_a_bad_minimum_is_of_one_kind(records: list[Record]) -> None:
    kinds = next(t for t in verdicts(records)["N1"].tables if t.id == "nonlinearity-kinds")
    ends = [r for r in records if r.kind == "end" and not r.attributes["sweep"]]
    for _, activation, _, searches, *counts, _ in kinds.rows:
        assert sum(map(int, counts)) == searches
        assert searches == sum(
            r.attributes["why"] == "bad minimum" and r.attributes["activation"] == activation
            for r in ends
        )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"proved": False}, id="not proved"),
        pytest.param({"bad": False}, id="nothing lower"),
        pytest.param({"twin_above": 1}, id="a linear twin that has one"),
    ],
)
def test_one_construction_that_fails_turns_n3(
    records: list[Record], changes: dict[str, Any]
) -> None:
    changed = doctored(records, "construction", changes, name="dead units")
    assert verdicts(changed)["N3"].ruling is Ruling.FAILS


def test_no_construction_leaves_n3_undecided(records: list[Record]) -> None:
    assert verdicts(without(records, "construction"))["N3"].ruling is Ruling.UNDECIDED


@pytest.mark.parametrize("why", ["bad minimum", "at a kink"])
def test_a_wide_network_with_many_high_ends_turns_n4(records: list[Record], why: str) -> None:
    share = "in a bad minimum" if why == "bad minimum" else "elsewhere"
    changed = doctored(records, "end", {"why": why, "share": share}, family="more units", width=32)
    verdict = verdicts(changed)["N4"]
    assert verdict.ruling is Ruling.FAILS
    assert "rises" in verdict.sentence


def test_shares_that_do_not_change_leave_n4_open(records: list[Record]) -> None:
    changed = doctored(
        records, "end", {"why": "at the best known value", "share": "at the best known value"},
        family="more units",
    )  # fmt: skip
    assert verdicts(changed)["N4"].ruling is Ruling.UNDECIDED


def test_too_few_searches_leave_what_needs_them_undecided_and_name_the_preset(
    few_records: list[Record],
) -> None:
    found = verdicts(few_records)
    for claim in ("N1", "N2", "N4"):
        assert found[claim].ruling is Ruling.UNDECIDED
        assert "the preset `standard` has them" in found[claim].sentence


def test_nothing_measured_is_undecided() -> None:
    outcome = judge([])
    assert {v.ruling for v in outcome.verdicts} == {Ruling.UNDECIDED}
    assert not outcome.figures


@pytest.mark.parametrize(
    ("shares", "passed"),
    [
        ((0.4, 0.2, 0.0, 0.0), True),
        ((0.4, 0.2, 0.1, 0.2), False),
        ((0.4, 0.2, 0.2, 0.0), None),
        ((0.1, 0.2, 0.3, 0.4), False),
        ((0.0, 0.0, 0.0, 0.0), None),
    ],
)
def test_a_share_falls_until_it_is_zero(shares: tuple[float, ...], passed: bool | None) -> None:
    runs = {
        width: (np.arange(1000) < share * 1000).astype(float)
        for width, share in zip((2, 4, 8, 16), shares, strict=True)
    }
    assert share_falls("it", trend(runs, mean)).passed is passed
