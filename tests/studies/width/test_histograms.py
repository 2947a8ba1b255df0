"""The histograms of the final losses: one outline a width, and what is left out."""

from math import nan

import numpy as np
import pytest

from lossatlas.catalogue import Record
from lossatlas.evidence import Figure, Line, Panel
from lossatlas.studies.width._figure_histograms import histograms_figure, scaled_histograms_figure
from lossatlas.studies.width._rows import Rows, sort_rows

WIDTHS = (10, 25, 50, 100, 200)


@pytest.fixture
def networks(records: list[Record]) -> list[dict[str, object]]:
    return [dict(r.attributes) for r in records if r.kind == "network"]


def drawn(rows: Rows) -> tuple[Figure, Figure]:
    raw, scaled = histograms_figure(rows), scaled_histograms_figure(rows)
    assert raw is not None
    assert scaled is not None
    return raw, scaled


def outlines(panel: Panel) -> dict[str, Line]:
    return {mark.label: mark for mark in panel.marks if isinstance(mark, Line)}


def extent(line: Line) -> float:
    return line.x[-1] - line.x[0]


def test_each_loss_and_number_of_layers_has_a_panel_with_an_outline_a_width(
    networks: list[dict[str, object]],
) -> None:
    for figure in drawn(sort_rows({"network": networks})):
        assert len(figure.panels) == 6
        for panel in figure.panels:
            assert list(outlines(panel)) == [f"width {width}" for width in WIDTHS]


def test_scaled_outlines_are_the_raw_ones_over_the_mean(networks: list[dict[str, object]]) -> None:
    raw, scaled = drawn(sort_rows({"network": networks}))
    own = [r for r in networks if (r["hidden_layers"], r["width"]) == (1, 50)]
    mean = np.mean([r["train_loss"] for r in own])
    one, other = (outlines(figure.panels[0])["width 50"] for figure in (raw, scaled))
    assert np.array(other.x) * mean == pytest.approx(np.array(one.x), rel=1e-12)
    assert np.array(other.y) / mean == pytest.approx(np.array(one.y), rel=1e-9)


def test_scaled_outlines_lie_about_one_and_narrow_as_the_records_do(
    networks: list[dict[str, object]],
) -> None:
    _, scaled = drawn(sort_rows({"network": networks}))
    for panel in scaled.panels:
        lines = outlines(panel)
        extents = [extent(lines[f"width {width}"]) for width in WIDTHS]
        assert extents == sorted(extents, reverse=True)
        assert all(line.x[0] < 1 < line.x[-1] for line in lines.values())


def test_networks_that_are_not_finite_are_left_out_and_a_width_of_one_has_no_outline(
    networks: list[dict[str, object]],
) -> None:
    whole = drawn(sort_rows({"network": networks}))
    broken = [
        {**networks[0], "width": 7, "finite": False, "train_loss": nan, "test_loss": nan},
        {**networks[0], "width": 8},
    ]
    assert drawn(sort_rows({"network": [*networks, *broken]})) == whole
    assert histograms_figure(sort_rows({"network": broken})) is None


def test_losses_that_are_all_zero_have_no_scale(networks: list[dict[str, object]]) -> None:
    zero = [{**row, "train_loss": 0.0} for row in networks]
    raw, scaled = drawn(sort_rows({"network": zero}))
    assert (len(raw.panels), len(scaled.panels)) == (6, 3)
