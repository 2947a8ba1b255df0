"""Studies: a paper's claims, each with a rule fixed beforehand, tested on real data.

A study says what to measure (tasks), and what follows from it (verdicts and figures); it runs
nothing and stores nothing itself. `run` does all of it in one call, as `lossatlas study` does.
"""

from ._registry import STUDIES as STUDIES, chosen as chosen
from ._run import (
    StudyRun as StudyRun,
    forecast as forecast,
    judge as judge,
    run as run,
)
from ._study import AbstractStudy as AbstractStudy
