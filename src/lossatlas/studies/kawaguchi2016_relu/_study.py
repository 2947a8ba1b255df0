"""The study itself: settings by preset, the grid of tasks, the judgement."""

from collections.abc import Mapping
from typing import Any, ClassVar, final

from lossatlas.catalogue import AbstractStore
from lossatlas.evidence import Claim, Outcome
from lossatlas.execution import Task
from lossatlas.studies._study import AbstractStudy, preset_settings

from ._claims import CLAIMS
from ._figures import draw
from ._judge import judge_rows
from ._names import STUDY
from ._presets import PRESETS
from ._rows import read_rows
from ._settings import Kawaguchi2016ReluSettings
from ._tasks import study_tasks


@final
class Kawaguchi2016Relu(AbstractStudy):
    """ReLU networks of one to four hidden layers against the models of both papers."""

    name: ClassVar[str] = STUDY
    title: ClassVar[str] = "ReLU networks and what the theory assumes of them"
    claims: ClassVar[tuple[Claim, ...]] = CLAIMS
    presets: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    durations: ClassVar[Mapping[str, str]] = {
        "quick": "half a minute",
        "standard": "four minutes",
        "paper": "a night",
    }

    def settings(self, preset: str = "quick", **overrides: Any) -> Kawaguchi2016ReluSettings:
        return preset_settings(
            Kawaguchi2016ReluSettings,
            PRESETS,
            preset,
            overrides,
            remedy="`quick` takes half a minute; `standard` judges every claim.",
        )

    def tasks(self, settings: Kawaguchi2016ReluSettings) -> list[Task]:
        return study_tasks(settings)

    def judge(self, settings: Kawaguchi2016ReluSettings, store: AbstractStore) -> Outcome:
        rows = read_rows(store, self.name)
        return Outcome(judge_rows(rows, seed=settings.seed), draw(rows))
