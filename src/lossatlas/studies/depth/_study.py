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
from ._settings import DepthSettings
from ._tasks import study_tasks


@final
class Depth(AbstractStudy):
    """Linear and ReLU networks of one to five hidden layers at a fixed number of weights."""

    name: ClassVar[str] = STUDY
    title: ClassVar[str] = "Whether depth creates bad minima, at a fixed number of weights"
    claims: ClassVar[tuple[Claim, ...]] = CLAIMS
    presets: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    durations: ClassVar[Mapping[str, str]] = {
        "quick": "half a minute",
        "standard": "four minutes",
        "paper": "a night",
    }

    def settings(self, preset: str = "quick", **overrides: Any) -> DepthSettings:
        return preset_settings(
            DepthSettings,
            PRESETS,
            preset,
            overrides,
            remedy="`quick` takes half a minute; `standard` judges the claim.",
        )

    def tasks(self, settings: DepthSettings) -> list[Task]:
        return study_tasks(settings)

    def judge(self, settings: DepthSettings, store: AbstractStore) -> Outcome:
        rows = read_rows(store, self.name)
        return Outcome(judge_rows(rows, seed=settings.seed), draw(rows))
