"""A verdict tells its result first, and nothing that the table below it tells as well."""

import pytest
from hypothesis import given, strategies as st

from lossatlas.evidence import Check, Claim, Ruling, Strength, Verdict
from lossatlas.report._verdict_box import procedural_last, verdict_box

CLAIM = Claim("K1", "statement", "plain", "source", "rule")
OUTCOMES = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=30)


def _check(passed: bool | None, place: int = 0) -> Check:
    return Check(f"{place}", "p", "m", passed, f"Number {place} is {passed}.", 4, Strength.MEASURED)


def _enough(counted: int) -> Check:
    return Check.enough("Runs", needed=9, counted=counted, strength=Strength.MEASURED)


def _verdict(*checks: Check, headline: str = "") -> Verdict:
    return Verdict.judge(CLAIM, "study", checks, seed=0, headline=headline)


@given(OUTCOMES, st.sampled_from(["", "A result."]))
def test_the_box_says_what_decided_or_how_many_checks_did(
    outcomes: list[bool | None], headline: str
) -> None:
    verdict = _verdict(*(_check(o, i) for i, o in enumerate(outcomes)), headline=headline)
    box = verdict_box(verdict)
    deciding = [check.sentence for check in verdict.deciding]
    assert box.headline == headline
    assert list(box.sentences) == deciding[: len(box.sentences)]
    assert len(box.sentences) <= 4
    if not headline or verdict.ruling is not Ruling.HOLDS:
        assert box.sentences
    if len(box.sentences) < len(outcomes):
        assert str(len(deciding)) in box.remark or box.remark == "The one check passes."


@pytest.mark.parametrize("passed", [True, False, None])
def test_a_check_on_the_sample_alone_is_never_told_before_one_on_the_subject(
    passed: bool | None,
) -> None:
    for counted in (3, 12):
        verdict = _verdict(_enough(counted), _check(passed))
        box = verdict_box(verdict)
        if passed is not True or counted == 12:
            assert box.sentences == (_check(passed).sentence,)
        assert [check.procedural for check in procedural_last(verdict.checks)] == [False, True]


def test_too_few_cases_are_told_with_their_number_once() -> None:
    alone = verdict_box(_verdict(_enough(3), _check(True)))
    assert alone.sentences == ("Runs: 3; at least 9 are needed to judge.",)
    assert alone.remark == "1 of 2 checks is undecided. Too few cases for the rule."
    beside = verdict_box(_verdict(_enough(3), _check(None)))
    assert beside.remark.endswith(
        "Too few cases for the rule. Runs: 3; at least 9 are needed to judge."
    )


def test_enough_cases_are_told_in_a_word() -> None:
    box = verdict_box(_verdict(_enough(12), _check(True), headline="All of them."))
    assert box.sentences == ()
    assert box.remark == (
        "All 2 checks pass; they stand in the table of checks. Enough cases for the rule: yes."
    )


def test_where_nothing_was_checked_the_box_says_why() -> None:
    verdict = Verdict.not_applicable(CLAIM, "study", "Why.", seed=0)
    assert verdict_box(verdict).sentences == (verdict.sentence,)
