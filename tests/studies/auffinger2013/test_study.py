"""The study from end to end on settings that run in seconds."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lossatlas.catalogue import AbstractStore, Record, SqliteStore
from lossatlas.evidence import Figure, Globe
from lossatlas.execution import Task
from lossatlas.studies.auffinger2013 import Auffinger2013, CountChoice
from lossatlas.studies.auffinger2013._figures import draw
from lossatlas.studies.auffinger2013._rows import Rows
from lossatlas.studies.auffinger2013._windows import NUM_WINDOWS, windows
from lossatlas.verification import Outcome, verify_catalogue

STUDY = Auffinger2013()


def test_every_instance_is_proved_complete_and_meets_euler(rows: Rows) -> None:
    assert {row["completeness"] for row in rows.counts} == {"proved complete"}
    assert all(row["euler"] == row["euler_expected"] for row in rows.counts)
    assert all(row["certified"] == row["total"] for row in rows.counts)


def test_counts_add_up(rows: Rows) -> None:
    for row in (*rows.counts, *rows.expected):
        indices = sum(row[f"index_{k}"] for k in range(row["size"]))
        in_windows = sum(row[f"window_{j}"] for j in range(NUM_WINDOWS))
        assert indices == pytest.approx(row["total"], rel=1e-9)
        assert in_windows == pytest.approx(row["total"], rel=1e-9)


def test_windows_cover_all_energies_once() -> None:
    told = windows(3)
    assert told[0][0] == -np.inf
    assert told[-1][1] == np.inf
    assert all(first[1] == second[0] for first, second in pairwise(told))


def test_the_globe_is_whole(rows: Rows) -> None:
    (globe,) = rows.globes
    assert globe["whole"]
    assert globe["euler"] == 2
    assert len(rows.lines) == 4 * sum(row["index"] == 1 for row in rows.points)


def test_figures_come_back_as_they_were(rows: Rows) -> None:
    figures = draw(rows)
    assert [figure.id for figure in figures][:2] == ["saddles-outnumber-minima", "globe"]
    assert all(figure.caption and figure.limits for figure in figures)
    assert all(Figure.from_dict(figure.to_dict()).id == figure.id for figure in figures)
    assert isinstance(figures[1].panels[0].marks[0], Globe)


def test_what_is_stored_is_proved_again(store: AbstractStore, tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "atlas.db") as kept:
        for place, kind in enumerate(("instance", "point", "complex roots")):
            kept.commit(str(place), "{}", list(store.records(STUDY.name, kind)))
    found = list(verify_catalogue(tmp_path / "atlas.db"))
    assert {statement.finding.outcome for statement in found} == {Outcome.PROVED}
    assert len(found) > 40


def test_an_instance_is_the_same_whatever_the_group(
    tiny: dict[str, Any], perform: Callable[[Task], list[Record]]
) -> None:
    counts: dict[int, list[Any]] = {}
    for group in (2, 4):
        choice = CountChoice(size=3, instances=4, group=group, stored=0)
        settings = STUDY.settings("quick", **{**tiny, "counts": (choice,)})
        tasks = [t for t in STUDY.tasks(settings) if t.function.endswith("_counts:count")]
        counts[group] = [dict(r.attributes) for task in tasks for r in perform(task)]
    assert counts[2] == counts[4]


@pytest.mark.parametrize("preset", Auffinger2013.presets)
def test_presets_are_settings_and_their_tasks_differ(preset: str) -> None:
    tasks = STUDY.tasks(STUDY.settings(preset))
    assert len({task.key for task in tasks}) == len(tasks)


def test_sizes_out_of_order_are_refused(tiny: dict[str, Any]) -> None:
    table = {**tiny["tables"][0].model_dump(), "ground": (50, 25)}
    with pytest.raises(ValueError, match="ascending"):
        STUDY.settings("quick", tables=(table,))


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(ValidationError, match="colour"):
        STUDY.settings("quick", colour="red")


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ValueError, match="`preset` should be one of quick, standard, paper"):
        STUDY.settings("slow")
