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
from ._settings import Choromanska2015GlassSettings
from ._tasks import study_tasks


@final
class Choromanska2015Glass(AbstractStudy):
    """Spherical spin glasses: Choromanska et al. 2015, sections 3, 4 and 5.3."""

    name: ClassVar[str] = STUDY
    title: ClassVar[str] = "Descents on spherical spin glasses end in a band that narrows with size"
    claims: ClassVar[tuple[Claim, ...]] = CLAIMS
    presets: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    durations: ClassVar[Mapping[str, str]] = {
        "quick": "half a minute",
        "standard": "half an hour",
        "paper": "an hour and three quarters",
    }

    def settings(self, preset: str = "quick", **overrides: Any) -> Choromanska2015GlassSettings:
        return preset_settings(
            Choromanska2015GlassSettings,
            PRESETS,
            preset,
            overrides,
            remedy="`quick` takes half a minute; `paper` judges every claim.",
        )

    def tasks(self, settings: Choromanska2015GlassSettings) -> list[Task]:
        return study_tasks(settings)

    def judge(self, settings: Choromanska2015GlassSettings, store: AbstractStore) -> Outcome:
        rows = read_rows(store, self.name)
        return Outcome(judge_rows(rows, seed=settings.seed), draw(rows))
