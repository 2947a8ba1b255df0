"""How close signals are to the bell curve, by layer and width, before and after training."""

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np

from lossatlas.evidence import Table
from lossatlas.studies._trend import Interval, mean, trend

from ._judge_signals import per_network, pooled_kurtosis, signal_name
from ._names import END, START
from ._numbers import NOTHING
from ._rows import Row, Rows, by, of
from ._signal_law import excess_kurtosis

_KS_OF_A_GAUSSIAN = 0.62
"""Times 1 / sqrt M: the mean KS distance of M normal numbers to the bell curve fitted to them."""


def signal_tables(rows: Rows) -> tuple[Table, ...]:
    """At the start the kurtosis beside its law, and KS distances; both at the end if networks were trained."""
    starts, ends = (of(rows.signals, stage=stage) for stage in (START, END))
    found = []
    if starts:
        found += [_kurtosis_at_the_start(starts), _distances(starts, START)]
    if ends:
        found += [_kurtosis_at_the_end(ends), _distances(ends, END)]
    return tuple(found)


def _kurtosis_at_the_start(rows: Sequence[Row]) -> Table:
    cells = {key: str(value) for key, value in _trends(rows).items()}

    def cell(layer: int, width: int, own: Sequence[Row]) -> str:
        del own
        law = excess_kurtosis(width, layer)
        return f"{cells.get((layer, width), 'not measured')}; law {law:.3g}"

    return _grid(
        "kurtosis-start",
        "Excess kurtosis at the start, by layer and width",
        "Over random networks and units at fixed digits: 0 is the bell curve. In brackets the 99 % "
        f"interval over {_networks(rows)} networks of a width, then the law 3 ((1 + 5/n)^{{l-1}} - 1). Layer 1 "
        "is a sum of normal numbers, and exactly a bell curve.",
        rows,
        cell,
    )


def _trends(rows: Sequence[Row]) -> dict[tuple[int, int], Interval]:
    found: dict[tuple[int, int], Interval] = {}
    for layer, own in by("layer", rows).items():
        widths = per_network(own)
        if len(widths) > 1:
            line = trend(widths, mean)
            found |= {
                (layer, place): value for place, value in zip(line.places, line.values, strict=True)
            }
    return found


def _kurtosis_at_the_end(rows: Sequence[Row]) -> Table:
    return _grid(
        "kurtosis-end",
        "Excess kurtosis after training, by layer and width",
        f"The same over {_networks(rows)} trained networks of a width, about the mean and variance that are "
        "found.",
        rows,
        lambda _layer, _width, own: str(pooled_kurtosis(own)),
    )


def _distances(rows: Sequence[Row], stage: str) -> Table:
    known = [row for row in rows if "ks" in row]
    together = float(np.mean([row["networks"] for row in known])) if known else 1.0
    floor = _KS_OF_A_GAUSSIAN / sqrt(together)
    exact = " Layer 1 is one." if stage == START else ""
    return _grid(
        f"ks-{stage}",
        f"KS distance to the bell curve at the {stage}, by layer and width",
        f"Of a unit's signal over networks, about {together:.0f} at a time; a mean over units and digits. By "
        f"chance alone a bell curve has about {floor:.2g}.{exact}",
        rows,
        lambda _layer, _width, own: _distance([row for row in own if "ks" in row]),
    )


def _distance(rows: Sequence[Row]) -> str:
    return f"{np.mean([row['ks'] for row in rows]):.3g}" if rows else NOTHING


def _grid(
    id: str,
    title: str,
    caption: str,
    rows: Sequence[Row],
    cell: Callable[[int, int, Sequence[Row]], str],
) -> Table:
    widths = sorted({row["width"] for row in rows})
    layers = by("layer", rows)
    return Table(
        id,
        title,
        caption,
        "One distribution of starts, and networks of three hidden layers of one width.",
        ("signals of", *(f"width {width}" for width in widths)),
        tuple(
            (
                signal_name(layer, own),
                *(
                    cell(layer, width, its) if (its := of(own, width=width)) else NOTHING
                    for width in widths
                ),
            )
            for layer, own in sorted(layers.items())
        ),
    )


def _networks(rows: Sequence[Row]) -> str:
    counts = {
        sum(row["networks"] for row in own) for own in by("width", of(rows, layer=1)).values()
    }
    low, high = min(counts, default=0), max(counts, default=0)
    return str(low) if low == high else f"{low} to {high}"
