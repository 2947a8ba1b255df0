"""A check says what its numbers say."""

import json
from math import inf, isfinite, nan

import pytest
from hypothesis import given, strategies as st

from lossatlas.evidence import Check, Strength

MEASURED = Strength.MEASURED
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


def _counted(exceptions: int, cases: int, minimum: int = 1) -> Check:
    return Check.no_exception(
        "points", exceptions=exceptions, sample_size=cases, strength=MEASURED, minimum=minimum
    )


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_one_exception_is_enough_to_fail(exceptions: int, regular: int, minimum: int) -> None:
    check = _counted(exceptions, exceptions + regular, minimum)
    enough = regular >= max(1, minimum)
    assert check.passed is (False if exceptions else (True if enough else None))


def test_no_case_judges_nothing_even_when_none_is_asked_for() -> None:
    assert _counted(0, 0, minimum=0).passed is None


@pytest.mark.parametrize(("exceptions", "cases"), [(3, 2), (-1, 2)])
def test_exceptions_are_counted_among_the_cases(exceptions: int, cases: int) -> None:
    with pytest.raises(ValueError, match=r"`exceptions` should lie between 0 and the 2 cases"):
        _counted(exceptions, cases)


def test_the_sentence_changes_with_the_count() -> None:
    sentences = [_counted(*pair).sentence for pair in [(0, 1), (0, 9), (1, 9), (2, 9)]]
    assert sentences == [
        "points: the only one does.",
        "points: all 9 do.",
        "points: 1 of 9 does not.",
        "points: 2 of 9 do not.",
    ]
    assert _counted(0, 1, 5).sentence == "points: only 1 case, and 5 needed to judge."
    assert _counted(0, 0).sentence == "points: no case, and at least 1 is needed to judge."


def _within(predicted: float, measured: float, tolerance: float, cases: int = 1) -> Check:
    return Check.within(
        "loss",
        predicted=predicted,
        measured=measured,
        tolerance=tolerance,
        sample_size=cases,
        strength=MEASURED,
    )


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 3))
def test_within_is_open_unless_every_number_is_finite(
    predicted: float, measured: float, tolerance: float, cases: int
) -> None:
    check = _within(predicted, measured, tolerance, cases)
    distance = abs(predicted - measured)
    judged = isfinite(distance) and isfinite(tolerance) and cases > 0
    assert check.passed is ((distance <= tolerance) if judged else None)


def test_within_says_how_far_apart_the_numbers_are() -> None:
    assert _within(1.0, 1.5, 1e-8).sentence == (
        "loss: predicted 1, measured 1.5; they differ (distance 0.5, tolerance 1e-08)."
    )
    assert "they agree" in _within(1.0, 1.0, 1e-8).sentence
    assert "cannot be compared" in _within(1.0, nan, 1e-8).sentence


@given(NUMBERS, NUMBERS, st.integers(0, 3))
def test_bounds_are_two_sides_of_one_comparison(bound: float, measured: float, cases: int) -> None:
    least = Check.at_least(
        "gap", bound=bound, measured=measured, sample_size=cases, strength=MEASURED
    )
    most = Check.at_most(
        "gap", bound=bound, measured=measured, sample_size=cases, strength=MEASURED
    )
    if not (isfinite(bound) and isfinite(measured) and cases):
        assert (least.passed, most.passed) == (None, None)
    else:
        assert (least.passed, most.passed) == (measured >= bound, measured <= bound)
        assert least.passed or most.passed


def test_a_bound_says_which_side_was_found() -> None:
    checks = [
        Check.at_most("gap", bound=1.0, measured=x, sample_size=2, strength=MEASURED)
        for x in (0.5, 2.0, inf)
    ]
    assert [check.sentence for check in checks] == [
        "gap: 0.5, at most 1 as predicted.",
        "gap: 2, and not at most 1 as predicted.",
        "gap: inf; whether it is at most 1 is open.",
    ]


@given(NUMBERS, st.sampled_from(Strength))
def test_a_check_survives_json(measured: float, strength: Strength) -> None:
    check = Check.at_least("gap", bound=0.5, measured=measured, sample_size=3, strength=strength)
    assert Check.from_dict(json.loads(json.dumps(check.to_dict()))) == check


@pytest.mark.parametrize("counted", [0, 1, 7])
def test_a_check_of_the_sample_alone_is_marked_and_survives_json(counted: int) -> None:
    check = Check.enough("Runs", needed=1, counted=counted, strength=MEASURED)
    assert check.procedural
    assert "at least 1 is needed" in check.sentence
    assert Check.from_dict(json.loads(json.dumps(check.to_dict()))) == check


@pytest.mark.parametrize("tail", ["at least 1 are needed.", "at least 12 are needed to judge."])
def test_a_catalogue_from_before_the_mark_is_told_by_its_sentences(tail: str) -> None:
    checks = (
        Check.enough("Runs", needed=12, counted=3, strength=MEASURED),
        Check.at_least("Runs", bound=12.0, measured=3.0, sample_size=3, strength=MEASURED),
    )
    old = [check.to_dict() for check in checks]
    for values in old:
        del values["procedural"]
    old[0]["sentence"] = f"Runs: 3; {tail}"
    assert [Check.from_dict(values).procedural for values in old] == [True, False]


def test_too_small_a_sample_leaves_undecided_and_says_what_is_needed() -> None:
    short = Check.enough("Runs", needed=500, counted=499, strength=Strength.MEASURED)
    assert short.passed is None
    assert short.sentence == "Runs: 499; at least 500 are needed to judge."
    assert Check.enough("Runs", needed=500, counted=500, strength=Strength.MEASURED).passed
