"""A planted violation turns each verdict, and too little evidence opens it."""

from collections.abc import Callable, Iterable
from math import nan
from typing import Any

import numpy as np
import pytest
from tests.studies._performed import doctored

from lossatlas.catalogue import MemoryStore, Record
from lossatlas.evidence import Outcome, Ruling, Verdict
from lossatlas.studies.kawaguchi2016_relu import CLAIMS, Kawaguchi2016Relu

STUDY = Kawaguchi2016Relu()
IDS = [claim.id for claim in CLAIMS]


def outcome(records: Iterable[Record]) -> Outcome:
    store = MemoryStore()
    store.commit("planted", "{}", list(records))
    return STUDY.judge(STUDY.settings("quick"), store)


def judge(records: Iterable[Record]) -> dict[str, Verdict]:
    return {verdict.claim.id: verdict for verdict in outcome(records).verdicts}


def test_every_claim_holds_on_good_records(records: list[Record]) -> None:
    found = judge(records)
    assert list(found) == IDS
    assert {id: v.ruling for id, v in found.items()} == dict.fromkeys(IDS, Ruling.HOLDS)


def test_with_few_networks_nothing_is_said_of_networks(few_records: list[Record]) -> None:
    found = judge(few_records)
    assert {id for id, v in found.items() if v.ruling is Ruling.UNDECIDED} == {"K9", "G2"}


def test_without_records_every_claim_is_undecided() -> None:
    assert {v.ruling for v in judge([]).values()} == {Ruling.UNDECIDED}


def test_without_records_there_are_tables_of_meaning_and_no_figures() -> None:
    found = outcome([])
    assert found.figures == ()
    tables = [table.id for v in found.verdicts for table in v.tables]
    assert tables == ["seven-assumptions", "how-measured"]
    assert [v.headline for v in found.verdicts] == [""] * len(IDS)


PLANTED = [
    ("K8", "gates", {"reduced_z": 4.1}, {"hidden_layers": 2, "point": 0}),
    ("K8", "gates", {"expected_z": -4.1}, {"hidden_layers": 2, "point": 0}),
    ("K8", "gates", {"expected_z": nan}, {"hidden_layers": 2, "point": 0}),
    ("K8", "gates", {"output_z": 4.7}, {"hidden_layers": 1, "point": 1}),
    ("K8", "gates", {"linear_distance": 1e-7}, {"hidden_layers": 1, "point": 1}),
    ("K8", "gates", {"lowest": 0.1}, {"hidden_layers": 1, "point": 1}),
    ("K8", "reduced point", {"index": 1}, {"kind": "strict saddle", "hidden_layers": 3}),
    ("K8", "reduced point", {"kind": "local minimum"}, {"index": 2, "hidden_layers": 3}),
    (
        "K8",
        "reduced point",
        {"index": 0, "predicted_index": 0, "kind": "bad saddle", "drop": 0.1},
        {"index": 2, "hidden_layers": 3},
    ),
    ("K8", "reduced point", {"drop": None}, {"kind": "bad saddle", "hidden_layers": 3}),
    ("K8", "reduced point", {"drop": 0.0}, {"kind": "bad saddle", "hidden_layers": 3}),
    ("K9", "audit", {"verdict": "holds"}, {"assumption": "A1p-m", "hidden_layers": 4}),
    ("K9", "audit", {"verdict": "undecided"}, {"assumption": "A5u-m", "hidden_layers": 1}),
    ("K9", "checkpoint", {"dispersion": 0.001}, {"hidden_layers": 2}),
    ("K9", "checkpoint", {"kappa": 0.001}, {"hidden_layers": 2}),
    ("K9", "checkpoint", {"explained": 0.99}, {"family": "10x10 MNIST", "hidden_layers": 3}),
    ("C1", "checkpoint", {"path_sum_error": 1e-7}, {"network": 3, "epoch": 3}),
    ("C1", "path sum", {"path_sum_error": 1e-7}, {"hidden_layers": 3}),
    ("C1", "path sum", {"listed_error": nan}, {"hidden_layers": 3}),
    ("C2", "sizes", {"exceptions": 1}, {}),
    ("C2", "sizes", {"exceptions_again": 1}, {}),
    ("C3", "few values", {"exceptions": 1}, {"network": 3, "hidden_layers": 1}),
    ("C4", "tuples", {"measured": 0.2}, {"draws": 1007}),
    ("C4", "tuples", {"measured": 0.85}, {"draws": 1007}),
    ("G2", "spectrum", {"p_1": 0.01, "p_2": 0.01}, {"stage": "start", "hidden_layers": 1}),
    ("G2", "spectrum", {"neighbours": 0.3}, {"stage": "start", "family": "8x8 digits"}),
]


