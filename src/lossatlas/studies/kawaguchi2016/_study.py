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
from ._settings import Kawaguchi2016Settings
from ._tasks import study_tasks


@final
class Kawaguchi2016(AbstractStudy):
    """Deep linear networks on real digits: Kawaguchi 2016, Theorem 2.3 and Corollary 2.4."""

    name: ClassVar[str] = STUDY
    title: ClassVar[str] = "Deep linear networks have no poor local minima, but bad saddles"
    claims: ClassVar[tuple[Claim, ...]] = CLAIMS
    presets: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    durations: ClassVar[Mapping[str, str]] = {
        "quick": "half a minute",
        "standard": "ten minutes",
        "paper": "days",
    }

    def settings(self, preset: str = "quick", **overrides: Any) -> Kawaguchi2016Settings:
        return preset_settings(
            Kawaguchi2016Settings,
            PRESETS,
            preset,
            overrides,
            remedy="`quick` judges every claim in less than a minute.",
        )

    def tasks(self, settings: Kawaguchi2016Settings) -> list[Task]:
        return study_tasks(settings)

    def judge(self, settings: Kawaguchi2016Settings, store: AbstractStore) -> Outcome:
        rows = read_rows(store, self.name)
        return Outcome(judge_rows(rows, seed=settings.seed), draw(rows))
