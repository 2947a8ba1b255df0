"""W2: curvature, roughness between solutions, and barriers against the width."""

from collections.abc import Callable, Iterable, Sequence
from math import isfinite

import numpy as np

from lossatlas.evidence import Check, Strength
from lossatlas.studies._trend import falling, mean, trend

from ._claims import (
    BANDS_NEEDED,
    BEST_PRESET,
    CURVATURES_NEEDED,
    HIDDEN_LAYERS,
    LINES_NEEDED,
    WIDTHS_NEEDED,
)
from ._rows import Ensembles, Row, Rows, by, depth_in_words, large, values

MEASURED = Strength.MEASURED


def check_landscape(rows: Rows) -> list[Check]:
    """W2: enough of each measure, and each falls where there is."""
    curvature = _ready(curvatures, rows.networks, CURVATURES_NEEDED)
    rough = _ready(roughnesses, rows.lines, LINES_NEEDED)
    barrier = _ready(barriers, rows.bands, BANDS_NEEDED)
    layers = ", ".join(map(str, HIDDEN_LAYERS))
    return [
        _enough(f"of {layers}, with curvatures", CURVATURES_NEEDED, curvature, len(HIDDEN_LAYERS)),
        _enough(f"of {layers}, with lines", LINES_NEEDED, rough, len(HIDDEN_LAYERS)),
        _enough("with elastic bands", BANDS_NEEDED, barrier, 1),
        *_falls("the mean largest curvature", curvature),
        *_falls("the mean roughness of straight lines", rough),
        *_falls("the mean barrier of elastic bands", barrier),
    ]


def curvatures(rows: Iterable[Row]) -> Ensembles:
    """The largest curvatures that can be relied on, by width."""
    return values(rows, "curvature", where=lambda row: bool(row["curvature_converged"]))


def roughnesses(rows: Iterable[Row]) -> Ensembles:
    """The roughness of lines between finite networks, by width."""
    return values(rows, "roughness", where=lambda row: isfinite(row["roughness"]))


def barriers(rows: Iterable[Row]) -> Ensembles:
    """The barriers of bands between finite networks, by width."""
    return values(rows, "barrier", where=lambda row: isfinite(row["barrier"]))


def _ready(
    measure: Callable[[Iterable[Row]], Ensembles], rows: Sequence[Row], needed: int
) -> dict[int, Ensembles]:
    """By number of hidden layers, where there are enough widths with enough runs."""
    families = by("hidden_layers", rows)
    ready = {layers: large(measure(own), needed) for layers, own in families.items()}
    return {layers: runs for layers, runs in ready.items() if len(runs) >= WIDTHS_NEEDED}


def _enough(what: str, number: int, ready: dict[int, Ensembles], needed: int) -> Check:
    wanted = HIDDEN_LAYERS if needed > 1 else tuple(ready)
    return Check.enough(
        f"Numbers of hidden layers {what}, {number} at each of {WIDTHS_NEEDED} widths or more "
        f"({BEST_PRESET})",
        needed=needed,
        counted=sum(layers in ready for layers in wanted),
        strength=MEASURED,
    )


def _falls(what: str, ready: dict[int, Ensembles]) -> list[Check]:
    return [
        falling(f"{depth_in_words(layers)}: {what}", trend(runs, mean), "widths")
        for layers, runs in ready.items()
    ]


def landscape_notes(rows: Rows) -> list[str]:
    """Every measure at every width, and what stands beside it without entering the ruling."""
    return [*_curvature_notes(rows), *_line_notes(rows), *_band_notes(rows)]


def _curvature_notes(rows: Rows) -> list[str]:
    """The curvature, and the curvature per relative change of the weights."""
    looked = [row for row in rows.networks if row["curvature_converged"]]
    notes = [
        f"{depth_in_words(layers)}: mean largest curvature "
        + ", ".join(
            f"{runs.mean():.4g} at width {width} (times the squared length of the weights "
            f"{_relative(own, width):.4g})"
            for width, runs in curvatures(own).items()
        )
        + "."
        for layers, own in by("hidden_layers", looked).items()
    ]
    open_ends = [r for r in rows.networks if r["looked_at"] and not r["curvature_converged"]]
    if open_ends:
        notes.append(
            f"At {len(open_ends)} networks the largest curvature did not converge; they enter no mean."
        )
    return notes


def _relative(rows: Sequence[Row], width: int) -> float:
    own = [row["curvature"] * row["norm"] ** 2 for row in rows if row["width"] == width]
    return float(np.mean(own))


def _line_notes(rows: Rows) -> list[str]:
    return [
        f"{depth_in_words(layers)}: on straight lines the loss rises above the higher end by "
        + ", ".join(_climb(width, its) for width, its in by("width", own).items())
        + " on average; units were not matched to each other first."
        for layers, own in by("hidden_layers", rows.lines).items()
    ]


def _climb(width: int, rows: Sequence[Row]) -> str:
    heights = [row["height"] for row in rows if isfinite(row["height"])]
    if not heights:
        return f"an unknown height at width {width} (no line between finite networks)"
    lines = len(rows) if len(heights) == len(rows) else f"{len(heights)} of {len(rows)}"
    return f"{np.mean(heights):.4g} at width {width} ({lines} lines)"


def _band_notes(rows: Rows) -> list[str]:
    return [
        f"{depth_in_words(layers)}, bands between small networks: "
        + "; ".join(_bands(width, its) for width, its in by("width", own).items())
        + "."
        for layers, own in by("hidden_layers", rows.bands).items()
    ]


def _bands(width: int, rows: Sequence[Row]) -> str:
    laid = [row for row in rows if isfinite(row["barrier"])]
    if not laid:
        return f"width {width}, none between finite networks"
    straight = np.mean([row["straight_height"] for row in laid])
    barrier = np.mean([row["barrier"] for row in laid])
    passes = sum(row["passes"] > 0 for row in laid)
    ends = sum(row["critical_ends"] for row in laid)
    return (
        f"width {width}, mean barrier {barrier:.4g} where the straight line climbs {straight:.4g}, "
        f"{passes} of {len(laid)} bands over a critical point of index 1, {ends} of {2 * len(laid)} "
        "ends critical"
    )