@pytest.mark.parametrize(("id", "kind", "changes", "wanted"), PLANTED)
def test_a_planted_violation_turns_its_verdict_and_no_other(
    records: list[Record], id: str, kind: str, changes: dict[str, Any], wanted: dict[str, Any]
) -> None:
    found = judge(doctored(records, kind, changes, **wanted))
    assert found[id].ruling is Ruling.FAILS
    assert {other for other, v in found.items() if v.ruling is not Ruling.HOLDS} == {id}


def _bent(records: list[Record], change: Callable[[np.ndarray], np.ndarray], **wanted: Any) -> Any:
    """Signals whose moments are changed."""
    return [
        Record(r.study, r.kind, r.attributes, change(r.point))
        if r.kind == "signals" and all(r.attributes[name] == v for name, v in wanted.items())
        else r
        for r in records
    ]


def test_a_kurtosis_that_does_not_fall_fails(records: list[Record]) -> None:
    def more(moments: np.ndarray) -> np.ndarray:
        return moments + np.tile([0.0, 0.0, 0.0, 8.0], len(moments) // 4)

    found = judge(_bent(records, more, width=64, layer=3, stage="start"))["G1"]
    assert found.ruling is Ruling.FAILS
    assert "layer 3" in found.sentence


def test_a_kurtosis_that_falls_by_another_law_fails(records: list[Record]) -> None:
    def half(moments: np.ndarray) -> np.ndarray:
        table = moments.reshape(-1, 4).copy()
        table[:, 3] = 3 + (table[:, 3] - 3) / 2
        return table.ravel()

    found = judge(_bent(records, half, layer=2, stage="start"))["G1"]
    assert found.ruling is Ruling.FAILS
    assert {check.passed for check in found.checks} == {True, False}


def test_what_happens_at_the_end_decides_nothing_in_g1_and_g2(records: list[Record]) -> None:
    bent = _bent(records, lambda moments: 9 * moments, stage="end")
    bent = doctored(bent, "spectrum", {"p_1": 0.01, "neighbours": 0.9}, stage="end")
    found = judge(bent)
    assert found["G1"].ruling is found["G2"].ruling is Ruling.HOLDS


def test_the_start_decides_nothing_in_k9(records: list[Record]) -> None:
    real = {"dispersion": 0.0, "kappa": 0.0, "explained": 1.0}
    found = judge(doctored(records, "checkpoint", real, stage="start"))
    assert found["K9"].ruling is Ruling.HOLDS


def test_a_network_that_became_infinite_is_told_and_judged_nowhere(records: list[Record]) -> None:
    gone = {"finite": False, "train_loss": nan, "dispersion": nan}
    where = {"family": "8x8 digits", "hidden_layers": 2, "network": 5}
    found = judge(doctored(records, "checkpoint", gone, **where))["K9"]
    # eleven networks are fewer than the rule asks for
    assert found.ruling is Ruling.UNDECIDED
    assert any("became infinite" in note for note in found.notes)


def test_half_of_the_networks_leaves_k9_open(records: list[Record]) -> None:
    for m in range(6):
        records = doctored(records, "checkpoint", {"explained": 0.95}, network=m, hidden_layers=3)
    assert judge(records)["K9"].ruling is Ruling.UNDECIDED


def test_a_bad_saddle_of_undetermined_kind_is_judged_by_its_path(records: list[Record]) -> None:
    unnamed = doctored(records, "reduced point", {"kind": "undetermined"}, hidden_layers=3)
    assert judge(unnamed)["K8"].ruling is Ruling.HOLDS


def test_the_caveats_of_the_mapping_are_printed(records: list[Record]) -> None:
    notes = " ".join(judge(records)["K9"].notes)
    for words in ("one output", "at least 3", "vary the width", "test loss", "no biases"):
        assert words in notes
    assert "96 of 96 ReLU networks end below" in notes
