"""A planted violation turns the verdict that it violates, and no other."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from tests.studies._performed import Change, doctored, having, moved, planted, put

from lossatlas.catalogue import Record
from lossatlas.evidence import Ruling, Verdict
from lossatlas.studies.choromanska2015_glass import Choromanska2015Glass

Judge = Callable[[Iterable[Record]], dict[str, Verdict]]
FIGURES = {
    "energies", "concentration", "band", "index-energy", "bulk", "barriers", "networks",
}  # fmt: skip
CLAIMS = ("C5", "C7", "C11", "C12", "C23")


GRADIENT = "gradient descent"
VIOLATIONS = [
    pytest.param(
        "C5", "covariance", having(overlap=0.5), moved("mean", 1.0), id="C5: another covariance"
    ),
    pytest.param(
        "C7", "enumeration", having(), moved("energy_sum", 0.5), id="C7: minima off the curve"
    ),
    pytest.param(
        "C7", "enumeration", having(), moved("below", 2.0), id="C7: another share below -E_inf"
    ),
    pytest.param("C7", "curve", having(size=40), moved("mean", -0.1), id="C7: another gap"),
    pytest.param(
        "C7", "curve", having(size=40), moved("below_epsilon", -9.0), id="C7: a share that falls"
    ),
    pytest.param(
        "C7", "curve", having(size=20), put(below=6.0), id="C7: the literal statement is true"
    ),
    pytest.param(
        "C11", "pair", having(second=1), moved("band", 1e-5), id="C11: a band that misses a pass"
    ),
    pytest.param(
        "C11", "pair", having(second=2), moved("band", -1e-5), id="C11: a band below the minimax"
    ),
    pytest.param("C11", "barrier", having(), put(parts=2), id="C11: minima that nothing joins"),
    pytest.param(
        "C12", "run", having(size=250, method=GRADIENT), moved("energy", 0.05), id="C12: a mean rises"
    ),
    pytest.param(
        "C12", "run", having(size=100, method=GRADIENT), moved("energy", 0.02), id="C12: off the table"
    ),
    pytest.param(
        "C12", "run", having(size=500, method="stochastic descent"),
        lambda row: {"energy": -1.605 + 2 * (row["energy"] + 1.605)}, id="C12: a spread grows",
    ),
    pytest.param(
        "C12", "run", having(size=500), moved("energy", -0.05), id="C12: a mean below -E_inf"
    ),
    pytest.param(
        "C23", "homogeneity", having(model="reduced loss", degree=3), put(error=1e-7),
        id="C23: another degree",
    ),
    pytest.param(
        "C23", "homogeneity", having(broken_by="biases", degree=2), put(error=1e-9),
        id="C23: biases that break nothing",
    ),
]  # fmt: skip


def test_every_claim_holds_on_records_without_violation(
    records: list[Record], judged: Judge
) -> None:
    rulings = {id: verdict.ruling for id, verdict in judged(records).items()}
    assert rulings == dict.fromkeys(CLAIMS, Ruling.HOLDS)


def test_a_store_gives_the_same_verdicts_and_every_figure(
    few_records: list[Record], judged: Judge
) -> None:
    store = planted(few_records)
    study = Choromanska2015Glass()
    outcome = study.judge(study.settings("quick"), store)
    assert {v.claim.id: v.to_dict() for v in outcome.verdicts} == {
        id: verdict.to_dict() for id, verdict in judged(few_records).items()
    }
    assert {figure.id for figure in outcome.figures} == FIGURES
    assert all(figure.caption and figure.limits for figure in outcome.figures)


@pytest.mark.parametrize(("claim", "kind", "which", "change"), VIOLATIONS)
def test_a_planted_violation_turns_its_verdict_and_no_other(
    records: list[Record],
    judged: Judge,
    claim: str,
    kind: str,
    which: dict[str, Any],
    change: Change,
) -> None:
    before, after = judged(records), judged(doctored(records, kind, change, **which))
    assert after[claim].ruling is Ruling.FAILS
    assert after[claim].sentence != before[claim].sentence
    assert {id for id in before if before[id].ruling is not after[id].ruling} == {claim}


def test_too_few_runs_or_instances_leave_claims_undecided_and_name_the_preset(
    few_records: list[Record], judged: Judge
) -> None:
    verdicts = judged(few_records)
    assert {id for id, v in verdicts.items() if v.ruling is Ruling.UNDECIDED} == {"C7", "C12"}
    assert "the preset `paper` has them" in verdicts["C12"].sentence


def test_a_size_with_too_few_couplings_is_not_enough(records: list[Record], judged: Judge) -> None:
    def fold(row: Any) -> dict[str, Any]:
        return {"disorder": row["disorder"] % 99}

    folded = doctored(records, "run", fold, size=50, method=GRADIENT)
    assert judged(folded)["C12"].ruling is Ruling.UNDECIDED


def test_nothing_measured_is_undecided(judged: Judge) -> None:
    assert {verdict.ruling for verdict in judged([]).values()} == {Ruling.UNDECIDED}


def test_instances_that_are_not_proved_complete_test_no_mean(
    records: list[Record], judged: Judge
) -> None:
    lost = put(completeness="incomplete", energy_sum=0.0)
    changed = doctored(records, "enumeration", lost, instance="6/3")
    verdict = judged(changed)["C7"]
    assert verdict.ruling is Ruling.HOLDS
    assert "of 59 complete instances" in verdict.sentence


def test_runs_made_otherwise_than_the_reference_are_not_held_against_it(
    records: list[Record], judged: Judge
) -> None:
    other = doctored(records, "run", put(plain=False), method=GRADIENT)
    sentence = judged(other)["C12"].sentence
    assert "against the reference" in judged(records)["C12"].sentence
    assert "against the reference" not in sentence


def test_remarks_say_what_was_spent_tuned_and_left_out(
    records: list[Record], judged: Judge
) -> None:
    verdicts = judged(records)
    assert "900 evaluations a run of 4000 allowed" in verdicts["C12"].reason
    assert "used: a, number 1 of 2" in verdicts["C12"].reason
    assert "one hidden layer is H = 2, a 2-spin" in verdicts["C5"].reason
    assert "Λ (E_0 - E_1) = 0.0246 lies below 2 of them" in verdicts["C11"].reason
    assert (
        "1 of 1 ends finished by reflected Newton steps are critical with index 0"
        in verdicts["C7"].reason
    )
