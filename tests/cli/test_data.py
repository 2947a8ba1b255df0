"""`lossatlas data`: real data with the numbers that assumptions are tested by."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lossatlas.data import digits

Call = Callable[..., Any]


def test_all_sets_are_listed_with_shapes_and_checksums(lossatlas: Call) -> None:
    rows = json.loads(lossatlas("data", "--json").out)
    assert [(row["set"], row["samples"], row["features"]) for row in rows] == [
        ("digits", 1797, 64),
        ("mnist10", 5000, 100),
        ("mnist28", 5000, 784),
    ]
    assert all(len(row["checksum"]) == 64 for row in rows)


def test_one_set_comes_with_each_assumption_and_its_number(lossatlas: Call) -> None:
    row = json.loads(
        lossatlas("data", "digits", "--classes", "0,1", "--components", 4, "--json").out
    )
    data = digits(classes=(0, 1), components=4, centred=False)
    assert row["checksum"] == data.checksum
    singular = np.linalg.svd(data.inputs, compute_uv=False)
    assumptions = {item["id"]: item for item in row["assumptions"]}
    assert assumptions["HA1"]["number"] == pytest.approx(singular[-1] / singular[0])
    assert list(assumptions) == ["HA1", "HA2", "HA3", "HA4"]


def test_the_table_says_which_assumption_fails_and_why(lossatlas: Call) -> None:
    answer = lossatlas("data", "digits", "--samples", "500")
    assert answer.code == 0
    for text in ("500", "HA1", "Reduced to the", "HA4"):
        assert text in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mnist",), "Did you mean"),
        (("cifar",), "Known: digits, mnist10, mnist28."),
        (("digits", "--classes", "0,0"), "different digits"),
        (("digits", "--components", "99"), "1..61"),
        (("digits", "--samples", "1.5"), "--samples"),
        (("--classes", "1"), "Name one of digits"),
    ],
)
def test_bad_usage_exits_2(arguments: tuple[str, ...], message: str, lossatlas: Call) -> None:
    answer = lossatlas("data", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
