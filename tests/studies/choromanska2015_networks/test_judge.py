"""A planted violation turns the verdict that it violates, and no other."""

from collections.abc import Callable, Iterable
from math import nan
from typing import Any

import pytest
from tests.studies._performed import Change, doctored, having, moved, planted, put

from lossatlas.catalogue import Record
from lossatlas.evidence import Ruling, Verdict
from lossatlas.studies.choromanska2015_networks import Choromanska2015Networks

Judge = Callable[[Iterable[Record]], dict[str, Verdict]]
FIGURES = {
    "network-losses", "network-law", "train-test", "training-on", "index", "descent-annealing",
    "few-values", "ways",
}  # fmt: skip
CLAIMS = ("C13", "C14", "C15", "C16", "C17", "C18")
CUTS = ("below_1e_4", "below_3e_4", "below_1e_3", "below_3e_3", "below_1e_2")


def stretched(row: Any) -> dict[str, Any]:
    """Ten times as far from the mean of its width, 0.2809."""
    return {"test_loss": 0.2809 + 10 * (row["test_loss"] - 0.2809)}


VIOLATIONS = [
    pytest.param("C13", "network", having(width=500), stretched, id="C13: a spread that grows"),
    pytest.param(
        "C14", "index", having(width=25), put(**dict.fromkeys(CUTS, 300)), id="C14: a large index"
    ),
    pytest.param(
        "C15", "network", having(width=500), lambda row: {"train_loss": 3 * row["test_loss"]},
        id="C15: a correlation that rises",
    ),
    pytest.param(
        "C16", "comparison", having(method="descent", budget=40), moved("train_loss", 0.5),
        id="C16: descent ends higher at one budget",
    ),
    pytest.param(
        "C16", "comparison", having(method="descent", budget=40), moved("test_loss", 0.5),
        id="C16: descent is worse on new digits",
    ),
    pytest.param(
        "C17", "comparison", having(method="annealing over three values"),
        moved("test_error", 0.05), id="C17: three values cost too much",
    ),
    pytest.param(
        "C18", "network", having(width=100), lambda row: {"test_loss": 1.6 * row["test_loss"]},
        id="C18: a mean off every law",
    ),
]  # fmt: skip


def test_every_claim_holds_on_records_without_violation(
    records: list[Record], judged: Judge
) -> None:
    rulings = {id: verdict.ruling for id, verdict in judged(records).items()}
    assert rulings == dict.fromkeys(CLAIMS, Ruling.HOLDS)


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


def test_too_few_networks_leave_claims_undecided_and_name_the_preset(
    few_records: list[Record], judged: Judge
) -> None:
    verdicts = judged(few_records)
    assert {verdict.ruling for verdict in verdicts.values()} == {Ruling.UNDECIDED}
    for verdict in verdicts.values():
        assert "the preset `standard` has them" in verdict.sentence


def test_nothing_measured_is_undecided(judged: Judge) -> None:
    assert {verdict.ruling for verdict in judged([]).values()} == {Ruling.UNDECIDED}


def test_every_figure_is_drawn_and_says_what_it_cannot_show(few_records: list[Record]) -> None:
    store = planted(few_records)
    study = Choromanska2015Networks()
    figures = study.judge(study.settings("quick"), store).figures
    assert {figure.id for figure in figures} == FIGURES
    assert all(figure.caption and figure.limits for figure in figures)
    hovers = [
        m.hover for f in figures for p in f.panels for m in p.marks if getattr(m, "hover", ())
    ]
    assert any("n1 = 25, network 3, seed 25003" in text for hover in hovers for text in hover)


def test_networks_that_are_not_finite_are_kept_counted_and_left_out_of_means(
    records: list[Record], judged: Judge
) -> None:
    broken = {"train_loss": nan, "test_loss": nan, "finite": False}
    changed = doctored(records, "network", broken, width=100, network=7)
    verdicts = judged(changed)
    assert {verdict.ruling for verdict in verdicts.values()} == {Ruling.HOLDS}
    assert "1 of 720 networks are not finite at the end: 1 at n1 = 100" in verdicts["C13"].reason
    assert "over 119 networks" in verdicts["C13"].reason


def test_an_answer_that_depends_on_the_cut_is_undecided(
    records: list[Record], judged: Judge
) -> None:
    changed = doctored(records, "index", put(below_1e_4=100), width=50)
    verdict = judged(changed)["C14"]
    assert verdict.ruling is Ruling.UNDECIDED
    assert "the answer depends on the cut" in verdict.sentence


def test_a_difference_within_its_noise_is_undecided(records: list[Record], judged: Judge) -> None:
    def noisy(row: Any) -> dict[str, Any]:
        return {"train_loss": 0.3 + (0.05 if row["network"] % 2 else -0.05)}

    level = doctored(records, "comparison", noisy, method="annealing", budget=10)
    assert judged(level)["C16"].ruling is Ruling.UNDECIDED


def test_a_descent_that_is_not_finite_decides_nothing(records: list[Record], judged: Judge) -> None:
    lost = doctored(
        records, "comparison", put(train_loss=nan), method="descent", budget=10, network=2
    )
    assert judged(lost)["C16"].ruling is Ruling.UNDECIDED


def test_the_best_of_the_schedules_is_the_opponent(records: list[Record], judged: Judge) -> None:
    better = doctored(
        records, "comparison", put(train_loss=0.1), method="annealing", place=3, budget=80
    )
    verdict = judged(better)["C16"]
    assert verdict.ruling is Ruling.FAILS
    assert "Of annealing, 167 evaluations: schedule 3: 0.1;" in verdict.reason


def test_a_side_that_is_missing_makes_no_comparison(records: list[Record], judged: Judge) -> None:
    alone = [r for r in records if r.attributes.get("method") in (None, "annealing")]
    verdicts = judged(alone)
    assert verdicts["C16"].ruling is verdicts["C17"].ruling is Ruling.UNDECIDED


def test_remarks_have_the_table_the_protocol_and_what_overfits(
    records: list[Record], judged: Judge
) -> None:
    verdicts = judged(records)
    assert (
        "n1 = 25: 0.8000 ± 0.0329 (120 networks; paper 0.7616 ± 0.0133)" in verdicts["C15"].reason
    )
    assert "n1 = 10: 0.9000 ± 0.0173 (120 networks, not in the paper)" in verdicts["C15"].reason
    assert "the test loss went from 0.4 to 0.9, higher in 3 of them" in verdicts["C15"].reason
    assert "all else here is our choice" in verdicts["C13"].reason
    assert "certified negative 0.02000 of the eigenvalues" in verdicts["C14"].reason
    assert "its norm is 0.001 in the median" in verdicts["C14"].reason
    assert "0.00000 at the cut and 0.00091 certified" in verdicts["C14"].reason
    assert "at least 0.00100 by a certified count" in verdicts["C14"].reason
    assert "5 values lose less than 2.5%" in verdicts["C17"].reason
    assert "a = -0.5" in verdicts["C18"].reason
    assert "b = 0.15" in verdicts["C18"].reason
