"""`lossatlas data`: real data with the numbers that assumptions are tested by."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossatlas.data import digits, full_mnist_path

Call = Callable[..., Any]


def test_all_sets_are_listed_with_shapes_and_checksums(lossatlas: Call, tmp_path: Path) -> None:
    rows = json.loads(lossatlas("data", "--folder", tmp_path, "--json").out)
    assert [(row["set"], row["samples"], row["features"], row["where"]) for row in rows] == [
        ("digits", 1797, 64, "installed"),
        ("mnist10", 5000, 100, "installed"),
        ("mnist28", 5000, 784, "installed"),
        ("full-mnist10", 70000, 100, "not fetched"),
        ("full-mnist28", 70000, 784, "not fetched"),
    ]
    assert all(len(row["checksum"]) == 64 for row in rows[:3])
    assert rows[3]["file"] == str(full_mnist_path(tmp_path))


def test_the_table_says_whether_mnist_in_full_is_here(lossatlas: Call, tmp_path: Path) -> None:
    before = lossatlas("data", "--folder", tmp_path)
    assert before.out.count("not fetched") == 2
    assert "lossatlas data --fetch does it, once" in " ".join(before.out.split())
    path = full_mnist_path(tmp_path)
    path.parent.mkdir()
    path.touch()
    after = lossatlas("data", "--folder", tmp_path)
    assert "not fetched" not in after.out
    assert after.out.count("fetched") == 2
    assert path.name in after.out


def test_a_set_that_is_not_here_or_is_damaged_is_one_line(lossatlas: Call, tmp_path: Path) -> None:
    path = full_mnist_path(tmp_path)
    for message in ("has not been fetched", "is damaged"):
        answer = lossatlas("data", "full-mnist10", "--folder", tmp_path)
        assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
        assert message in answer.err
        assert f"lossatlas data --fetch --folder {tmp_path}" in answer.err
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"PK")


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
        (("cifar",), "Known: digits, full-mnist10, full-mnist28, mnist10, mnist28."),
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
