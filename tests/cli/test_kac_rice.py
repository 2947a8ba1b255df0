"""`lossatlas theory kac-rice`: the numbers of the theory, each with provenance and good digits."""

import json
from collections.abc import Callable
from math import inf, log, sqrt
from typing import Any

import pytest

from lossatlas.theory import kac_rice

Call = Callable[..., Any]
THREE = ("theory", "kac-rice", "--order", "3")


def _json(lossatlas: Call, *arguments: str) -> Any:
    answer = lossatlas(*arguments, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def _numbers(answer: Any) -> dict[str, Any]:
    return {row["quantity"]: row["number"] for row in answer["results"]}


def test_levels_of_an_order(lossatlas: Call) -> None:
    found = _numbers(_json(lossatlas, *THREE))
    assert found["E_inf"] == pytest.approx(1.63299316, abs=6e-9)
    assert [found[f"E_{k}"] for k in range(6)] == [kac_rice.layer(3, k) for k in range(6)]
    assert found["Theta(inf)"] == pytest.approx(log(2) / 2)
    assert found["barrier E_0 - E_1 per spin"] == kac_rice.barrier_bound(3)
    only = _numbers(_json(lossatlas, *THREE, "--index", "7"))
    assert only["E_7"] == kac_rice.layer(3, 7)
    assert "E_3" not in only


@pytest.mark.parametrize(
    ("options", "index", "between"),
    [
        ((), None, (-inf, inf)),
        (("--below", "-1.5"), None, (-inf, -1.5)),
        (("--index", "0", "--below", "-1.5"), 0, (-inf, -1.5)),
        (("--between", "-1.6,-1.2"), None, (-1.6, -1.2)),
        (("--index", "19", "--between", "1.2,inf"), 19, (1.2, inf)),
    ],
)
def test_mean_numbers(
    options: tuple[str, ...], index: int | None, between: tuple[float, float], lossatlas: Call
) -> None:
    found = _numbers(_json(lossatlas, *THREE, "--size", "20", *options))
    exact = kac_rice.mean_count(20, 3, index=index, between=between)
    assert found["mean number"] == pytest.approx(exact, rel=1e-11)
    assert found["ln of the mean number"] == pytest.approx(log(exact), rel=1e-10)


def test_what_overflows_is_given_by_its_logarithm(lossatlas: Call) -> None:
    found = _numbers(_json(lossatlas, "theory", "kac-rice", "--order", "20", "--size", "1000"))
    assert "mean number" not in found
    assert found["ln of the mean number"] == kac_rice.mean_count(1000, 20, log=True)


def test_digits_called_good_are_good(lossatlas: Call) -> None:
    # p = 3, N = 4: twice (29 27 - 63 9 + 48 3 - 12) / (2 7^(3/2)), N = 2: 2 sqrt 7
    exact = {2: 2 * sqrt(7), 4: (29 * 27 - 63 * 9 + 48 * 3 - 12) / 7**1.5}
    for size, value in exact.items():
        answer = _json(lossatlas, *THREE, "--size", str(size))
        row = next(row for row in answer["results"] if row["quantity"] == "mean number")
        assert abs(row["number"] / value - 1) < 10.0 ** -row["good_digits"]
        assert row["good_digits"] >= 12


def test_every_number_comes_with_its_provenance(lossatlas: Call) -> None:
    asked = ("--size", "12", "--energy", "-1.5", "--fraction", "0.25", "--by-index")
    answer = _json(lossatlas, *THREE, *asked)
    for row in answer["results"]:
        assert all(row[key] != "" for key in ("formula", "theorem", "method", "good_digits"))
    for row in [*answer["by_index"], *answer["index_law"]]:
        assert all(row[key] != "" for key in ("theorem", "method", "good_digits"))
    assert _numbers(answer)["energy"] == pytest.approx(-0.65968474, abs=6e-9)
    total = _numbers(answer)["mean number"]
    assert sum(row["mean_number"] for row in answer["by_index"]) == pytest.approx(total, rel=1e-11)
    assert sum(row["probability"] for row in answer["index_law"]) == pytest.approx(1, abs=1e-9)


def test_quadratic_forms_are_told_apart(lossatlas: Call) -> None:
    found = _numbers(_json(lossatlas, "theory", "kac-rice", "--order", "2", "--size", "9"))
    assert found["mean number"] == pytest.approx(18, rel=1e-12)
    assert not any("ground state" in name for name in found)


def test_networks_are_mapped_with_their_caveats(lossatlas: Call) -> None:
    answer = _json(lossatlas, "theory", "kac-rice", "--widths", "100,25,10")
    assert (answer["order"], answer["size"], answer["network"]["size"]) == (2, 50, 50.0)
    table = lossatlas("theory", "kac-rice", "--widths", "100,25,10")
    assert "One hidden layer is order 2" in " ".join(table.out.split())


def test_estimates_come_with_their_standard_error(lossatlas: Call) -> None:
    asked = (*THREE, "--size", "30", "--index", "0", "--estimate", "400", "--seed", "3")
    found = _numbers(_json(lossatlas, *asked))
    exact = kac_rice.mean_count(30, 3, index=0)
    error = found["its standard error"]
    assert abs(found["mean number, estimated"] - exact) < 4 * error
    assert _json(lossatlas, *asked) == _json(lossatlas, *asked)


def test_the_table_shows_good_digits_only(lossatlas: Call) -> None:
    asked = (*THREE, "--size", "20", "--index", "0")
    row = _json(lossatlas, *asked)["results"][0]
    assert f" {row['number']:.{row['good_digits']}g} " in lossatlas(*asked).out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "Give --order, or --widths"),
        (("--order", "1"), "`order` should be at least 2"),
        (("--order", "three"), "be a valid integer"),
        (("--order", "3", "--size", "1"), "`size` should be at least 2"),
        (("--order", "3", "--size", "9", "--index", "9"), "none of 0 to 8"),
        (("--order", "3", "--size", "9", "--index", "-1"), "`index` should be 0 or more"),
        (("--order", "3", "--size", "9", "--between", "1,-1"), "low below high"),
        (("--order", "3", "--size", "9", "--between", "1,1"), "low below high"),
        (("--order", "3", "--size", "9", "--between", "1"), "not two energies"),
        (("--order", "3", "--size", "9", "--between", "a,b"), "Write it as -1.6,-1.2"),
        (("--order", "3", "--size", "9", "--below", "nan"), "low below high"),
        (("--order", "3", "--size", "9", "--below", "0", "--between", "0,1"), "not both"),
        (("--order", "3", "--below", "0"), "Add --size"),
        (("--order", "3", "--by-index"), "Add --size"),
        (("--order", "3", "--size", "61", "--by-index"), "with --index"),
        (("--order", "3", "--size", "9", "--estimate", "9"), "Add --index"),
        (("--order", "3", "--size", "9", "--index", "1", "--estimate", "1"), "at least 2"),
        (("--order", "3", "--size", "500", "--index", "1"), "--estimate asks for"),
        (("--order", "3", "--fraction", "2"), "`fraction` should lie in 0..1"),
        (("--order", "3", "--size", "501", "--energy", "0"), "at most 500"),
        (("--widths", "3"), "at least one hidden layer"),
        (("--widths", "9,9,9", "--order", "3"), "Leave out --order"),
    ],
)
def test_bad_usage_exits_2_and_says_what_would_do(
    options: tuple[str, ...], message: str, lossatlas: Call
) -> None:
    answer = lossatlas("theory", "kac-rice", *options)
    assert (answer.code, answer.out) == (2, "")
    assert message in " ".join(answer.err.split())
