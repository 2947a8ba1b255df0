"""How numbers become a verdict."""

import pytest

from lossatlas.audits import ASSUMPTIONS, Kind, Part
from lossatlas.audits._audit import ruled
from lossatlas.evidence import Ruling


def _part(low: float | None, high: float | None, measured: float | None = 0.5) -> Part:
    return Part("number", 1.0, 0.1, measured, low, high)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.95, 1.05, Ruling.HOLDS),
        (0.9, 1.1, Ruling.HOLDS),
        (0.8, 0.95, Ruling.UNDECIDED),
        (0.5, 1.5, Ruling.UNDECIDED),
        (1.2, 1.3, Ruling.FAILS),
        (0.1, 0.2, Ruling.FAILS),
        (float("inf"), float("inf"), Ruling.FAILS),
        (None, None, Ruling.UNDECIDED),
    ],
)
def test_the_whole_interval_decides(low: float, high: float, verdict: Ruling) -> None:
    assert _part(low, high).verdict is verdict


def test_what_is_not_measured_is_undecided() -> None:
    assert Part("number", 0.0, 1.0, None).verdict is Ruling.UNDECIDED
    assert str(Part("number", 0.0, 1.0, None)) == "not measurable"


def test_one_failing_number_fails_and_one_open_number_leaves_open() -> None:
    holds, fails, open_ = _part(1.0, 1.0), _part(2.0, 2.0), _part(None, None)
    assert ruled([holds, holds]) is Ruling.HOLDS
    assert ruled([holds, open_]) is Ruling.UNDECIDED
    assert ruled([open_, fails, holds]) is Ruling.FAILS
    assert ruled([]) is Ruling.UNDECIDED


def test_three_reshape_two_are_distributional_two_remain() -> None:
    kinds = [a.kind for a in ASSUMPTIONS.values()]
    assert (kinds.count(Kind.RESHAPING), kinds.count(Kind.DISTRIBUTIONAL)) == (3, 2)
    assert kinds.count(Kind.REMAINING) == 2


def test_five_of_seven_are_dropped_and_the_two_that_remain_are_not() -> None:
    seven = [a for a in ASSUMPTIONS.values() if a.kind is not Kind.BEHIND]
    assert len(seven) == 7
    assert sum(a.droppable for a in seven) == 5
    assert all(a.droppable is not (a.kind is Kind.REMAINING) for a in seven)


def test_numbering_that_is_ours_is_printed_as_ours() -> None:
    ours = {a.id for a in ASSUMPTIONS.values() if "our numbering" in a.label}
    assert ours == {"A2p", "A3p", "A4p", "A7p"}
