"""A planted violation turns the verdict that it violates, and no other."""

from collections.abc import Callable, Iterable
from math import inf, nan
from typing import Any

import pytest
from tests.studies._performed import Change, doctored, planted, put

from lossatlas.catalogue import Record
from lossatlas.evidence import Ruling, Verdict
from lossatlas.studies.width import Width

Judge = Callable[[Iterable[Record]], dict[str, Verdict]]
FIGURES = {
    "width-losses", "width-histograms", "width-histograms-scaled", "width-spread",
    "width-landscape", "width-ways",
}  # fmt: skip


def times(column: str, factor: float) -> Change:
    return lambda row: {column: factor * row[column]}


def stretched(column: str, factor: float, centre: float) -> Change:
    """Farther from a centre, so that the spread grows and the mean hardly moves."""
    return lambda row: {column: centre + factor * (row[column] - centre)}


VIOLATIONS = [
    pytest.param(
        "W1", "network", stretched("train_loss", 8, 0.12), {"width": 200, "hidden_layers": 2},
        id="W1: training losses scatter more in wide networks",
    ),
    pytest.param(
        "W1", "network", stretched("test_loss", 8, 0.3), {"width": 100, "hidden_layers": 3},
        id="W1: test losses scatter more at one width",
    ),
    pytest.param(
        "W1", "network", lambda row: {"test_loss": row["test_loss"] - 0.26},
        {"width": 200, "hidden_layers": 1},
        id="W1: the mean falls faster than the spread",
    ),
    pytest.param(
        "W2", "network", times("curvature", 5), {"width": 200, "hidden_layers": 1},
        id="W2: wide networks are more curved",
    ),
    pytest.param(
        "W2", "line", times("roughness", 3), {"width": 50, "hidden_layers": 3},
        id="W2: a rise in roughness between neighbours",
    ),
    pytest.param("W2", "band", times("barrier", 9), {"width": 16}, id="W2: a higher barrier"),
]  # fmt: skip


def test_both_claims_hold_on_records_without_violation(
    records: list[Record], judged: Judge
) -> None:
    assert {id: v.ruling for id, v in judged(records).items()} == {
        "W1": Ruling.HOLDS,
        "W2": Ruling.HOLDS,
    }


@pytest.mark.parametrize(("claim", "kind", "change", "wanted"), VIOLATIONS)
def test_a_planted_violation_turns_its_verdict_and_no_other(
    records: list[Record],
    judged: Judge,
    claim: str,
    kind: str,
    change: Change,
    wanted: dict[str, Any],
) -> None:
    before, after = judged(records), judged(doctored(records, kind, change, **wanted))
    assert after[claim].ruling is Ruling.FAILS
    assert after[claim].sentence != before[claim].sentence
    assert {id for id in before if before[id].ruling is not after[id].ruling} == {claim}


def test_a_store_gives_the_same_verdicts_and_every_figure(
    few_records: list[Record], judged: Judge
) -> None:
    store = planted(few_records)
    study = Width()
    outcome = study.judge(study.settings("quick"), store)
    assert {v.claim.id: v.to_dict() for v in outcome.verdicts} == {
        id: verdict.to_dict() for id, verdict in judged(few_records).items()
    }
    assert {figure.id for figure in outcome.figures} == FIGURES
    assert all(figure.caption and figure.limits for figure in outcome.figures)


def test_too_few_runs_leave_claims_undecided_and_name_the_preset(
    few_records: list[Record], judged: Judge
) -> None:
    for verdict in judged(few_records).values():
        assert verdict.ruling is Ruling.UNDECIDED
        assert "the preset `standard` has them" in verdict.sentence


def test_nothing_measured_is_undecided(judged: Judge) -> None:
    assert {verdict.ruling for verdict in judged([]).values()} == {Ruling.UNDECIDED}


def test_one_network_in_a_hundred_may_be_lost_and_is_counted(
    records: list[Record], judged: Judge
) -> None:
    lost = {"finite": False, "train_loss": inf, "test_loss": nan}
    extra = Record(
        "width", "network", {**records[0].attributes, **lost, "network": 100, "looked_at": False,
                             "curvature": nan, "curvature_converged": False},
    )  # fmt: skip
    one = judged([*records, extra])["W1"]
    assert one.ruling is Ruling.HOLDS
    assert "1 of 1501 networks became infinite in training, of the shapes 64-10-10" in one.reason


def test_a_width_that_loses_more_does_not_count(records: list[Record], judged: Judge) -> None:
    changed = records
    for width in (10, 25):
        for number in (3, 4):
            lost = put(finite=False)
            changed = doctored(changed, "network", lost, width=width, network=number)
    assert judged(changed)["W1"].ruling is Ruling.UNDECIDED


def test_a_curvature_that_did_not_converge_enters_no_mean(
    records: list[Record], judged: Judge
) -> None:
    wild = put(curvature=1e9, curvature_converged=False)
    verdict = judged(doctored(records, "network", wild, network=7))["W2"]
    assert verdict.ruling is Ruling.HOLDS
    assert "At 15 networks the largest curvature did not converge" in verdict.reason


def test_where_every_network_of_a_width_broke_the_remarks_say_so(
    few_records: list[Record], judged: Judge
) -> None:
    broken = few_records
    for kind, lost in (
        ("network", put(finite=False, train_loss=inf, test_loss=nan, curvature_converged=False)),
        ("line", put(height=nan, roughness=nan)),
        ("band", put(barrier=nan)),
    ):
        for wanted in ({"hidden_layers": 1}, {"hidden_layers": 2, "width": 25}):
            broken = doctored(broken, kind, lost, **wanted)
    verdicts = judged(broken)
    notes = [*verdicts["W1"].notes, *verdicts["W2"].notes]
    losses = next(note for note in notes if note.startswith("1 hidden layer: width"))
    assert losses == "1 hidden layer: {}.".format(
        "; ".join(f"width {w}, none of 12 networks stayed finite" for w in (10, 25, 50, 100, 200))
    )
    assert any("; width 25, none of 12 networks stayed finite; width 50, 12" in n for n in notes)
    assert any("at width 25 (no line between finite networks), 0." in note for note in notes)
    assert not any("nan" in note or ": ." in note for note in notes)


def test_a_line_from_a_network_that_broke_enters_no_mean_and_is_counted(
    few_records: list[Record], judged: Judge
) -> None:
    lost = put(height=nan, roughness=nan)
    changed = doctored(few_records, "line", lost, hidden_layers=1, width=25, first=0)
    (note,) = (n for n in judged(changed)["W2"].notes if n.startswith("1 hidden layer: on str"))
    assert "at width 25 (3 of 4 lines)" in note
    assert "nan" not in note
