"""A ledger in one sentence."""

import re

from hypothesis import given, strategies as st

from lossatlas.evidence import Check, Claim, Ruling, Strength, Verdict, summarise

PASSED = st.sampled_from([True, False, None])


def _verdicts(outcomes: list[bool | None]) -> list[Verdict]:
    return [
        Verdict.judge(
            Claim(f"K{place}", "statement", "plain", "source", "rule"),
            "study",
            [Check("what", "p", "m", passed, "s", 1, Strength.PROVED)],
            seed=0,
        )
        for place, passed in enumerate(outcomes)
    ]


@given(st.lists(PASSED, min_size=2, max_size=9))
def test_every_claim_is_counted_once(outcomes: list[bool | None]) -> None:
    sentence = summarise(_verdicts(outcomes))
    counted = re.findall(r"(all|\d+) (?:hold|fail|is undecided|are undecided)", sentence)
    assert sum(len(outcomes) if word == "all" else int(word) for word in counted) == len(outcomes)


@given(st.lists(PASSED, min_size=1, max_size=9))
def test_every_claim_that_does_not_hold_is_named(outcomes: list[bool | None]) -> None:
    verdicts = _verdicts(outcomes)
    named = set(re.findall(r"K\d", summarise(verdicts)))
    assert named == {v.claim.id for v in verdicts if v.ruling is not Ruling.HOLDS}


def test_the_sentence_reads_well() -> None:
    assert summarise([]) == "No claim was judged."
    assert summarise(_verdicts([True, True])) == ("Of 2 claims, all hold; all 2 checks are proved.")
    assert summarise(_verdicts([True, False, None, False])) == (
        "Of 4 claims, 1 holds, 2 fail (K1, K3) and 1 is undecided (K2); all 4 checks are proved."
    )
