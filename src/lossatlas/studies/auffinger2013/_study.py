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
from ._settings import Auffinger2013Settings
from ._tasks import study_tasks


@final
class Auffinger2013(AbstractStudy):
    """Mean numbers of critical points of spherical spin glasses, exact and counted."""

    name: ClassVar[str] = STUDY
    title: ClassVar[str] = "Saddles of spin glasses outnumber minima exponentially"
    claims: ClassVar[tuple[Claim, ...]] = CLAIMS
    presets: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    durations: ClassVar[Mapping[str, str]] = {
        "quick": "half a minute",
        "standard": "five minutes",
        "paper": "hours",
    }

    def settings(self, preset: str = "quick", **overrides: Any) -> Auffinger2013Settings:
        return preset_settings(
            Auffinger2013Settings,
            PRESETS,
            preset,
            overrides,
            remedy="`quick` judges every claim in half a minute.",
        )

    def tasks(self, settings: Auffinger2013Settings) -> list[Task]:
        return study_tasks(settings)

    def judge(self, settings: Auffinger2013Settings, store: AbstractStore) -> Outcome:
        rows = read_rows(store, self.name)
        return Outcome(judge_rows(rows, seed=settings.seed), draw(rows))
