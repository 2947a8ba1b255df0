"""`lossatlas theory random-matrix`: laws of random matrices with provenance and good digits."""

import json
from collections.abc import Callable
from math import pi, sqrt
from typing import Any

import pytest

Call = Callable[..., Any]


def _numbers(lossatlas: Call, *arguments: str) -> dict[str, Any]:
    answer = lossatlas("theory", "random-matrix", *arguments, "--json")
    assert answer.code == 0, answer.err
    rows = json.loads(answer.out)["results"]
    for row in rows:
        assert all(row[key] != "" for key in ("formula", "theorem", "method", "good_digits"))
    return {row["quantity"]: row["number"] for row in rows}


def test_a_gaussian_matrix(lossatlas: Call) -> None:
    found = _numbers(lossatlas, "--goe", "1", "--at", "0")
    assert found["exact density"] == pytest.approx(1 / sqrt(2 * pi), rel=1e-12)
    assert _numbers(lossatlas, "--goe", "8") == {"edge of the bulk": 4}


def test_a_wishart_matrix(lossatlas: Call) -> None:
    found = _numbers(lossatlas, "--marchenko-pastur", "4", "--at", "3")
    assert (found["left edge"], found["right edge"], found["share of zeros"]) == (1, 9, 0.75)
    assert found["density at 3"] == pytest.approx(sqrt(6 * 2) / (2 * pi * 4 * 3))


def test_a_signal_above_and_below_the_noise(lossatlas: Call) -> None:
    found = _numbers(lossatlas, "--signal", "2", "--noise", "1")
    assert (found["outlier"], found["squared overlap"]) == (2.5, 0.75)
    assert _numbers(lossatlas, "--signal", "1", "--noise", "1") == {"outlier": "none"}


def test_a_network_s_hessian_as_a_sum(lossatlas: Call) -> None:
    found = _numbers(lossatlas, "--pennington-bahri", "0.25", "--loss", "0.04", "--at", "1")
    assert found["eps_c"] == pytest.approx(0.0435095264, abs=6e-11)
    assert found["left edge"] > 0
    assert found["share of negative"] == 0
    assert found["density at 1"] > 0


def test_spacings(lossatlas: Call) -> None:
    assert _numbers(lossatlas, "--spacings")["GOE"] == 0.5307


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "no matrix is asked about"),
        (("--goe", "0"), "`size` should be at least 1"),
        (("--marchenko-pastur", "0"), "`ratio` should be positive"),
        (("--signal", "2", "--noise", "0"), "`noise` should be positive"),
        (("--pennington-bahri", "2"), "Add --loss"),
        (("--pennington-bahri", "0.5", "--at", "1"), "Add --loss"),
        (("--pennington-bahri", "-1"), "`ratio` should"),
        (("--pennington-bahri", "0.5", "--loss", "0"), "`energy` should be positive"),
    ],
)
def test_bad_usage_exits_2_and_says_what_would_do(
    options: tuple[str, ...], message: str, lossatlas: Call
) -> None:
    answer = lossatlas("theory", "random-matrix", *options)
    assert (answer.code, answer.out) == (2, "")
    assert message in " ".join(answer.err.split())
