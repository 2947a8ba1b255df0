"""A catalogue on which both claims hold, to be doctored; and settings that run in seconds."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from lossatlas.catalogue import Record
from lossatlas.evidence import Verdict
from lossatlas.studies.width._judge import judge_rows
from lossatlas.studies.width._rows import Row, sort_rows

STUDY = "width"
WIDTHS = (10, 25, 50, 100, 200)


def drawn(level: float, share: float, number: int, salt: int) -> list[float]:
    """Values whose mean is the level and whose standard deviation is that share of it."""
    offsets = np.random.default_rng([number, salt]).normal(size=number)
    offsets = (offsets - offsets.mean()) / offsets.std(ddof=1)
    return list(level * (1 + share * offsets))


def about(layers: int, width: int) -> dict[str, Any]:
    architecture = "-".join(map(str, (64, *[width] * layers, 10)))
    return {"hidden_layers": layers, "width": width, "architecture": architecture,
            "parameters": 74 * width, "epochs": 60}  # fmt: skip


def networks(layers: int, width: int, number: int) -> list[Record]:
    train = drawn(0.05 + width**-0.5, width**-0.5, number, width)
    test = drawn(0.2 + width**-0.5, width**-0.5, number, width + 1)
    curvature = drawn(50 * width**-0.5, 0.02, number, width + 2)
    common = {**about(layers, width), "finite": True, "evaluations": 360.0, "norm": 10.0,
              "gradient_norm": 0.01, "looked_at": True, "curvature_residual": 1e-6,
              "curvature_converged": True}  # fmt: skip
    return [
        Record(
            STUDY,
            "network",
            {
                **common,
                "network": i,
                "seed": i,
                "train_loss": train[i],
                "test_loss": test[i],
                "curvature": curvature[i],
            },
        )
        for i in range(number)
    ]


def lines(layers: int, width: int, number: int) -> list[Record]:
    rough = drawn(8 / width, 0.05, number, width)
    return [
        Record(
            STUDY,
            "line",
            {
                **about(layers, width),
                "first": 2 * i,
                "second": 2 * i + 1,
                "distance": 5.0,
                "roughness": rough[i],
                "height": rough[i] / 2,
            },
            np.array([0.1, 0.1 + rough[i] / 2, 0.1]),
        )
        for i in range(number)
    ]


def bands(layers: int, width: int, number: int) -> list[Record]:
    barrier = drawn(0.2 / width, 0.05, number, width)
    common = {**about(layers, width), "first_loss": 0.1, "second_loss": 0.1, "critical_ends": 2,
              "band_roughness": 0.1, "passes": 0, "straight_height": 0.5,
              "straight_roughness": 1.0}  # fmt: skip
    return [
        Record(
            STUDY,
            "band",
            {**common, "first": 2 * i, "second": 2 * i + 1, "barrier": barrier[i]},
            np.array([0.1, 0.1 + barrier[i], 0.1]),
        )
        for i in range(number)
    ]


def good_records(number: int, pairs: int) -> list[Record]:
    """Records on which both claims hold, or could with more of them."""
    families = [
        record
        for layers in (1, 2, 3)
        for width in WIDTHS
        for record in (*networks(layers, width, number), *lines(layers, width, pairs))
    ]
    return [*families, *(r for width in (2, 4, 8, 16) for r in bands(1, width, pairs))]


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """As many records as the rules ask for."""
    return good_records(100, 24)


@pytest.fixture(scope="session")
def few_records() -> list[Record]:
    """Too few networks and pairs."""
    return good_records(12, 4)


@pytest.fixture(scope="session")
def judged() -> Callable[[Iterable[Record]], dict[str, Verdict]]:
    """Judges records as `read_rows` would sort them; verdicts by claim."""

    def judge(given: Iterable[Record]) -> dict[str, Verdict]:
        kinds: dict[str, list[Row]] = defaultdict(list)
        for r in given:
            kinds[r.kind].append({**r.attributes, "array": r.point})
        return {v.claim.id: v for v in judge_rows(sort_rows(kinds), seed=0)}

    return judge


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    """Fields that make the study small enough for a test."""
    training = {"epochs": 3, "engine": "torch"}
    return {
        "data": {"source": "digits", "train": 100, "test": 60},
        "training": training,
        "families": [
            {"hidden_layers": layers, "widths": [4, 8], "networks": 5, "curvatures": 2, "lines": 2}
            for layers in (1, 2)
        ],
        "line_points": 9,
        "band_training": training,
        "bands": [
            {
                "hidden_layers": 1, "widths": [2, 3], "pairs": 3, "images": 7, "max_steps": 40,
                "newton_steps": 10,
            }
        ],
    }  # fmt: skip
