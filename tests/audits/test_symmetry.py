"""What changes nothing in a network changes nothing in its audits."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from lossatlas.audits import AuditReport, audit

GATES = ("A1p-m", "A5u-m", "A6u")


def _numbers(report: AuditReport) -> list[float]:
    return [p.measured for id in GATES for p in report[id].parts if p.measured is not None]


@settings(deadline=None, max_examples=8)
@given(
    widths=st.lists(st.integers(1, 6), min_size=3, max_size=5),
    n=st.integers(1, 25),
    seed=st.integers(0, 2**31),
)
def test_units_may_be_renamed_and_rescaled(widths: list[int], n: int, seed: int) -> None:
    """Gates and products of weights along paths are those of the same function."""
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((b, a)) for a, b in pairwise(widths)]
    X = rng.standard_normal((n, widths[0]))
    other = [W.copy() for W in weights]
    for k, width in enumerate(widths[1:-1]):
        order, factor = rng.permutation(width), np.exp(rng.standard_normal(width))
        other[k] = (factor[:, None] * other[k])[order]
        other[k + 1] = (other[k + 1] / factor)[:, order]
    one, two = audit(weights, X), audit(other, X)
    assert _numbers(one) == pytest.approx(_numbers(two), rel=1e-7, abs=1e-9)
    assert [one[id].verdict for id in GATES] == [two[id].verdict for id in GATES]
    assert one["A1p-m"].p_value == pytest.approx(two["A1p-m"].p_value)


@settings(deadline=None, max_examples=5)
@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-5, 5), seed=st.integers(0, 2**31))
def test_inputs_may_be_scaled_and_what_is_asked_of_them_alone_shifted(
    scale: float, shift: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((5, 6)), rng.standard_normal((2, 5))]
    X = rng.standard_normal((40, 6))
    one, scaled = audit(weights, X), audit(weights, scale * X)
    assert _numbers(one) == pytest.approx(_numbers(scaled), rel=1e-6, abs=1e-8)
    moved = audit(weights, X + shift)
    for id in ("A4p", "A6u", "random inputs"):
        assert moved[id].measured == pytest.approx(one[id].measured, rel=1e-6)
