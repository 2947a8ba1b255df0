"""A catalogue on which every claim holds, to be doctored; and settings that run in seconds."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from lossatlas.audits import ASSUMPTIONS
from lossatlas.catalogue import Record
from lossatlas.studies.kawaguchi2016_relu._assumption_words import MEASURES
from lossatlas.studies.kawaguchi2016_relu._signal_law import excess_kurtosis

STUDY = "kawaguchi2016-relu"
FAMILIES = ("8x8 digits", "10x10 MNIST")
DEPTHS = (1, 2, 3, 4)
EPOCHS = {0: "start", 3: "on the way", 9: "end"}


def about(family: str, depth: int, network: int) -> dict[str, Any]:
    return {"family": family, "hidden_layers": depth, "width": 8, "network": network,
            "architecture": f"64-{'8-' * depth}10",
            "seed": 1000 * depth + network}  # fmt: skip


def checkpoint(told: dict[str, Any], epoch: int) -> Record:
    looks = {
        "epoch": epoch, "stage": EPOCHS[epoch], "finite": True, "train_loss": 0.5 / (1 + epoch),
        "test_loss": 0.6 / (1 + epoch), "linear_loss": 0.2, "rho": 0.3, "layer_rates": "0.5 0.6",
        "dispersion": 0.2, "kappa": 0.05, "weight_correlation": 0.1, "effective_share": 0.01,
        "input_dependence": 0.02, "effective_ratio": 0.25, "explained": 0.4,
        "explained_by_rho": 0.35, "reduced_loss": 0.4, "same_answer": 0.5,
        "path_sum_error": 1e-15, "digits": 300, "train_right": 0.9, "test_right": 0.8,
    }  # fmt: skip
    return Record(STUDY, "checkpoint", {**told, **looks})


def audit(told: dict[str, Any], epoch: int, assumption: str) -> Record:
    found = {
        "epoch": epoch, "stage": EPOCHS[epoch], "assumption": assumption,
        "statistic": f"number of {assumption}", "under": 0.0, "tolerance": 0.01, "measured": 0.3,
        "low": 0.2, "high": 0.4, "test": "", "p_value": None, "verdict": "fails",
        "sentence": "It fails.",
    }  # fmt: skip
    own = [m for m in MEASURES if m.assumption == assumption]
    for k, measure in enumerate(own, start=1):
        found |= {f"number_{k}": measure.statistic, f"measured_{k}": 0.3 * k, f"under_{k}": 0.0,
                  f"tolerance_{k}": 0.01, f"verdict_{k}": "fails"}  # fmt: skip
    return Record(STUDY, "audit", {**told, **found})


def spectrum(told: dict[str, Any], stage: str) -> Record:
    rng = np.random.default_rng(told["seed"])
    number = told["hidden_layers"] + 1
    p = {f"p_{k}": float(rng.uniform(0.06, 1)) for k in range(1, number + 1)}
    looks = {"ks": "0.1", "largest_ks": 0.1, "matrices": number, **p,
             "neighbours": float(rng.normal(0, 0.1))}  # fmt: skip
    return Record(STUDY, "spectrum", {**told, "stage": stage, **looks})


def few_values(told: dict[str, Any], values: int) -> Record:
    found = {"values": values, "share": 0.01, "weight_error": 0.2, "other_answers": 0.1,
             "compared": 20, "constant": 1, "balanced": 12, "exceptions": 0, "unbalanced": 7,
             "unbalanced_exceptions": 2, "nearest": 0.05, "disagreement": 0.1}  # fmt: skip
    return Record(STUDY, "few values", {**told, **found})


def network(family: str, depth: int, number: int) -> Iterator[Record]:
    told = about(family, depth, number)
    for epoch, stage in EPOCHS.items():
        yield checkpoint(told, epoch)
        if stage != "on the way":
            yield from (audit(told, epoch, assumption) for assumption in ASSUMPTIONS)
            yield spectrum(told, stage)
            if number == 0:
                shown = {**told, "stage": stage}
                rates = np.linspace(0, 0.6, 100)
                yield Record(
                    STUDY, "rates", {**shown, "rho": 0.3, "paths": 100, "samples": 60}, rates
                )
                pixels = np.linspace(0, 0.2, 64)
                yield Record(STUDY, "dependence", {**shown, "independent": 0.002}, pixels)
    yield few_values(told, 3)


def signals(width: int, layer: int, networks: int, stage: str) -> Record:
    """Mean squares that are 1, fourth powers with the excess that the law has, odd ones 0."""
    rng = np.random.default_rng([width, layer])
    excess = excess_kurtosis(width, layer) + rng.normal(0, 0.2 / width, size=(networks, 2))
    excess += excess_kurtosis(width, layer) - excess.mean()
    zero = np.zeros_like(excess)
    moments = np.stack([zero, np.ones_like(excess), zero, 3 + excess], axis=-1)
    told = {"stage": stage, "hidden_layers": 3, "width": width, "first": 0, "networks": networks,
            "lost": 0, "samples": 2, "layer": layer, "output": layer == 4, "kurtosis": 0.5,
            "ks": 0.02, "share": 0.01}  # fmt: skip
    return Record(STUDY, "signals", told, moments.ravel())


def gates(depth: int, point: int) -> Record:
    told = {"shape": "4-3-2", "hidden_layers": depth, "rho": 0.5, "point": point, "draws": 10_000,
            "reduced_z": 1.0, "expected_z": -1.0, "unreduced_z": 40.0, "output_z": 2.0,
            "output_limit": 4.6, "entries": 16, "linear_distance": 0.0, "lowest": -1.0,
            "highest": 3.0, "reduced": 2.0, "expected": 3.0}  # fmt: skip
    return Record(STUDY, "gates", told)


def reduced_point(depth: int, index: int, kind: str) -> Record:
    told = {"shape": "4-3-2", "hidden_layers": depth, "rho": 0.5, "subset": "0", "loss": 2.0,
            "global": kind == "global minimum", "status": "critical", "kind": kind, "index": index,
            "drop": None, "undecided": 5, "predicted_index": index, "predicted_nullity": 5,
            "inner_full": True}  # fmt: skip
    return Record(STUDY, "reduced point", told)


def bad_saddle(depth: int) -> Record:
    told = {**reduced_point(depth, 0, "bad saddle").attributes, "drop": 0.1, "inner_full": False}
    return Record(STUDY, "reduced point", told)


def tuples(number: int) -> Record:
    told = {"depth": 3, "values": 2, "tuples": 8, "rho": 0.5, "spread": 2.0, "bound": 0.25,
            "sharp_bound": 2 / 3, "exact": 0.9, "measured": 0.9, "standard_error": 0.01,
            "draws": 1000 + number}  # fmt: skip
    return Record(STUDY, "tuples", told)


def linear(family: str, depth: int) -> Record:
    told = {"family": family, "hidden_layers": depth, "rank": 60, "inputs": 64, "bottleneck": 8,
            "theorem": True, "global_value": 0.1, "zero_value": 0.5, "values": 4,
            "train_right": 0.97, "test_right": 0.9}  # fmt: skip
    return Record(STUDY, "linear values", told, np.array([0.1, 0.2, 0.3, 0.5]))


def good_records(networks: int) -> list[Record]:
    """Records on which every claim holds, if there are as many networks as the rules ask for."""
    every = [(family, depth) for family in FAMILIES for depth in DEPTHS]
    sizes = {"shapes": 1000, "exceptions": 0, "exceptions_again": 0, "exceptions_ten_outputs": 3}
    paper = {"width": 25, "size": 50.0, "paths": 2500, "depth": 2, "weights": 2750}
    return [
        *(r for shape in every for m in range(networks) for r in network(*shape, m)),
        *(linear(*shape) for shape in every),
        *(signals(n, k, 200, "start") for n in (8, 16, 32, 64) for k in (1, 2, 3, 4)),
        *(signals(n, k, 10, "end") for n in (8, 16, 32, 64) for k in (1, 2, 3, 4)),
        *(gates(depth, point) for depth in DEPTHS for point in range(3)),
        *(reduced_point(depth, 2, "strict saddle") for depth in DEPTHS),
        *(reduced_point(depth, 0, "global minimum") for depth in DEPTHS),
        *(bad_saddle(depth) for depth in DEPTHS[1:]),
        *(
            Record(STUDY, "path sum", {"architecture": "3-2-3-1", "hidden_layers": depth,
                                       "path_sum_error": 1e-16, "listed_error": 1e-16})
            for depth in DEPTHS
        ),
        Record(STUDY, "sizes", sizes),
        Record(STUDY, "paper size", paper),
        *(tuples(i) for i in range(50)),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def records() -> list[Record]:
    """As many records as the rules ask for."""
    return good_records(12)


@pytest.fixture(scope="session")
def few_records() -> list[Record]:
    """Too few networks."""
    return good_records(2)


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    """Fields that make the study small enough for a test."""
    data = {"source": "digits", "side": 8, "train": 40, "test": 20}
    family = {"data": data, "width": 5, "hidden_layers": [1, 2], "networks": 3, "followed": 1,
              "batch": 2}  # fmt: skip
    return {
        "families": {"tiny digits": family},
        "training": {"epochs": 4, "rate": 0.05, "engine": "torch"},
        "checkpoints": [0, 2, 4],
        "statistics_samples": 24,
        "values": [2, 5],
        "reduction": {"shapes": [[3, 2, 2], [3, 2, 2, 2]], "probabilities": [0.5], "points": 1,
                      "samples": 4, "draws": 200},
        "shapes": 20,
        "tables": 4,
        "table_draws": 200,
        "widths": {"widths": [4, 8], "starts": 20, "trained": 9, "samples": 2, "batch": 12},
        "noise": 19,
    }  # fmt: skip
