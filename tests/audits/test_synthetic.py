"""Each audit holds on a network that obeys its assumption and fails on one that breaks only it."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

from lossatlas.audits import ASSUMPTIONS, AuditReport, synthetic
from lossatlas.evidence import Ruling

Reports: TypeAlias = Callable[[str, bool], AuditReport]


@pytest.mark.parametrize("id", ASSUMPTIONS)
def test_an_audit_holds_on_what_obeys_its_assumption(id: str, report_of: Reports) -> None:
    assert report_of(id, True)[id].verdict is Ruling.HOLDS


@pytest.mark.parametrize("id", ASSUMPTIONS)
def test_an_audit_fails_on_what_breaks_its_assumption(id: str, report_of: Reports) -> None:
    assert report_of(id, False)[id].verdict is Ruling.FAILS


@pytest.mark.parametrize("id", ASSUMPTIONS)
def test_breaking_one_assumption_changes_no_other_verdict(id: str, report_of: Reports) -> None:
    obeying, breaking = report_of(id, True), report_of(id, False)
    others = [other for other in ASSUMPTIONS if other != id]
    assert [obeying[k].verdict for k in others] == [breaking[k].verdict for k in others]


def test_the_model_obeys_everything_but_inputs_of_their_own(report_of: Reports) -> None:
    verdicts = {a.assumption: a.verdict for a in report_of("A1p-m", True)}
    assert verdicts.pop("A6u") is Ruling.FAILS
    assert set(verdicts.values()) == {Ruling.HOLDS}


def test_the_same_seed_makes_the_same_network() -> None:
    one, other = (synthetic("A1p-m", obeys=False, seed=3) for _ in range(2))
    assert np.array_equal(one.X, other.X)
    assert np.array_equal(one.gates[0], other.gates[0])


def test_an_unknown_assumption_is_named() -> None:
    with pytest.raises(ValueError, match=r"`id` should be one of A1p-m.*Got A8\."):
        synthetic("A8", obeys=True)
