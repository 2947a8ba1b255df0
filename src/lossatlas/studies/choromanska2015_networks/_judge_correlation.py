"""C15: how much the training loss says about the test loss, and whether a lower one would help."""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from lossatlas.evidence import Check
from lossatlas.studies._trend import falling, trend_of

from ._claims import CORRELATIONS, PAPER_NETWORKS
from ._judge_spread import enough_networks, judged_networks
from ._rows import Row, Rows, by_width, column, is_finite
from ._statistics import correlations, resample

_LEAST = 3


def losses(rows: Sequence[Row]) -> np.ndarray:
    """Training and test losses, (n, 2)."""
    return np.stack([column(rows, "train_loss"), column(rows, "test_loss")], axis=-1)


def correlation(rows: Sequence[Row]) -> float:
    """Pearson's correlation of training and test loss; NaN where one does not vary."""
    return float(correlations(losses(rows))[0]) if len(rows) >= _LEAST else float("nan")


def standard_error(correlation: float, number: int) -> float:
    """(1 - rho^2) / sqrt(n), that of a normal sample."""
    return (1 - correlation**2) / sqrt(number)


def check_correlation(rows: Rows, *, resamples: int, seed: int) -> list[Check]:
    """C15: enough networks, and a correlation that falls."""
    groups = judged_networks(rows)
    if not groups:
        return [enough_networks(rows)]
    columns = {width: losses(own) for width, own in groups.items()}
    drawn = resample(columns, correlations, resamples=resamples, seed=seed)[..., 0]
    measured = np.array([correlation(own) for own in groups.values()])
    table = np.concatenate([measured[None], drawn])
    trend = trend_of(tuple(groups), table, runs=sum(len(own) for own in groups.values()))
    return [
        enough_networks(rows),
        falling("The correlation of training and test loss", trend, "n1"),
    ]


def correlation_notes(rows: Rows) -> list[str]:
    """The table beside the paper's, and what training on does to the test loss."""
    return [*_table(by_width(rows.finite)), *_further(rows)]


def _table(groups: Mapping[int, Sequence[Row]]) -> list[str]:
    words = [_line(width, own) for width, own in groups.items() if len(own) >= _LEAST]
    return [f"Correlation of training and test loss: {'; '.join(words)}."] if words else []


def _line(width: int, rows: Sequence[Row]) -> str:
    own = correlation(rows)
    said = f"n1 = {width}: {own:.4f} ± {standard_error(own, len(rows)):.4f} ({len(rows)} networks"
    if width not in CORRELATIONS:
        return f"{said}, not in the paper)"
    known = CORRELATIONS[width]
    return f"{said}; paper {known:.4f} ± {standard_error(known, PAPER_NETWORKS):.4f})"


def _further(rows: Rows) -> list[str]:
    """Does the global minimum matter: the lowest training losses found, and their test losses."""
    ended = by_width(rows.finite)
    whole = [row for row in rows.further if is_finite(row)]
    return [
        _overfitting(width, own, ended.get(width, [])) for width, own in by_width(whole).items()
    ]


def _overfitting(width: int, rows: Sequence[Row], ended: Sequence[Row]) -> str:
    before, after = column(rows, "test_loss_before"), column(rows, "test_loss")
    best = column(rows, "best_test_loss")
    lowest = min([*rows, *ended], key=lambda row: row["train_loss"])
    return (
        f"n1 = {width}: {len(rows)} networks trained on for {rows[0]['further_epochs']} epochs came "
        f"from a training loss of {column(rows, 'train_loss_before').mean():.4g} to "
        f"{column(rows, 'train_loss').mean():.4g} (training error {column(rows, 'train_error').mean():.2%}) "
        f"while the test loss went from {before.mean():.4g} to {after.mean():.4g}, higher in "
        f"{int((after > before).sum())} of them, and from its lowest on the way, {best.mean():.4g}; "
        f"the test error went from {column(rows, 'test_error_before').mean():.2%} to "
        f"{column(rows, 'test_error').mean():.2%}. The lowest training loss found at this width, "
        f"{lowest['train_loss']:.4g}, has a test loss of {lowest['test_loss']:.4g}."
    )
