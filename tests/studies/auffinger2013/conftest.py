"""The study performed once on settings that run in seconds, and a judge of doctored rows."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.studies._performed import performed, whole

from lossatlas.catalogue import AbstractStore, Record
from lossatlas.evidence import Verdict
from lossatlas.execution import Task
from lossatlas.studies.auffinger2013 import Auffinger2013, CountChoice, TableChoice
from lossatlas.studies.auffinger2013._judge import judge_rows
from lossatlas.studies.auffinger2013._rows import Rows, read_rows

STUDY = Auffinger2013()
TINY: dict[str, Any] = {
    "counts": (
        CountChoice(size=3, instances=120, group=60, stored=2),
        CountChoice(order=4, size=2, instances=100, group=100, stored=1),
        CountChoice(size=5, instances=4, group=4, stored=1),
    ),
    "tables": (
        TableChoice(
            ratio=(2, 3, 10, 40),
            ground=(25, 50, 100),
            layers=(10, 20, 30),
            band=(25, 40, 60),
            rates=(80, 160, 320),
        ),
    ),
    "globe_draws": 2,
}


@pytest.fixture(scope="session")
def store() -> AbstractStore:
    return whole(STUDY, TINY)


@pytest.fixture(scope="session")
def rows(store: AbstractStore) -> Rows:
    return read_rows(store, STUDY.name)


@pytest.fixture(scope="session")
def judge() -> Callable[[Rows], dict[str, Verdict]]:
    return lambda rows: {verdict.claim.id: verdict for verdict in judge_rows(rows, seed=0)}


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    return TINY


@pytest.fixture(scope="session")
def perform() -> Callable[[Task], list[Record]]:
    return performed
