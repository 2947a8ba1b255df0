"""A rate so large that networks become NaN: they are kept, marked, counted, and the page is written."""

from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from tests.studies._performed import performed

from lossatlas.cli._page import write_page
from lossatlas.execution import open_run
from lossatlas.studies import AbstractStudy, judge
from lossatlas.studies.choromanska2015_networks import Choromanska2015Networks
from lossatlas.studies.depth import Depth
from lossatlas.studies.width import Width

WILD = 1e20
NETWORKS: dict[str, Any] = {
    # At 25 units the rate is what it says; at 3 it is 10^36 times as large, at 30 a thousandth. Units
    # that can be off would be off for ever after the first step, and the loss finite.
    "protocol": {
        "data": "digits", "side": 4, "train": 60, "test": 40, "epochs": 4, "records": 3,
        "rate": 0.1, "rate_power": 40.0, "activation": "identity", "engine": "torch",
    },
    "widths": [
        {"width": 3, "networks": 5, "group": 3, "indexed": 2, "rounded": 2, "continued": 2},
        {"width": 30, "networks": 4, "group": 4, "indexed": 1},
    ],
    "annealings": [{"width": 30, "samples": 30, "networks": 2, "budgets": [2], "group": 2, "few": False}],
    "rates": [0.1, WILD], "few_values": [3, 5], "further_epochs": 2, "settling": 4,
    "resamples": 100,
}  # fmt: skip
TRAINING = {"epochs": 2, "engine": "torch", "activation": "tanh", "rate": WILD}
WIDTHS: dict[str, Any] = {
    "data": {"source": "digits", "train": 60, "test": 40},
    "training": TRAINING,
    "families": [
        {"hidden_layers": 1, "widths": [4, 8], "networks": 4, "curvatures": 2, "lines": 2}
    ],
    "line_points": 5,
    "band_training": TRAINING,
    "bands": [
        {
            "hidden_layers": 1, "widths": [2], "pairs": 2, "images": 5, "max_steps": 10,
            "newton_steps": 5,
        }
    ],
}  # fmt: skip
DATA = {"source": "digits", "classes": [0, 1, 2], "components": 4, "train": 60, "test": 30}
DEPTHS: dict[str, Any] = {
    "training": TRAINING,
    "families": {
        "three": {
            "data": DATA, "parameters": 40, "depths": [1, 2], "descents": 3, "batch": 3, "proofs": 1,
            "networks": 4, "curvatures": 2,
        }
    },
}  # fmt: skip

CASES = [
    pytest.param(Choromanska2015Networks(), NETWORKS, 9, 5, id="choromanska2015-networks"),
    pytest.param(Width(), WIDTHS, 8, 8, id="width"),
    pytest.param(Depth(), DEPTHS, 8, 8, id="depth"),
]


@pytest.mark.parametrize(("study", "fields", "number", "broken"), CASES)
def test_networks_that_break_are_kept_marked_and_counted(
    study: AbstractStudy, fields: dict[str, Any], number: int, broken: int, tmp_path: Path
) -> None:
    settings = study.settings("quick", **fields)
    run = open_run(tmp_path / "run", {})
    with run.store() as store:
        for task in study.tasks(settings):
            store.commit(task.key, task.json, performed(task))
        outcome = judge(study, settings, store)
        write_page(store, run)
        rows = [record.attributes for record in store.records(study.name, "network")]
    marked = [row for row in rows if not row["finite"]]
    assert len({row["seed"] for row in rows}) == len(rows) == number
    assert len(marked) == broken
    for row in rows:
        assert row["finite"] == isfinite(row["train_loss"])
    remarks = " ".join(note for verdict in outcome.verdicts for note in verdict.notes)
    counted = f"{broken} of {number}"
    assert counted in remarks
    assert counted in run.report.read_text()
