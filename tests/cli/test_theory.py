"""`lossatlas theory deep-linear`: every number right, with its provenance and its good digits."""

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest

Call = Callable[..., Any]
GIVEN = ("theory", "deep-linear", "--eigenvalues", "25,9,4", "--widths", "3,3,3,3")


def _json(lossatlas: Call, *arguments: str) -> Any:
    answer = lossatlas(*arguments, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_every_critical_value_is_half_of_what_is_left_over(lossatlas: Call) -> None:
    rows = _json(lossatlas, *GIVEN)["critical_values"]
    expected = {
        subset: sum(v for i, v in enumerate((25, 9, 4)) if i not in subset) / 2
        for size in range(4)
        for subset in combinations(range(3), size)
    }
    assert {tuple(row["subset"]): row["value"] for row in rows} == pytest.approx(expected)
    assert [row["value"] for row in rows] == sorted(row["value"] for row in rows)


# index and nullity worked out by hand for X = I, Y = diag(5, 3, 2)
@pytest.mark.parametrize(
    ("widths", "subset", "arcs", "index", "nullity", "kind"),
    [
        ("3,3,3,3", "", None, 0, 27, "bad saddle"),
        ("3,3,3,3", "0", None, 0, 22, "bad saddle"),
        ("3,3,3,3", "1", None, 1, 22, "strict saddle"),
        ("3,3,3,3", "0,1,2", None, 0, 18, "global minimum"),
        ("3,3,3,3", "0", "1:2,1:2,3:2,3:2", 4, 14, "strict saddle"),
        ("3,3,3", "", None, 9, 0, "strict saddle"),
        ("3,3,3", "2", None, 6, 5, "strict saddle"),
        ("3,1,3", "2", None, 2, 1, "strict saddle"),
    ],
)
def test_index_and_nullity_are_those_worked_out_by_hand(
    widths: str,
    subset: str,
    arcs: str | None,
    index: int,
    nullity: int,
    kind: str,
    lossatlas: Call,
) -> None:
    asked = ["theory", "deep-linear", "--eigenvalues", "25,9,4", "--widths", widths]
    asked += ["--subset", subset, *([] if arcs is None else ["--arcs", arcs])]
    (row,) = _json(lossatlas, *asked)["critical_points"]
    assert (row["index"], row["nullity"], row["kind"]) == (index, nullity, kind)


def test_all_types_of_a_subset_can_be_listed(lossatlas: Call) -> None:
    rows = _json(lossatlas, *GIVEN, "--subset", "0", "--arcs", "all")["critical_points"]
    assert len({row["arcs"] for row in rows}) == len(rows) == 11
    for row in rows:
        (alone,) = _json(lossatlas, *GIVEN, "--subset", "0", "--arcs", row["arcs"])[
            "critical_points"
        ]
        assert alone == row


@pytest.mark.parametrize("eigenvalues", ["1/3,0.1,1e-9", "1e10,1,1e-10", "7,7,0"])
def test_the_digits_called_good_are_good(eigenvalues: str, lossatlas: Call) -> None:
    exact = [Fraction(x) for x in eigenvalues.split(",")]
    asked = ("theory", "deep-linear", "--eigenvalues", eigenvalues, "--widths", "3,2,3")
    for row in _json(lossatlas, *asked)["critical_values"]:
        true = sum(v for i, v in enumerate(exact) if i not in row["subset"]) / 2
        error = abs(Fraction(row["value"]) - true)
        good = row["good_digits"]
        assert not good or error <= abs(Fraction(row["value"])) / 10**good


def test_every_number_comes_with_its_provenance(lossatlas: Call) -> None:
    answer = _json(lossatlas, *GIVEN, "--subset", "0")
    for row in answer["results"]:
        assert all(row[key] != "" for key in ("formula", "theorem", "method", "good_digits"))
    for row in [*answer["critical_values"], *answer["critical_points"]]:
        assert all(row[key] != "" for key in ("theorem", "method", "good_digits"))
    assert [item["id"] for item in answer["assumptions"]] == ["HA1", "HA2", "HA3", "HA4"]


def test_real_data_give_their_eigenvalues_and_their_digits(lossatlas: Call) -> None:
    asked = ("--data", "digits", "--classes", "0,1,2", "--components", "5", "--widths", "5,4,3")
    answer = _json(lossatlas, "theory", "deep-linear", *asked)
    values = sorted(answer["eigenvalues"], reverse=True)
    assert answer["eigenvalues"] == values
    lowest, highest = answer["critical_values"][0], answer["critical_values"][-1]
    assert highest["value"] - lowest["value"] == pytest.approx(sum(values) / 2, rel=1e-12)
    assert 8 <= lowest["good_digits"] < 16
    assert "first-order bound" in lowest["method"]


def test_proved_digits_are_at_least_those_of_the_bound(lossatlas: Call) -> None:
    asked = ("--data", "digits", "--classes", "0,1,2", "--components", "5", "--widths", "5,4,3")
    bounded = _json(lossatlas, "theory", "deep-linear", *asked)["critical_values"]
    proved = _json(lossatlas, "theory", "deep-linear", *asked, "--prove")["critical_values"]
    assert [row["value"] for row in proved] == [row["value"] for row in bounded]
    assert all("proved enclosure" in row["method"] for row in proved)
    for one, other in zip(proved, bounded, strict=True):
        assert 16 >= one["good_digits"] >= other["good_digits"]


def test_the_table_shows_good_digits_only(lossatlas: Call) -> None:
    asked = ("--data", "digits", "--samples", "100", "--components", "5", "--widths", "5,1,10")
    (lowest, *_) = _json(lossatlas, "theory", "deep-linear", *asked)["critical_values"]
    shown = f"{lowest['value']:.{lowest['good_digits']}g}"
    assert f" {shown} " in lossatlas("theory", "deep-linear", *asked).out


def test_broken_assumptions_are_named_in_the_table(lossatlas: Call) -> None:
    asked = ("--data", "digits", "--samples", "300", "--widths", "64,2,10", "--limit", "3")
    answer = lossatlas("theory", "deep-linear", *asked)
    assert answer.code == 0
    assert "Broken assumptions: HA1." in answer.out
    assert "3 of 56" in answer.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--widths", "3,3,3"), "give either --eigenvalues or --data"),
        (("--widths", "3,3,3", "--eigenvalues", "3,2,1", "--data", "digits"), "not both"),
        (("--widths", "3,0,3", "--eigenvalues", "3,2,1"), "each at least 1"),
        (("--widths", "3,-2,3", "--eigenvalues", "3,2,1"), "each at least 1"),
        (("--widths", "3,3", "--eigenvalues", "3,2,1"), "at least one hidden width"),
        (("--widths", "3,x,3", "--eigenvalues", "3,2,1"), "Write it as 64,8,4,10"),
        (("--widths", "3,3,3", "--eigenvalues", "3,nan,1"), "Write it as 25,9,4"),
        (("--widths", "3,3,3", "--eigenvalues", "inf,2,1"), "Write it as 25,9,4"),
        (("--widths", "3,3,3", "--eigenvalues", "1/0,2,1"), "Write it as 25,9,4"),
        (("--widths", "3,3,3", "--eigenvalues", "3,2"), "3 numbers (the last width)"),
        (("--widths", "3,3,3", "--eigenvalues", "1,2,3"), "largest first"),
        (("--widths", "3,3,3", "--eigenvalues", "3,2,-1"), "none negative"),
        (("--widths", "2,3,3", "--eigenvalues", "3,2,1"), "at most 2 eigenvalues"),
        (("--widths", "3,3,3", "--eigenvalues", "3,2,1", "--subset", "3"), "counted from 0"),
        (
            ("--widths", "3,1,3", "--eigenvalues", "3,2,1", "--subset", "0,1"),
            "more than r_max = 1 members",
        ),
        (("--widths", "3,3,3", "--eigenvalues", "3,2,1", "--arcs", "all"), "Add --subset."),
        (
            ("--widths", "3,3,3", "--eigenvalues", "3,2,1", "--subset", "0", "--arcs", "1:2"),
            "cover the layers",
        ),
        (
            ("--widths", "3,3,3", "--eigenvalues", "3,2,1", "--subset", "0", "--arcs", "1-2"),
            "1:2,3:2",
        ),
        (
            ("--widths", "64,4,9", "--data", "digits", "--samples", "99"),
            "end with 10 as the data do",
        ),
        (("--widths", "64,4,10", "--data", "digit"), "Did you mean 'digits'?"),
        (("--widths", "64,4,10", "--data", "digits", "--classes", "0,11"), "0 to 9"),
        (("--widths", "64,4,10", "--data", "digits", "--samples", "0"), "1..1797"),
        (("--eigenvalues", "3,2,1"), "--widths"),
    ],
)
def test_bad_usage_exits_2_and_says_what_would_do(
    arguments: tuple[str, ...], message: str, lossatlas: Call
) -> None:
    answer = lossatlas("theory", "deep-linear", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
