"""A catalogue on which every claim holds, to be doctored; and settings that run in seconds."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from lossatlas.catalogue import Record
from lossatlas.evidence import Verdict
from lossatlas.studies.choromanska2015_glass._judge import judge_rows
from lossatlas.studies.choromanska2015_glass._reference import REFERENCES
from lossatlas.studies.choromanska2015_glass._rows import Row, sort_rows

STUDY = "choromanska2015-glass"
EDGE = 2 * (2 / 3) ** 0.5
GLASS = {"order": 3, "threshold": EDGE}
SPREADS = {25: 0.10, 50: 0.06, 100: 0.04, 200: 0.022, 250: 0.019, 500: 0.011}
MEANS = {**{size: known.mean for size, known in REFERENCES.items()}, 250: -1.59, 500: -1.605}
EXACT = {6: (4.41, -1.07), 20: (11.014, -1.3538), 40: (26.87, -1.4394)}


def record(kind: str, told: dict[str, Any], array: list[float] | None = None) -> Record:
    return Record(STUDY, kind, told, None if array is None else np.array(array))


def runs(size: int, method: str, number: int, disorders: int) -> list[Record]:
    """Runs whose mean and spread are those of the table, with a shift of each disorder."""
    offsets = np.random.default_rng(size).normal(size=number)
    offsets = (offsets - offsets.mean()) / offsets.std(ddof=1)
    common = {
        **GLASS, "size": size, "method": method, "plain": method == "gradient descent",
        "budget": 4000, "evaluations": 900.0, "steps": 900, "converged": True, "gradient": 3e-4,
        "schedule": "step 0.1", "precision": "float64",
    }  # fmt: skip
    return [
        record(
            "run",
            {
                **common,
                "run": i,
                "disorder": i % disorders,
                "energy": MEANS[size] + SPREADS[size] * x,
            },
        )
        for i, x in enumerate(offsets)
    ]


def covariances() -> list[Record]:
    common = {"instances": 1000, "standard_error": 0.2, "pairs": 4}
    return [
        record(
            "covariance",
            {
                **GLASS,
                **common,
                "order": p,
                "size": 5,
                "overlap": R,
                "predicted": 5 * R**p,
                "mean": 5 * R**p + 0.1,
            },
        )
        for p in (2, 3)
        for R in (-1.0, 0.0, 0.5, 1.0)
    ]


def homogeneities() -> list[Record]:
    models = (("ReLU network", ""), ("reduced loss", ""), ("ReLU network with biases", "biases"),
              ("ReLU network, softmax of its outputs", "a softmax"))  # fmt: skip
    return [
        record(
            "homogeneity",
            {
                "model": model,
                "degree": H,
                "widths": "12-3-10",
                "factor": 1.7,
                "broken_by": by,
                "error": 0.3 if by else 1e-15,
            },
        )
        for model, by in models
        for H in (2, 3)
    ]


def curves() -> list[Record]:
    told = {"spread": 0.1, "below_ground": 0.1, "saddles_below": 0.01}
    return [
        record(
            "curve",
            {
                **GLASS,
                **told,
                "size": size,
                "minima": minima,
                "mean": mean,
                "below": 0.03 * minima / size,
                "below_epsilon": minima * (1 - 2 / size),
            },
            [-1.5, -1.0, 0.0, 1.0],
        )
        for size, (minima, mean) in EXACT.items()
    ]


def enumerations(number: int) -> list[Record]:
    """Complete instances of six spins, whose minima have the exact mean energy on average."""
    common = {**GLASS, "size": 6, "completeness": "proved complete", "euler": 0}
    return [
        record(
            "enumeration",
            {
                **common,
                "instance": f"6/{i}",
                "minima": 4 + i % 2,
                "energy_sum": (4 + i % 2) * -1.07 + 0.05 * (-1) ** i,
                "below": float(i % 50 == 0),
            },
        )
        for i in range(number)
    ]


def barriers() -> list[Record]:
    graph = {**GLASS, "size": 6, "minima": 3, "parts": 1, "lowest": -1.4, "height": 1.2,
             "bound": 6 * 0.0041}  # fmt: skip
    pair = {**GLASS, "size": 6, "minimax": -3.5, "band": -3.5 + 2e-7}
    pairs = [(0, 1), (0, 2), (1, 2)]
    return [
        *(record("barrier", {**graph, "instance": f"6/{i}"}) for i in range(2)),
        *(record("pair", {**pair, "instance": "6/0", "first": a, "second": b}) for a, b in pairs),
    ]


def extras() -> list[Record]:
    """Records that enter figures and remarks only."""
    minimum = {**GLASS, "size": 25, "disorder": 0, "run": 0, "energy": -1.45, "status": "critical",
               "index": 0, "undecided": 0, "certified": True}  # fmt: skip
    spectrum = {**GLASS, "size": 25, "disorder": 0, "run": 0, "energy": -1.45, "centre": 4.35,
                "radius": 4.8, "distance": 0.1}  # fmt: skip
    saddle = {**GLASS, "size": 24, "disorder": 0, "target": 2, "index": 2, "status": "critical",
              "energy": -1.2, "expected_index": 1.9, "predicted_fraction": 0.08}  # fmt: skip
    mapping = {"widths": "100-25-10", "order": 2, "paths": 2500, "weights": 2750, "spins": 50.0,
               "outputs": 10}  # fmt: skip
    tuning = {**GLASS, "size": 50, "method": "annealing", "evaluations": 800, "runs": 100}
    return [
        record("minimum", minimum),
        record("spectrum", spectrum, list(np.linspace(0.5, 8.5, 24))),
        record("saddle", saddle),
        record("mapping", mapping),
        record("tuning", {**tuning, "schedule": "a", "chosen": True, "mean": -1.6}),
        record("tuning", {**tuning, "schedule": "b", "chosen": False, "mean": -1.5}),
    ]


def good_records(number: int, instances: int) -> list[Record]:
    """Records on which every claim holds, or could with more of them."""
    descents = [
        r
        for size in SPREADS
        for method in ("gradient descent", "stochastic descent")
        for r in runs(size, method, number, 100 if size <= 100 else 20)
    ]
    return [
        *descents, *covariances(), *homogeneities(), *curves(), *enumerations(instances),
        *barriers(), *extras(),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """As many records as the rules ask for."""
    return good_records(1000, 60)


@pytest.fixture(scope="session")
def few_records() -> list[Record]:
    """Too few runs and instances."""
    return good_records(200, 20)


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
    methods = ["gradient descent", "stochastic descent", "annealing", "Langevin"]
    sizes = [
        {"size": size, "disorders": 3, "runs": 4, "evaluations": 120, "methods": methods,
         "noisy": 2, "group": 2, "finished": 1}
        for size in (9, 40)
    ]  # fmt: skip
    return {
        "sizes": sizes,
        "tuned_at": [9],
        "tuning_disorders": 2,
        "tuning_runs": 2,
        "tuning_evaluations": 60,
        "covariance_orders": [3],
        "covariance_sizes": [5],
        "covariance_instances": 60,
        "enumerations": [{"size": 4, "instances": 3, "group": 2, "barriers": 2}],
        "curve_sizes": [10, 20],
        "saddles": [{"size": 10, "indices": [1, 3], "searches": 2}],
        "networks": [{"layers": 3, "draws": 1}],
    }
