"""G1: the excess kurtosis of signals at the start against the width, and what training does to it."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.evidence import Check, Strength
from lossatlas.studies._trend import CONFIDENCE, Interval, falling, mean, trend

from ._claims import STANDARD_ERRORS, STARTS_NEEDED, WIDTHS_NEEDED
from ._names import END, START
from ._rows import Row, Rows, by, of
from ._signal_law import POWERS, excess_kurtosis

MEASURED = Strength.MEASURED
LAW = "the excess kurtosis is 3 ((1 + 5/n)^"
"""In the name of every check against the law."""
_RESAMPLES = 1000


def check_signals(rows: Rows) -> list[Check]:
    """Enough starts; in each layer after the first a falling kurtosis, and the law's."""
    starts = by("layer", [row for row in of(rows.signals, stage=START) if row["layer"] > 1])
    layers = {layer: _large(per_network(own)) for layer, own in starts.items()}
    sizes = [len(widths) for widths in layers.values()]
    return [
        Check.enough(
            f"Widths with at least {STARTS_NEEDED} untrained networks",
            needed=WIDTHS_NEEDED,
            counted=min(sizes, default=0),
            strength=MEASURED,
        ),
        *(
            check
            for layer, widths in layers.items()
            for check in _of_layer(signal_name(layer, starts[layer]), layer, widths)
        ),
    ]


def _large(widths: dict[int, ndarray]) -> dict[int, ndarray]:
    """The widths that count: means over few networks are far from normal, and so are their errors."""
    return {width: runs for width, runs in widths.items() if len(runs) >= STARTS_NEEDED}


def per_network(rows: Sequence[Row]) -> dict[int, Float[ndarray, " M"]]:
    """By width, each network's mean over units and samples of z^4 - 6 z^2 + 3.

    Its mean over networks is the excess kurtosis where the variance is the start's.
    """
    widths = by("width", rows)
    return {
        width: np.concatenate([_hermite(row) for row in own])
        for width, own in sorted(widths.items())
    }


def _hermite(row: Row) -> Float[ndarray, " M"]:
    _, square, _, fourth = np.moveaxis(_moments(row), -1, 0)
    return np.asarray((fourth - 6 * square + 3).mean(1))


def _moments(row: Row) -> Float[ndarray, "M n 4"]:
    """Means over units of the first four powers, for each network and sample."""
    return np.asarray(row["array"]).reshape(row["networks"], row["samples"], len(POWERS))


def pooled_kurtosis(rows: Sequence[Row]) -> Interval:
    """The excess kurtosis over networks and units at a sample, the mean over samples.

    About the mean and variance that are found: after training neither is known. The interval is a
    bootstrap over networks.
    """
    table = np.concatenate([_moments(row) for row in rows])
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(table), size=(_RESAMPLES, len(table)))
    counts = np.stack([np.bincount(row, minlength=len(table)) for row in drawn]) / len(table)
    resampled = _excess(np.tensordot(counts, table, 1))
    ends = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled, [ends, 1 - ends])
    return Interval(float(_excess(table.mean(0))), float(low), float(high))


def _excess(means: Float[ndarray, "*b n 4"]) -> Float[ndarray, "*b"]:
    """From the first four moments at each sample; 0 where nothing varies."""
    m1, m2, m3, m4 = np.moveaxis(means, -1, 0)
    variance = m2 - m1**2
    fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
    varies = variance > 64 * np.finfo(float).eps * m2
    ratio = fourth / np.square(np.where(varies, variance, 1.0))
    return np.asarray(np.where(varies, ratio - 3, 0.0).mean(-1))


def _of_layer(name: str, layer: int, widths: dict[int, ndarray]) -> list[Check]:
    if len(widths) < 2:
        return []
    found = trend(widths, mean)
    away = {width: _away(runs, excess_kurtosis(width, layer)) for width, runs in widths.items()}
    worst = max(away.values())
    return [
        falling(f"At the start, {name}: the excess kurtosis (slope against ln n)", found, "widths"),
        Check.no_exception(
            f"At the start, {name}: widths at which {LAW}{layer - 1} - 1) within {STANDARD_ERRORS:g} "
            f"standard errors (the farthest is {worst:.2g} away)",
            exceptions=sum(not z <= STANDARD_ERRORS for z in away.values()),
            sample_size=len(away),
            strength=MEASURED,
        ),
    ]


def _away(runs: Float[ndarray, " M"], predicted: float) -> float:
    """How many standard errors the mean lies away."""
    error = float(np.std(runs, ddof=1)) / sqrt(len(runs)) if len(runs) > 1 else np.nan
    return abs(float(runs.mean()) - predicted) / error


def signal_name(layer: int, rows: Sequence[Row]) -> str:
    """For example "layer 2"; the last layer has the outputs."""
    return "outputs" if rows[0]["output"] else f"layer {layer}"


def signal_notes(rows: Rows) -> list[str]:
    """Why outputs are no bell curve after training, and what was lost or not looked at."""
    notes = []
    ends = of(rows.signals, stage=END)
    if ends:
        notes.append(
            "Over the units of a trained network outputs are no bell curve for a reason of their own: "
            "they are near the targets, of which one in ten is 1 and the others 0, with an excess "
            "kurtosis of 5.1."
        )
    else:
        notes.append(
            "No networks were trained for this claim here; the preset `standard` trains some."
        )
    lost = sum(row["lost"] for row in of(ends, layer=1))
    if lost:
        notes.append(f"{lost} networks became infinite in training and are left out.")
    return notes
