"""Studies in one call: open the run, do the work, judge it, keep the judgement, write the report.

The report is written by a function that the caller hands over: studies and the report are
neighbours and do not know each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, final

from pydantic import BaseModel

from lossatlas.catalogue import AbstractStore
from lossatlas.evidence import Figure, Outcome, Verdict, summarise
from lossatlas.execution import ProgressReport, Run, RunSummary, Task, open_run, run_tasks

from ._registry import chosen
from ._study import AbstractStudy

Progress: TypeAlias = bool | Callable[[ProgressReport], object]
Reporter: TypeAlias = Callable[[AbstractStore, Run], Path]


@final
@dataclass(frozen=True, eq=False)
class StudyRun:
    """What a call of `run` did: the run, what each study said, how the work went.

    `report` is the page that was written, None where no reporter was given.
    """

    run: Run
    outcomes: dict[str, Outcome]
    summary: RunSummary
    report: Path | None

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, study by study."""
        return tuple(v for outcome in self.outcomes.values() for v in outcome.verdicts)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, study by study."""
        return tuple(f for outcome in self.outcomes.values() for f in outcome.figures)

    def __str__(self) -> str:
        return summarise(self.verdicts)


def run(
    names: str | Sequence[str],
    *,
    out: str | Path,
    preset: str = "quick",
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    seed: int = 0,
    workers: int = 2,
    scheduler: str | None = None,
    progress: Progress = True,
    report: Reporter | None = None,
) -> StudyRun:
    """Run studies into a folder, or continue the run that is there.

    Args:
        names: Studies by name, or "all".
        out: The run's folder. It may hold an interrupted run with the same settings.
        preset: The preset of each study.
        settings: Per study, fields that replace the preset's.
        seed: The seed of the run.
        workers: Processes on this machine; the results have the same bits for any number.
        scheduler: A Dask scheduler's address to run on instead.
        progress: True for progress on standard error, False for silence, or a function.
        report: Writes the page when all is judged; called with the store and the run.

    Returns:
        The run, the outcome of each study, what was done.

    Raises:
        ValueError: If a name, preset or field is not what it should be; nothing was touched.
        RunError: If the folder holds something else, or tasks failed; the run can be resumed.
    """
    studies = chosen(names)
    asked = {study.name: _asked(study, preset, settings, seed) for study in studies}
    work = {study.name: study.tasks(asked[study.name]) for study in studies}
    plain = {name: model.model_dump(mode="json") for name, model in asked.items()}
    opened = open_run(out, {"preset": preset, "studies": plain})
    with opened.store() as store:
        tasks = [task for name in work for task in work[name]]
        summary = run_tasks(tasks, store, workers=workers, scheduler=scheduler, progress=progress)
        outcomes = {study.name: judge(study, asked[study.name], store) for study in studies}
        page = report(store, opened) if report else None
    return StudyRun(opened, outcomes, summary, page)


def judge(study: AbstractStudy, settings: BaseModel, store: AbstractStore) -> Outcome:
    """Judge a study on what its store holds, and keep the judgement there."""
    outcome = study.judge(settings, store)
    verdicts = [verdict.to_dict() for verdict in outcome.verdicts]
    figures = [figure.to_dict() for figure in outcome.figures]
    store.save_outcome(study.name, verdicts, figures)
    return outcome


def forecast(names: str | Sequence[str], *, preset: str = "quick") -> list[Task]:
    """The tasks that a run would do, without doing them."""
    return [task for study in chosen(names) for task in study.tasks(study.settings(preset))]


def _asked(
    study: AbstractStudy,
    preset: str,
    settings: Mapping[str, Mapping[str, Any]] | None,
    seed: int,
) -> BaseModel:
    own = dict((settings or {}).get(study.name, {}))
    return study.settings(preset, **{"seed": seed, **own})
