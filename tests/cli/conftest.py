"""A run folder with a few records, and the command in process."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest

from lossatlas.catalogue import Record
from lossatlas.cli import app
from lossatlas.cli._door import guarded
from lossatlas.evidence import Check, Claim, Strength, Verdict
from lossatlas.execution import open_run


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@pytest.fixture
def lossatlas(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """The whole command line in process, its error door included."""

    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        code = guarded(lambda: app([str(a) for a in arguments], prog_name="lossatlas"))
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder as a study leaves it: six points, two other records, three verdicts."""
    made = open_run(tmp_path / "run", {"preset": "quick", "studies": {"sample": {"seed": 7}}})
    with made.store() as store:
        store.commit("task-a", "{}", [_point(i) for i in range(4)])
        store.commit("task-b", "{}", [_point(4), _point(5), *_others()])
        store.save_outcome("sample", [verdict.to_dict() for verdict in _verdicts()], [])
    return made.path


def _point(i: int) -> Record:
    kinds = ["global minimum", "bad saddle", "strict saddle"]
    attributes = {
        "kind": kinds[i % 3],
        "status": "critical" if i < 5 else "drifting",
        "index": i,
        "loss": [0.5, nan, inf, 1 / 3, -1.0, 2.0][i],
        "remark": "[red]not red[/red]",
    }
    return Record("sample", "point", attributes, np.array([i, 0.1]))


def _others() -> list[Record]:
    return [Record("sample", "assumption", {"name": f"HA{i}", "holds": i > 1}) for i in (1, 2)]


def _verdicts() -> list[Verdict]:
    def check(exceptions: int, sample_size: int) -> Check:
        return Check.no_exception(
            "minima [b]are[/b] global",
            exceptions=exceptions,
            sample_size=sample_size,
            strength=Strength.MEASURED,
            minimum=3,
            tolerance=1e-8,
        )

    cases = {"K1": check(0, 9), "K2": check(2, 9), "K5": check(0, 1)}
    return [
        Verdict.judge(
            Claim(name, f"Statement {name}.", "", "A paper", "No exception"),
            "sample",
            [c],
            seed=7,
            headline=f"{c.measured} [i]in all[/i]." if name == "K1" else "",
        )
        for name, c in cases.items()
    ]
