"""W1: the spread of the final losses against the width."""

from collections.abc import Sequence

import numpy as np

from lossatlas.evidence import Check, Strength
from lossatlas.studies._trend import Statistic, falling, scaled_spread, spread, trend

from ._claims import (
    BEST_PRESET,
    HIDDEN_LAYERS,
    LARGEST_SHARE_LOST,
    NETWORKS_NEEDED,
    WIDTHS_NEEDED,
)
from ._rows import Ensembles, Row, Rows, by, depth_in_words, is_finite, large, values

LOSSES = {"train_loss": "training loss", "test_loss": "test loss"}
SPREADS: dict[str, Statistic] = {"spread": spread, "spread over the mean": scaled_spread}


def check_losses(rows: Rows) -> list[Check]:
    """W1: enough networks, and every spread falls where there are."""
    families = by("hidden_layers", rows.networks)
    ready = {layers: own for layers, own in families.items() if len(counted(own)) >= WIDTHS_NEEDED}
    enough = Check.enough(
        f"Numbers of hidden layers, of {', '.join(map(str, HIDDEN_LAYERS))}, with at least "
        f"{WIDTHS_NEEDED} widths of {NETWORKS_NEEDED} networks ({BEST_PRESET})",
        needed=len(HIDDEN_LAYERS),
        counted=sum(layers in ready for layers in HIDDEN_LAYERS),
        strength=Strength.MEASURED,
    )
    return [enough, *(check for layers, own in ready.items() for check in _falls(layers, own))]


def counted(rows: Sequence[Row]) -> Ensembles:
    """The widths that count: enough finite networks, and hardly any that is not."""
    return large(_whole(rows), NETWORKS_NEEDED)


def _whole(rows: Sequence[Row]) -> Ensembles:
    """The training losses at the widths that lost hardly any network."""
    every, kept = values(rows, "train_loss"), finite(rows, "train_loss")
    return {
        width: runs
        for width, runs in kept.items()
        if len(every[width]) - len(runs) <= LARGEST_SHARE_LOST * len(every[width])
    }


def finite(rows: Sequence[Row], column: str) -> Ensembles:
    """A loss of the networks that stayed finite, by width."""
    return values(rows, column, where=is_finite)


def _falls(layers: int, rows: Sequence[Row]) -> list[Check]:
    widths = counted(rows)
    return [
        falling(
            f"{depth_in_words(layers)}: the {name} of the {loss}",
            trend({w: runs for w, runs in finite(rows, column).items() if w in widths}, statistic),
            "widths",
        )
        for column, loss in LOSSES.items()
        for name, statistic in SPREADS.items()
    ]


def loss_notes(rows: Rows) -> list[str]:
    """Mean and spread at every width, and what was lost."""
    return [
        *(
            f"{depth_in_words(layers)}: {_table(own)}."
            for layers, own in by("hidden_layers", rows.networks).items()
        ),
        *_lost(rows.networks),
    ]


def _table(rows: Sequence[Row]) -> str:
    return "; ".join(f"width {width}, {_losses(own)}" for width, own in by("width", rows).items())


def _losses(rows: Sequence[Row]) -> str:
    kept = [row for row in rows if is_finite(row)]
    if not kept:
        return f"none of {len(rows)} networks stayed finite"
    parts = (f"{name} {_mean_and_spread(kept, column)}" for column, name in LOSSES.items())
    return f"{len(kept)} networks, {', '.join(parts)}"


def _mean_and_spread(rows: Sequence[Row], column: str) -> str:
    runs = np.array([row[column] for row in rows], float)
    deviation = f"{np.std(runs, ddof=1):.3g}" if len(runs) > 1 else "unknown"
    return f"{runs.mean():.4g} (spread {deviation})"


def _lost(rows: Sequence[Row]) -> list[str]:
    lost = [row for row in rows if not is_finite(row)]
    if not lost:
        return []
    shapes = sorted({row["architecture"] for row in lost})
    return [
        f"{len(lost)} of {len(rows)} networks became infinite in training, of the shapes "
        f"{', '.join(shapes)}; they are in the catalogue and enter no spread."
    ]
