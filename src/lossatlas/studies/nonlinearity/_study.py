"""The study itself: settings by preset, the grid of tasks, the judgement."""

from collections.abc import Mapping
from typing import Any, ClassVar, final

from lossatlas.catalogue import AbstractStore
from lossatlas.evidence import Claim, Outcome
from lossatlas.execution import Task
from lossatlas.studies._study import AbstractStudy, preset_settings

from ._claims import CLAIMS
from ._figures import draw
from ._judge import STUDY, judge_rows
from ._presets import PRESETS
from ._rows import read_rows
from ._settings import NonlinearitySettings
from ._tasks import study_tasks


@final
class Nonlinearity(AbstractStudy):
    """The same small networks with and without a nonlinearity, and how their searches end."""

    name: ClassVar[str] = STUDY
    title: ClassVar[str] = "Where bad minima come from: the nonlinearity"
    claims: ClassVar[tuple[Claim, ...]] = CLAIMS
    presets: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    durations: ClassVar[Mapping[str, str]] = {
        "quick": "half a minute",
        "standard": "a quarter of an hour",
        "paper": "a night",
    }

    def settings(self, preset: str = "quick", **overrides: Any) -> NonlinearitySettings:
        return preset_settings(
            NonlinearitySettings,
            PRESETS,
            preset,
            overrides,
            remedy="`quick` takes half a minute; `standard` judges every claim.",
        )

    def tasks(self, settings: NonlinearitySettings) -> list[Task]:
        return study_tasks(settings)

    def judge(self, settings: NonlinearitySettings, store: AbstractStore) -> Outcome:
        rows = read_rows(store, self.name)
        return Outcome(judge_rows(rows, seed=settings.seed), draw(rows))
