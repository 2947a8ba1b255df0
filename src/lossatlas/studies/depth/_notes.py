"""Remarks that enter no ruling: ReLU networks of the same shapes, depth by depth."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Check
from lossatlas.studies._trend import Statistic, falling, mean, scaled_spread, spread, trend

from ._rows import Row, Rows, by, is_finite

_MEASURES: tuple[tuple[str, str, Statistic], ...] = (
    ("mean training loss", "train_loss", mean),
    ("mean test loss", "test_loss", mean),
    ("spread of the training loss", "train_loss", spread),
    ("spread of the training loss over its mean", "train_loss", scaled_spread),
    ("spread of the test loss", "test_loss", spread),
    ("mean largest curvature", "curvature", mean),
)


def network_notes(rows: Rows) -> list[str]:
    """For each measure its values and trend against depth."""
    notes = [
        f"ReLU networks of the same shapes, {family}: {check.sentence}"
        for family, own in by("family", rows.networks).items()
        for check in _trends(own)
    ]
    lost = sum(not is_finite(row) for row in rows.networks)
    if lost:
        notes.append(f"{lost} of {len(rows.networks)} ReLU networks became infinite in training.")
    return notes


def against_depth(rows: Sequence[Row], column: str) -> dict[int, np.ndarray]:
    """A column of the finite networks, by depth; of curvatures those that converged."""
    kept = [
        row
        for row in rows
        if is_finite(row) and (column != "curvature" or row["curvature_converged"])
    ]
    return {
        depth: np.array([row[column] for row in own], float)
        for depth, own in by("hidden_layers", kept).items()
        if len(own) > 1
    }


def _trends(rows: Sequence[Row]) -> list[Check]:
    return [
        falling(f"the {name}", trend(runs, statistic, log=False), "depths")
        for name, column, statistic in _MEASURES
        if len(runs := against_depth(rows, column)) > 1
    ]
