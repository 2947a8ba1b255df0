"""A catalogue on which every claim holds, to be doctored; and settings that run in seconds."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from tests.studies._performed import planted

from lossatlas.catalogue import Record
from lossatlas.evidence import Verdict
from lossatlas.studies.kawaguchi2016 import Kawaguchi2016
from lossatlas.studies.kawaguchi2016._point_record import point_record

STUDY = "kawaguchi2016"
SHALLOW = {"network": 0, "data": "digits", "architecture": "5-4-3", "hidden_layers": 1}
DEEP = {"network": 1, "data": "digits", "architecture": "5-4-4-3", "hidden_layers": 2}
COMMON = {"theorem": True, "status": "critical", "label": "labelled", "strength": "measured"}

MINIMUM = {
    "index": 0,
    "undecided": 17,
    "predicted_index": 0,
    "predicted_nullity": 17,
    "kind": "global minimum",
    "predicted_kind": "global minimum",
    "subset": "0 1 2",
    "rank": 3,
    "loss": 1.5,
    "value_distance": 1e-16,
    "global_distance": 1e-16,
    "certified_minimum": True,
    "inner_full": True,
    "index_bound": 0,
}
SADDLE = {
    **MINIMUM,
    "index": 2,
    "undecided": 15,
    "predicted_index": 2,
    "predicted_nullity": 15,
    "kind": "strict saddle",
    "predicted_kind": "strict saddle",
    "subset": "0 1",
    "rank": 2,
    "loss": 3.5,
    "global_distance": 0.2,
    "certified_minimum": False,
    "index_bound": 2,
}
BAD = {
    **SADDLE,
    "index": 0,
    "undecided": 48,
    "predicted_index": 0,
    "predicted_nullity": 48,
    "kind": "bad saddle",
    "predicted_kind": "bad saddle",
    "subset": "",
    "rank": 0,
    "inner_full": False,
    "origin": True,
    "descent": -0.3,
}


def found(network: dict[str, Any], role: str, number: int, what: dict[str, Any]) -> list[Record]:
    """Runs that ended at such a point."""
    told = {**COMMON, **network, **what, "role": role}
    return [point_record({**told, "run": run}, None) for run in range(number)]


def built(network: dict[str, Any], what: dict[str, Any], role: str = "constructed") -> Record:
    """A point with certified data."""
    return point_record({**COMMON, **network, **what, "role": role, "strength": "proved"}, None)


def good_records(runs: int) -> list[Record]:
    """Records on which every claim holds, but for K2 where there are too few runs."""
    records = []
    for network in (SHALLOW, DEEP):
        records += found(network, "search", runs, SADDLE)
        records += found(network, "descent", runs, MINIMUM)
        records += [built(network, MINIMUM), built(network, SADDLE)]
        records += [built(network, SADDLE, "exact"), built(network, MINIMUM, "exact")]
        records += [curvature(network, sign) for sign in (1.0, -1.0)]
        records.append(exhibit("level", network, {"value": 1.5, "subset": "0 1 2", "rank": 3}))
        spectrum = {"subset": "0", "index": 1, "distance": 1e-15}
        records.append(exhibit("spectrum", network, spectrum, [-1.0, 2.0, -1.0, 2.0]))
    records += [built(DEEP, BAD), built(DEEP, BAD, "exact")]
    records.append(exhibit("escape", DEEP, ESCAPE, [0.1, 0.2, 0.001, 0.008]))
    return records


ESCAPE = {
    "order": 3,
    "fitted_order": 3.001,
    "rate": -1.0,
    "descent": -0.3,
    "loss": 5.0,
    "fit_limit": 0.2,
    "subset": "",
    "rank": 0,
    "origin": True,
}


def curvature(network: dict[str, Any], sign: float) -> Record:
    """A curvature far beyond its rounding error."""
    told = {"curvature": 5.0 * sign, "error": 1e-9, "loss": 2.0, "strength": "measured"}
    return exhibit("curvature", network, told)


def exhibit(
    kind: str,
    network: dict[str, Any],
    told: dict[str, Any],
    array: list[float] | None = None,
) -> Record:
    """A record that is not a point."""
    values = None if array is None else np.array(array)
    return Record(STUDY, kind, {"theorem": True, **network, **told}, values)


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """Records on which every claim holds, or could with more runs."""
    return good_records(3)


@pytest.fixture(scope="session")
def many_records() -> list[Record]:
    """Records on which every claim holds, as many as the rules ask for."""
    return good_records(500)


@pytest.fixture
def judged() -> Callable[[Iterable[Record]], dict[str, Verdict]]:
    """Judges records through a store, as a run does; verdicts by claim."""

    def judge(given: Iterable[Record]) -> dict[str, Verdict]:
        study = Kawaguchi2016()
        outcome = study.judge(study.settings("quick"), planted(given))
        return {verdict.claim.id: verdict for verdict in outcome.verdicts}

    return judge


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    """Fields that make the study small enough for a test."""
    digits = {"source": "digits", "classes": [0, 1], "samples": 60, "components": 3}
    return {
        "data": {
            "digits": digits,
            "centred": {**digits, "centred": True},
            "raw": {"source": "digits", "classes": [0, 1], "samples": 40},
        },
        "networks": [
            {"data": "digits", "hidden": [2]},
            {"data": "digits", "hidden": [2, 2]},
            {"data": "centred", "hidden": [2, 2], "runs": 4},
            {"data": "raw", "hidden": [2, 3], "runs": 0, "draws": 1},
        ],
        "searches": 6,
        "descents": 6,
        "batch": 4,
        "draws": 2,
        "rational_instances": 6,
        "escapes": 3,
        "slice_cells": 5,
        "cross_entropy_descents": 2,
    }
