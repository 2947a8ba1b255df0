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
from ._settings import Choromanska2015NetworksSettings
from ._tasks import study_tasks


@final
class Choromanska2015Networks(AbstractStudy):
    """Networks of one hidden layer on digits: Choromanska et al. 2015, section 5."""

    name: ClassVar[str] = STUDY
    title: ClassVar[str] = "Losses of trained networks concentrate as the hidden layer grows"
    claims: ClassVar[tuple[Claim, ...]] = CLAIMS
    presets: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    durations: ClassVar[Mapping[str, str]] = {
        "quick": "half a minute",
        "standard": "half an hour",
        "paper": "two to three hours",
    }

    def settings(self, preset: str = "quick", **overrides: Any) -> Choromanska2015NetworksSettings:
        return preset_settings(
            Choromanska2015NetworksSettings,
            PRESETS,
            preset,
            overrides,
            remedy="`quick` takes half a minute; `standard` judges every claim.",
        )

    def tasks(self, settings: Choromanska2015NetworksSettings) -> list[Task]:
        return study_tasks(settings)

    def judge(self, settings: Choromanska2015NetworksSettings, store: AbstractStore) -> Outcome:
        rows = read_rows(store, self.name)
        return Outcome(judge_rows(rows, settings), draw(rows))
