"""A catalogue on which every claim holds, to be doctored; and settings that run in seconds."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from tests.studies._performed import planted

from lossatlas.catalogue import Record
from lossatlas.evidence import Verdict
from lossatlas.studies.choromanska2015_networks import Choromanska2015Networks

STUDY = "choromanska2015-networks"
ALPHA, BETA = -0.5, 0.15
SPREADS = {10: 0.08, 25: 0.04, 50: 0.02, 100: 0.01, 250: 0.005, 500: 0.0025}
CORRELATIONS = {10: 0.9, 25: 0.8, 50: 0.6, 100: 0.4, 250: 0.2, 500: 0.0}
CUTS = ("1e_4", "3e_4", "1e_3", "3e_3", "1e_2")


def record(kind: str, told: dict[str, Any], array: list[float] | None = None) -> Record:
    return Record(STUDY, kind, told, None if array is None else np.array(array))


def about(width: int, network: int) -> dict[str, Any]:
    return {
        "width": width, "parameters": 110 * width, "data": "mnist 10x10", "samples": 4000,
        "epochs": 10, "batch": 10, "engine": "kernel", "precision": "float32", "network": network,
        "seed": 1000 * width + network,
    }  # fmt: skip


def networks(width: int, number: int) -> list[Record]:
    """Networks whose mean, spread and correlation are exactly those of the tables."""
    draws = np.random.default_rng(width).normal(size=(number, 2))
    draws -= draws.mean(0)
    draws = np.linalg.qr(draws)[0] * (number - 1) ** 0.5  # uncorrelated, of variance 1
    rho = CORRELATIONS[width]
    test = np.exp(ALPHA * width**BETA) + SPREADS[width] * draws[:, 0]
    train = 0.2 + 0.01 * (rho * draws[:, 0] + (1 - rho**2) ** 0.5 * draws[:, 1])
    return [
        record(
            "network",
            {
                **about(width, i),
                "train_loss": train[i],
                "test_loss": test[i],
                "train_error": 0.05,
                "test_error": 0.1,
                "gradient_norm": 0.01,
                "finite": True,
                "evaluations": 20.9,
            },
            [0.0, 1.0, 10.0, 2.0, 1.0, train[i], 2.1, 1.1, test[i]],
        )
        for i in range(number)
    ]


def indices(width: int, number: int) -> list[Record]:
    size = 110 * width
    below = {
        f"below_{cut}": round(share * size)
        for cut, share in zip(CUTS, (8e-3, 6e-3, 4e-3, 2e-3, 0), strict=True)
    }
    return [
        record(
            "index",
            {
                **about(width, i), "train_loss": 0.2, "gradient_norm": 0.01 + i / 1000,
                "negative": round(0.02 * size), "undecided": 10,
                "positive": size - 10 - round(0.02 * size), "shift": 1e-12, "lowest": -0.005, **below,
            },
            [-0.005, -1e-5],
        )
        for i in range(number)
    ]  # fmt: skip


def settled() -> list[Record]:
    """The networks of one width once more, with no negative eigenvalue left but one."""
    told = {"gradient_norm": 0.001, "negative": 1, **{f"below_{cut}": 0 for cut in CUTS}}
    return [record("index settled", {**r.attributes, **told}, [-1e-6]) for r in indices(10, 3)]


def estimates() -> list[Record]:
    told = {
        "train_loss": 0.2, "gradient_norm": 0.01, "share": 0.005, "standard_error": 0.001,
        "probes": 8, "steps": 60, "block": 1000, "at_least": 11,
    }  # fmt: skip
    return [record("index estimate", {**about(100, i), **told}) for i in range(2)]


def few_values() -> list[Record]:
    return [
        record(
            "few values",
            {
                **about(25, i), "error_before": 0.1, "how": how, "values": number,
                "train_error": 0.1, "test_error": 0.1 + 0.3 / number**2,
            },
        )
        for i in range(3)
        for how in ("rounded", "k-means")
        for number in (3, 5, 9)
    ]  # fmt: skip


def further(width: int) -> list[Record]:
    told = {
        "train_loss_before": 0.2, "test_loss_before": 0.4, "train_loss": 0.001, "test_loss": 0.9,
        "test_error_before": 0.1, "train_error": 0.0, "test_error": 0.11, "finite": True,
        "further_epochs": 10, "best_test_loss": 0.39,
    }  # fmt: skip
    way = [0.0, 1.0, 10.0, 0.2, 0.1, 0.001, 0.4, 0.39, 0.9]
    return [record("further", {**about(width, i), **told}, way) for i in range(3)]


def comparisons(samples: int, number: int, budgets: tuple[int, ...]) -> list[Record]:
    """Descent that ends lower than every schedule, and three values that cost one in a hundred."""
    names = ("descent", "annealing", "annealing over three values")
    sides = [(name, place) for name in names for place in range(5)]
    return [
        record(
            "comparison",
            {
                "width": 25, "parameters": 2750, "samples": samples, "budget": budget,
                "method": method, "place": place, "schedule": f"schedule {place}", "network": i,
                "seed": i, "train_loss": 0.3 + 0.1 * (place + 1) * (method != "descent") + 0.001 * (i * (place + 1) % 5),
                "test_loss": 0.5 + 0.1 * (place + 1) * (method != "descent") + 0.001 * (i % 3), "train_error": 0.05,
                "test_error": 0.1 + (0.01 + 0.001 * (i % 3)) * (method.endswith("values")),
                "finite": True, "evaluations": 2.09 * budget,
            },
        )
        for budget in budgets
        for method, place in sides
        for i in range(number)
    ]  # fmt: skip


def good_records(number: int, *, indexed: int, samples: int) -> list[Record]:
    return [
        *(one for width in SPREADS for one in networks(width, number)),
        *(one for width in (10, 25, 50) for one in indices(width, indexed)),
        *settled(),
        *estimates(),
        *few_values(),
        *further(25),
        *comparisons(samples, 6, (10, 40, 80)),
    ]


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """Records on which every claim holds."""
    return good_records(120, indexed=10, samples=500)


@pytest.fixture(scope="session")
def few_records() -> list[Record]:
    """The same, too few to judge by."""
    return good_records(20, indexed=3, samples=100)


@pytest.fixture
def judged() -> Callable[[Iterable[Record]], dict[str, Verdict]]:
    """Judges records through a store, as a run does; verdicts by claim."""

    def judge(given: Iterable[Record]) -> dict[str, Verdict]:
        study = Choromanska2015Networks()
        settings = study.settings("quick", resamples=400)
        return {v.claim.id: v for v in study.judge(settings, planted(given)).verdicts}

    return judge


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    """Fields that make the study small enough for a test."""
    return {
        "protocol": {
            "data": "digits", "side": 4, "train": 60, "test": 40, "epochs": 2, "records": 3,
        },
        "widths": [
            {"width": 3, "networks": 5, "group": 3, "indexed": 2, "index_group": 2, "rounded": 2},
            {"width": 5, "networks": 4, "group": 4, "continued": 2},
            {"width": 51, "networks": 2, "group": 2, "indexed": 1},
        ],
        "annealings": [{"width": 3, "samples": 30, "networks": 3, "budgets": [2, 3], "group": 3}],
        "few_values": [3, 5],
        "further_epochs": 2,
        "settling": 4,
        "probes": 2,
        "steps": 5,
        "block": 20,
        "resamples": 100,
    }  # fmt: skip
