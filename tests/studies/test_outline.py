"""An outline is a histogram of area 1."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from lossatlas.studies._outline import outline

VALUES = arrays(np.float64, st.integers(1, 200), elements=st.floats(-1e3, 1e3, width=32))


@given(VALUES)
def test_its_area_is_one_and_it_begins_and_ends_on_the_axis(values: np.ndarray) -> None:
    line = outline(values, "name")
    x, y = np.array(line.x), np.array(line.y)
    assert np.trapezoid(y, x) == pytest.approx(1, rel=1e-9)
    assert (y[0], y[-1], line.label) == (0.0, 0.0, "name")
    assert x[0] <= values.min()
    assert x[-1] >= values.max()


@given(VALUES)
def test_a_step_is_as_high_as_its_share_of_the_values_over_its_length(values: np.ndarray) -> None:
    line = outline(values, "")
    edges, heights = np.array(line.x[::2]), np.array(line.y[1:-1:2])
    assert len(heights) == min(30, max(1, round(2 * len(values) ** (1 / 3))))
    for low, high, height in zip(edges, edges[1:], heights, strict=False):
        last = high == edges[-1]
        inside = (values >= low) & ((values <= high) if last else (values < high))
        # A value on an edge may be counted to either side, for rounding.
        near = np.isclose(values, low, rtol=1e-9, atol=1e-9) | np.isclose(values, high, 1e-9, 1e-9)
        counted = height * (high - low) * len(values)
        assert inside.sum() - near.sum() - 1e-6 <= counted <= (inside | near).sum() + 1e-6


def test_values_that_are_all_equal_are_a_box_about_them() -> None:
    line = outline(np.full(10, 0.25), "")
    assert (line.x[0], line.x[-1]) == (-0.25, 0.75)
