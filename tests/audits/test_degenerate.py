"""Degenerate networks and samples have defined answers: no NaN, no exception, a reason in words."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from lossatlas.audits import AuditReport, audit
from lossatlas.evidence import Ruling


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [x for v in value.values() for x in _numbers(v)]
    if isinstance(value, list | tuple):
        return [x for v in value for x in _numbers(v)]
    return [value] if isinstance(value, float) else []


def _defined(report: AuditReport) -> None:
    assert not [x for x in _numbers(report.to_dict()) if math.isnan(x)]
    for a in report:
        assert "nan" not in a.sentence
        if a.parts and a.measured is None:
            assert a.verdict is Ruling.UNDECIDED


def _weights(rng: Generator) -> list[np.ndarray]:
    return [rng.standard_normal((6, 4)), rng.standard_normal((5, 6)), rng.standard_normal((2, 5))]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8, 9])
def test_few_samples_are_enough_for_an_answer(n: int, rng: Generator) -> None:
    report = audit(_weights(rng), rng.standard_normal((n, 4)))
    _defined(report)
    if n == 1:
        for id in ("A1p-m", "A4p", "A5u-m", "Gaussian", "random inputs"):
            assert report[id].verdict in (Ruling.UNDECIDED, Ruling.NOT_APPLICABLE)


def test_a_layer_that_never_fires_leaves_no_path_to_compare(rng: Generator) -> None:
    weights = _weights(rng)
    weights[1] = -np.abs(weights[1])
    report = audit(weights, rng.standard_normal((50, 4)))
    _defined(report)
    assert report["A1p-m"].verdict is Ruling.NOT_APPLICABLE
    assert "no path is ever open" in report["A1p-m"].sentence
    assert report["A5u-m"].verdict is Ruling.NOT_APPLICABLE


def test_constant_inputs_say_nothing_of_dependence(rng: Generator) -> None:
    report = audit(_weights(rng), np.full((50, 4), 0.3))
    _defined(report)
    assert report["A5u-m"].verdict in (Ruling.UNDECIDED, Ruling.NOT_APPLICABLE)
    assert report["A4p"].verdict is Ruling.FAILS
    assert report["A4p"].measured == 1
    assert report["random inputs"].verdict is Ruling.UNDECIDED


def test_a_path_open_on_one_sample_only_has_no_rate_to_compare(rng: Generator) -> None:
    X = -np.abs(rng.standard_normal((30, 2)))
    X[3] = 1.0
    report = audit([np.ones((3, 2)), np.ones((1, 3))], X)
    _defined(report)
    assert report["A1p-m"].verdict is Ruling.UNDECIDED


def test_weights_of_zero_are_a_network_too(rng: Generator) -> None:
    report = audit([np.zeros((6, 4)), np.zeros((2, 6))], rng.standard_normal((50, 4)))
    _defined(report)
    assert report["random weights"].verdict is Ruling.UNDECIDED
    assert report["A6u"].verdict is Ruling.UNDECIDED


def test_zeros_after_a_first_layer_leave_rates_and_no_weight(rng: Generator) -> None:
    report = audit([rng.standard_normal((6, 4)), np.zeros((2, 6))], rng.standard_normal((50, 4)))
    _defined(report)
    assert report["A5u-m"].details["lift"] == 0


def test_a_start_of_zeros_has_no_sphere(rng: Generator) -> None:
    weights = _weights(rng)
    report = audit(weights, rng.standard_normal((20, 4)), start=[0 * W for W in weights])
    _defined(report)
    assert report["A7p"].verdict is Ruling.UNDECIDED


def test_one_unit_a_layer_is_a_network_too(rng: Generator) -> None:
    _defined(audit([np.ones((1, 1)), np.ones((1, 1))], rng.standard_normal((50, 1))))


def test_huge_and_tiny_weights_change_no_verdict_on_gates(rng: Generator) -> None:
    weights, X = _weights(rng), rng.standard_normal((100, 4))
    plain = audit(weights, X)
    for factor in (1e-90, 1e90):
        scaled = audit([factor * W for W in weights], X)
        _defined(scaled)
        for id in ("A1p-m", "A3p", "A5u-m", "random weights"):
            assert scaled[id].measured == pytest.approx(plain[id].measured)
