"""The real command line with one more study, whose tasks cost next to nothing.

`python rehearsal_command.py study rehearsal ...` is `lossatlas study rehearsal ...`: the same door,
the same processes, the same catalogue, with tasks that can be made to wait.
"""

from typing import Any, ClassVar, final

from pydantic import BaseModel, ConfigDict, Field

from lossatlas.catalogue import AbstractStore
from lossatlas.cli import main
from lossatlas.evidence import Check, Claim, Outcome, Strength, Verdict
from lossatlas.execution import Task, rehearsal_tasks
from lossatlas.studies import STUDIES, AbstractStudy

CLAIM = Claim("R1", "Every product has a loss.", "Always.", "None", "No exception")


class Settings(BaseModel):
    """How many tasks, how long each waits, how much each keeps."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    seed: int = Field(default=0, ge=0)
    number: int = Field(default=6, ge=1)
    pause: float = Field(default=0.0, ge=0.0)
    size: int = Field(default=4, ge=1)
    end: str = "records"


@final
class Rehearsal(AbstractStudy):
    """A study of nothing, whose one claim fails on purpose."""

    name: ClassVar[str] = "rehearsal"
    title: ClassVar[str] = "Does a run stop and resume?"
    claims: ClassVar[tuple[Claim, ...]] = (CLAIM,)
    presets: ClassVar[tuple[str, ...]] = ("quick",)

    def settings(self, preset: str = "quick", **overrides: Any) -> Settings:
        del preset
        return Settings(**overrides)

    def tasks(self, settings: Any) -> list[Task]:
        told = settings.model_dump()
        return rehearsal_tasks(told.pop("number"), **told)

    def judge(self, settings: Any, store: AbstractStore) -> Outcome:
        check = Check.no_exception(
            "products",
            exceptions=1,
            sample_size=store.count(self.name),
            strength=Strength.MEASURED,
        )
        return Outcome((Verdict.judge(CLAIM, self.name, [check], seed=settings.seed),), ())


if __name__ == "__main__":
    STUDIES[Rehearsal.name] = Rehearsal()
    main()
