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
from ._settings import WidthSettings
from ._tasks import study_tasks


@final
class Width(AbstractStudy):
    """Networks of one to three hidden layers against their width."""

    name: ClassVar[str] = STUDY
    title: ClassVar[str] = "Whether width makes the loss landscape kinder and smoother"
    claims: ClassVar[tuple[Claim, ...]] = CLAIMS
    presets: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    durations: ClassVar[Mapping[str, str]] = {
        "quick": "half a minute",
        "standard": "a quarter of an hour",
        "paper": "a night",
    }

    def settings(self, preset: str = "quick", **overrides: Any) -> WidthSettings:
        return preset_settings(
            WidthSettings,
            PRESETS,
            preset,
            overrides,
            remedy="`quick` takes half a minute; `standard` judges both claims.",
        )

    def tasks(self, settings: WidthSettings) -> list[Task]:
        return study_tasks(settings)

    def judge(self, settings: WidthSettings, store: AbstractStore) -> Outcome:
        rows = read_rows(store, self.name)
        return Outcome(judge_rows(rows, seed=settings.seed), draw(rows))
