"""What the tests of this room share: reports of the synthetic networks, made once."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from lossatlas.audits import AuditReport, audit, synthetic


@cache
def _report(id: str, obeys: bool) -> AuditReport:
    # what obeys is the same model for most assumptions: one report serves them
    made = synthetic(id, obeys=obeys)
    return audit(made.weights, made.X, gates=made.gates, start=made.start)


@pytest.fixture(scope="session")
def report_of() -> Callable[[str, bool], AuditReport]:
    """(id, obeys) to the report of that synthetic network."""
    own = ("A2p", "A3p", "A6u")
    return lambda id, obeys: _report(id if id in own or not obeys else "A1p-m", obeys)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)
