"""A catalogue on which every claim holds, to be doctored; and settings that run in seconds."""

from typing import Any

import numpy as np
import pytest

from lossatlas.catalogue import Record
from lossatlas.studies.nonlinearity._settings import activation_name

STUDY = "nonlinearity"
FAMILY, SWEEP = "two digits", "more units"
ACTIVATIONS: tuple[float | str, ...] = (1.0, 0.75, 0.5, 0.25, 0.0, "tanh", "softplus")
BEST = {"why": "at the best known value", "share": "at the best known value", "passes": True,
        "above": 0.0, "status": "critical", "minimum": None}  # fmt: skip
BAD = {**BEST, "why": "bad minimum", "share": "in a bad minimum", "above": 0.1, "minimum": 0}
OPEN = {**BEST, "why": "at a kink", "share": "elsewhere", "passes": False, "above": 0.2,
        "status": "not converged"}  # fmt: skip


def about(activation: float | str, *, width: int = 2, sweep: bool = False) -> dict[str, Any]:
    """What every record of a network says of it."""
    named = (None, activation) if isinstance(activation, str) else (activation, None)
    return {
        "family": SWEEP if sweep else FAMILY, "architecture": f"3-{width}-1", "hidden_layers": 1,
        "width": width, "parameters": 4 * width, "activation": activation_name(*named),
        "slope": None if isinstance(activation, str) else activation, "sweep": sweep,
    }  # fmt: skip


def network(common: dict[str, Any], *, bad: int, other: int, number: int) -> list[Record]:
    """A network's searches: so many in a bad minimum, so many elsewhere."""
    told = {"searches": number, "samples": 100, "best": 1.0, "lowest": 1.0, "scale": 50.0,
            "theorem": True}  # fmt: skip
    end = {"loss": 1.0, "gradient": 1e-14, "kinks": 0, "iterations": 50,
           "margin": 0.01, "dead_units": 0, "slice_eigenvalue": 0.1}  # fmt: skip
    ends = [
        {**common, **end, "run": i, **(BAD if i < bad else OPEN if i < bad + other else BEST)}
        for i in range(number)
    ]
    return [
        Record(STUDY, "network", {**common, **told}, np.zeros(3)),
        *(Record(STUDY, "end", row, np.zeros(3)) for row in ends),
        *([minimum(common, bad)] if bad else []),
    ]


def minimum(common: dict[str, Any], ends: int) -> Record:
    """A class of ends that is proved to be a bad minimum."""
    proof = {
        "role": "class of ends", "minimum": 0, "kind": "local minimum", "ends": ends,
        "certified": True, "proved": True, "bad": True, "not_proved": "", "strict": True,
        "dead_units": 0, "kinks": 0, "inert": 0, "symmetry": 2, "positive": 6, "argument": "critical",
        "within": 1e-12, "radius": 1e-3, "margin": 1e-4, "loss_low": 6.0, "loss_high": 6.1,
        "lower_loss_high": 1.1, "gap": 4.9, "precision": 64, "above": 0.1,
    }  # fmt: skip
    return Record(STUDY, "point", {**common, **proof}, np.zeros(3))


def construction(name: str) -> Record:
    """A construction that is proved, beside its linear twin."""
    told = {
        "name": name, "source": "somebody 2018", "architecture": "6-6-1", "proved": True, "bad": True,
        "strict": True, "dead_units": 0, "not_proved": "", "twin_searches": 50, "twin_minima": 50,
        "twin_above": 0, "twin_least": 0.3,
        "loss_low": 0.1, "loss_high": 0.2, "lower_loss_high": 0.0,
    }  # fmt: skip
    return Record(STUDY, "construction", told, np.zeros(3))


def good_records(number: int) -> list[Record]:
    """Sharper bends, more bad minima; more units, fewer."""
    curve = [
        record
        for activation in ACTIVATIONS
        for record in network(
            about(activation),
            bad=0 if isinstance(activation, str) else int(number * (1 - activation) / 4),
            other=number // 10,
            number=number,
        )
    ]
    sweep = [
        record
        for width, share in ((2, 0.5), (4, 0.2), (8, 0.02), (16, 0.0), (32, 0.0))
        for record in network(
            about(0.0, width=width, sweep=True), bad=int(share * number), other=0, number=number
        )
    ]
    return [*curve, *sweep, construction("dead units"), construction("teacher and student")]


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """As many records as the rules ask for."""
    return good_records(200)


@pytest.fixture(scope="session")
def few_records() -> list[Record]:
    """Too few searches."""
    return good_records(60)


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    """Fields that make the study small enough for a test."""
    teacher = {"kind": "teacher", "inputs": 2, "hidden": [2], "samples": 20}
    digits = {
        "kind": "digits",
        "choice": {"classes": [3, 8], "components": 3, "train": 40, "test": 20},
        "contrast": True,
    }
    return {
        "families": {
            "taught": {"data": teacher, "hidden": [[2]], "slopes": [1, 0.5, 0], "smooth": ["tanh"],
                       "searches": 24},
            "digits": {"data": digits, "hidden": [[2, 2]], "searches": 6},
            "wider": {"data": teacher, "hidden": [[2], [3]], "slopes": [0], "searches": 12,
                      "sweep": True},
        },
        "newton_steps": 60,
        "finishing_steps": 40,
        "proofs": 5,
        "constructions": False,
    }  # fmt: skip
