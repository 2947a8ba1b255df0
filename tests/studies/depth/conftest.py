"""A catalogue on which the claim holds, to be doctored; and settings that run in seconds."""

from typing import Any

import numpy as np
import pytest

from lossatlas.catalogue import Record

STUDY = "depth"
FAMILY = "five digits"
GLOBAL = "global minimum"


def about(depth: int) -> dict[str, Any]:
    return {"family": FAMILY, "hidden_layers": depth, "architecture": f"8-{'6-' * depth}5",
            "parameters": 240}  # fmt: skip


def ends(depth: int, number: int) -> list[Record]:
    """Certified ends, but for one in ten that is on its way."""
    told = {
        **about(depth), "theorem": True, "global_value": 3.0, "iterations": 40, "loss": 3.0,
        "above": 1e-16, "gradient_norm": 1e-13, "newton_step": 1e-12, "status": "critical",
        "negative": 0, "undecided": 200, "positive": 40, "kind": GLOBAL, "value_error": 1e-20,
        "resolved": True, "certified": True, "label": "labelled", "subset": "0 1 2 3 4",
        "predicted_kind": GLOBAL, "nullity": 200, "orbit_dimension": 200, "proved": False,
        "not_proved": "not asked for",
    }  # fmt: skip
    open_end = {"status": "not converged", "kind": "undetermined", "certified": False,
                "above": 0.1, "label": "not critical", "subset": None, "predicted_kind": None,
                "nullity": None, "orbit_dimension": None}  # fmt: skip
    return [
        Record(STUDY, "end", {**told, "run": i, **(open_end if i % 10 == 9 else {})}, np.zeros(3))
        for i in range(number)
    ]


def networks(depth: int) -> list[Record]:
    rng = np.random.default_rng(depth)
    common = {**about(depth), "epochs": 10, "finite": True, "norm": 5.0, "gradient_norm": 0.01,
              "looked_at": True, "curvature_residual": 1e-6, "curvature_converged": True}  # fmt: skip
    return [
        Record(
            STUDY,
            "network",
            {
                **common,
                "network": i,
                "seed": i,
                "train_loss": depth * (1 + 0.1 * rng.normal()),
                "test_loss": depth * (1 + 0.1 * rng.normal()),
                "curvature": 10 / depth * (1 + 0.01 * rng.normal()),
            },
        )
        for i in range(20)
    ]


def good_records(number: int) -> list[Record]:
    depths = (1, 2, 3, 4, 5)
    return [r for depth in depths for r in (*ends(depth, number), *networks(depth))]


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """As many records as the rule asks for."""
    return good_records(200)


@pytest.fixture(scope="session")
def few_records() -> list[Record]:
    """Too few descents."""
    return good_records(40)


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    """Fields that make the study small enough for a test."""
    data = {"source": "digits", "classes": [0, 1, 2], "components": 4, "train": 60, "test": 30}
    family = {"data": data, "parameters": 40, "depths": [1, 2, 3], "descents": 10, "batch": 6,
              "proofs": 1, "networks": 4, "curvatures": 2}  # fmt: skip
    return {"families": {"three": family}, "training": {"epochs": 3, "engine": "torch"}}
