"""`lossatlas verify`: what it counts, what it names, and its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from lossatlas.catalogue import Record
from lossatlas.critical import Certificate, certify_batch
from lossatlas.execution import open_run
from lossatlas.surfaces import SpinGlass

Call = Callable[..., Any]


def _records(**changed: object) -> list[Record]:
    """A quadratic form on the sphere, whose critical points are the axes: all of them."""
    T = torch.diag(torch.tensor([3.0, 2.0, 1.0], dtype=torch.float64))
    surface = SpinGlass.from_couplings(T)
    about = {"instance": "axes", "surface": "spin glass", "order": 2, "size": 3, "complete": True}
    records = [Record("sample", "instance", about, surface.entries.numpy())]
    axes = torch.eye(3).double() * 3**0.5
    for proof in certify_batch(surface, torch.cat([axes, -axes])):
        assert isinstance(proof, Certificate)
        attributes = {"instance": "axes", **proof.attributes(), **changed}
        records.append(Record("sample", "point", attributes, proof.point.numpy()))
    return records


@pytest.fixture
def certified(tmp_path: Path) -> Callable[..., Path]:
    def make(**changed: object) -> Path:
        run = open_run(tmp_path / "certified", {"preset": "quick"})
        with run.store() as store:
            store.commit("task", "{}", _records(**changed))
        return run.path

    return make


def test_it_counts_and_exits_0_when_all_is_proved(lossatlas: Call, certified: Call) -> None:
    run = certified()
    answer = lossatlas("verify", run)
    assert (answer.code, answer.err) == (0, "")
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["sample", "complete", "1", "0", "0"] in rows
    assert ["sample", "point", "6", "0", "0"] in rows
    answer = lossatlas("verify", run, "--json", "--quiet")
    assert answer.code == 0
    assert json.loads(answer.out) == {
        "proved again": 7,
        "refuted": 0,
        "undecided": 0,
        "not proved again": [],
    }


def test_it_names_what_is_not_proved_and_exits_1(lossatlas: Call, certified: Call) -> None:
    run = certified(index=1)
    answer = lossatlas("verify", run, "--json")
    found = json.loads(answer.out)
    assert answer.code == 1
    assert (found["proved again"], found["refuted"], found["undecided"]) == (2, 4, 1)
    first = found["not proved again"][0]
    assert (first["study"], first["draw"], first["statement"]) == ("sample", "axes", "point")
    assert first["reason"] in ("its index is 2, not 1", "its index is 0, not 1")
    answer = lossatlas("verify", run)
    assert answer.code == 1
    assert "its index is 0, not 1" in answer.out
    assert "5 of 5 not proved again" in answer.out


def test_it_says_when_there_is_nothing_to_prove(lossatlas: Call, run: Path) -> None:
    answer = lossatlas("verify", run)
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "This run has stored no certificates.\n"
    answer = lossatlas("verify", run, "--json")
    assert (answer.code, json.loads(answer.out)["proved again"]) == (0, 0)


def test_a_reason_from_a_hostile_file_cannot_drive_the_terminal(
    lossatlas: Call, certified: Call
) -> None:
    answer = lossatlas("verify", certified(instance="\x1b[2J[red]lost"))
    assert answer.code == 1
    assert "\x1b" not in answer.out
    assert "complete" in answer.out


@pytest.mark.parametrize("content", [b"nothing of the kind" * 100, b""])
def test_a_damaged_catalogue_is_refused_in_one_line(
    content: bytes, lossatlas: Call, certified: Call
) -> None:
    run = certified()
    (run / "atlas.db").write_bytes(content)
    answer = lossatlas("verify", run)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Error: ")
    assert answer.err.count("\n") == 1


def test_what_is_no_run_is_refused(lossatlas: Call, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nothing"):
        answer = lossatlas("verify", folder)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("Error: ")
