"""One call runs, judges and stores; the same bits come out however it was run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lossatlas.catalogue import AbstractStore
from lossatlas.errors import RunError
from lossatlas.evidence import Figure, Verdict
from lossatlas.execution import ProgressReport, Run
from lossatlas.studies import STUDIES, AbstractStudy, StudyRun, chosen, forecast, run

Runner = Callable[..., StudyRun]


@pytest.fixture
def small_run(tiny: dict[str, Any]) -> Runner:
    """A run of few tasks."""
    fields = {**tiny, "networks": tiny["networks"][:2], "rational_instances": 2}

    def go(out: Path, **options: Any) -> StudyRun:
        return run(
            "kawaguchi2016", out=out, settings={"kawaguchi2016": fields}, progress=False, **options
        )

    return go


def digest(done: StudyRun) -> str:
    with done.run.store(read_only=True) as store:
        return store.digest()


def test_the_outcome_is_in_the_store_and_the_reporter_is_called(
    tmp_path: Path, small_run: Runner
) -> None:
    seen: list[list[dict[str, Any]]] = []

    def report(store: AbstractStore, opened: Run) -> Path:
        seen.append(store.verdicts())
        return opened.report

    done = small_run(tmp_path / "run", workers=1, report=report)
    assert [Verdict.from_dict(values) for values in seen[0]] == list(done.verdicts)
    assert done.report == done.run.report
    with done.run.store(read_only=True) as store:
        assert [Figure.from_dict(v).id for v in store.figures()] == [f.id for f in done.figures]
    assert str(done).startswith("Of 7 claims")


def test_two_workers_give_the_bits_of_one(tmp_path: Path, small_run: Runner) -> None:
    one, two = (small_run(tmp_path / str(n), workers=n) for n in (1, 2))
    assert digest(one) == digest(two)


def test_an_interrupted_run_continues_to_the_same_catalogue(
    tmp_path: Path, tiny: dict[str, Any], small_run: Runner
) -> None:
    class EnoughError(Exception):
        pass

    def stop(report: ProgressReport) -> None:
        if report.done >= 5:
            raise EnoughError

    fields = {**tiny, "networks": tiny["networks"][:2], "rational_instances": 2}
    with pytest.raises(EnoughError):
        run(
            "kawaguchi2016",
            out=tmp_path / "cut",
            settings={"kawaguchi2016": fields},
            workers=1,
            progress=stop,
        )
    resumed = small_run(tmp_path / "cut", workers=1)
    assert resumed.summary.skipped >= 5
    assert digest(resumed) == digest(small_run(tmp_path / "whole", workers=1))


def test_a_folder_with_other_settings_is_refused(tmp_path: Path, small_run: Runner) -> None:
    done = small_run(tmp_path / "run", workers=1)
    with pytest.raises(RunError, match="seed"):
        small_run(tmp_path / "run", seed=1)
    assert small_run(tmp_path / "run", workers=1).summary.done == 0
    assert done.summary.done > 0


def test_an_unknown_study_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=rf"`names` should be among {', '.join(STUDIES)}, or all"):
        chosen("kawaguchi2015")
    with pytest.raises(ValueError, match="Got none"):
        chosen([])


def test_all_means_every_study() -> None:
    assert [study.name for study in chosen("all")] == list(STUDIES)


@pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
def test_every_preset_says_how_long_it_takes(study: AbstractStudy) -> None:
    assert set(study.durations) == set(study.presets)


def test_a_forecast_names_the_tasks_without_doing_them() -> None:
    assert {task.function.partition(".")[0] for task in forecast("all")} == {"lossatlas"}


def test_studies_can_be_listed_without_loading_torch() -> None:
    import subprocess
    import sys

    code = "import lossatlas.studies as s, sys; print('torch' in sys.modules, *s.STUDIES)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", *STUDIES]
