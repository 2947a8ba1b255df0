from lossatlas.evidence import Claim, Verdict, in_order


def verdict(study: str, claim: str) -> Verdict:
    return Verdict.judge(Claim(claim, "", "", "", ""), study, [], seed=0)


STORED = [verdict(*told) for told in (("a", "A2"), ("a", "A1"), ("b", "B1"), ("c", "C1"))]


def test_studies_come_as_asked_and_claims_as_judged() -> None:
    ids = [v.claim.id for v in in_order(STORED, ["b", "a"])]
    assert ids == ["B1", "A2", "A1", "C1"]


def test_without_studies_nothing_moves() -> None:
    assert in_order(STORED, []) == STORED
