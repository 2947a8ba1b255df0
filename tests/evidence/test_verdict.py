"""A verdict follows from its checks and from nothing else."""

import json

from hypothesis import given, strategies as st

from lossatlas.evidence import Check, Claim, Ruling, Strength, Verdict

CLAIM = Claim("K3", "statement", "plain words", "source", "rule")
OUTCOMES = st.lists(st.sampled_from([True, False, None]), max_size=6)
PROMISED_KEYS = [
    "id",
    "statement",
    "study",
    "verdict",
    "strength",
    "predicted",
    "measured",
    "tolerance",
    "sample_size",
    "seed",
    "reason",
    "headline",
]


def _check(
    passed: bool | None,
    *,
    strength: Strength = Strength.PROVED,
    tolerance: float | None = None,
    cases: int = 4,
) -> Check:
    word = {True: "good", False: "bad", None: "open"}[passed]
    return Check("what", "p", "m", passed, f"It is {word}.", cases, strength, tolerance)


def _verdict(*checks: Check, notes: tuple[str, ...] = ()) -> Verdict:
    return Verdict.judge(CLAIM, "study", checks, seed=3, notes=notes)


@given(OUTCOMES)
def test_a_verdict_is_the_conjunction_of_its_checks(outcomes: list[bool | None]) -> None:
    ruling = _verdict(*map(_check, outcomes)).ruling
    if False in outcomes:
        assert ruling is Ruling.FAILS
    elif None in outcomes or not outcomes:
        assert ruling is Ruling.UNDECIDED
    else:
        assert ruling is Ruling.HOLDS


@given(OUTCOMES, st.integers(0, 6))
def test_a_planted_violation_turns_every_verdict(outcomes: list[bool | None], place: int) -> None:
    planted = [*outcomes[:place], False, *outcomes[place:]]
    verdict = _verdict(*map(_check, planted))
    assert verdict.ruling is Ruling.FAILS
    assert set(verdict.sentence.split("It is ")) <= {"", "bad. ", "bad."}
    assert all(check.passed is False for check in verdict.deciding)


@given(OUTCOMES.filter(lambda outcomes: None in outcomes and False not in outcomes))
def test_an_open_verdict_names_what_is_open(outcomes: list[bool | None]) -> None:
    sentence = _verdict(*map(_check, outcomes)).sentence
    assert sentence == " ".join(["It is open."] * outcomes.count(None))


@given(st.lists(st.sampled_from(Strength), min_size=1, max_size=5))
def test_one_measurement_makes_a_verdict_measured(strengths: list[Strength]) -> None:
    verdict = _verdict(*(_check(True, strength=strength) for strength in strengths))
    assert (verdict.strength is Strength.PROVED) == (Strength.MEASURED not in strengths)


def test_nothing_is_proved_by_no_checks() -> None:
    verdict = _verdict()
    assert verdict.strength is Strength.MEASURED
    assert verdict.sentence == "Nothing was measured."
    assert (verdict.sample_size, verdict.tolerance) == (0, None)


def test_a_verdict_reports_all_cases_and_its_widest_tolerance() -> None:
    verdict = _verdict(_check(True, tolerance=1e-8), _check(True, tolerance=1e-3), _check(True))
    assert (verdict.sample_size, verdict.tolerance) == (12, 1e-3)


def test_a_statement_that_does_not_apply_says_why() -> None:
    verdict = Verdict.not_applicable(CLAIM, "study", "The data have one class.", seed=0)
    assert verdict.ruling is Ruling.NOT_APPLICABLE
    assert verdict.reason == "The statement does not apply here. The data have one class."


def test_notes_are_told_but_decide_nothing() -> None:
    plain, noted = _verdict(_check(True)), _verdict(_check(True), notes=("HA3 was broken.",))
    assert plain.ruling is noted.ruling
    assert plain.sentence == noted.sentence
    assert noted.reason == "It is good. HA3 was broken."


def test_the_summary_keeps_the_promised_keys() -> None:
    summary = _verdict(_check(True)).summary()
    assert list(summary) == PROMISED_KEYS
    assert json.loads(json.dumps(summary)) == summary


@given(OUTCOMES, st.lists(st.text(max_size=5), max_size=3))
def test_a_verdict_survives_json(outcomes: list[bool | None], notes: list[str]) -> None:
    verdict = _verdict(*map(_check, outcomes), notes=tuple(notes))
    assert Verdict.from_dict(json.loads(json.dumps(verdict.to_dict()))) == verdict
