"""How numbers of several networks are told in a sentence or a cell."""

from collections.abc import Iterable, Sequence

import numpy as np

from lossatlas.studies._share import Share

NOTHING = "\N{EN DASH}"
"""Where a cell has nothing to say."""


def middle_and_range(values: Iterable[float]) -> str:
    """The median, with the lowest and the highest where they differ; finite numbers alone."""
    finite = _finite(values)
    if not finite:
        return "not measured"
    middle, low, high = _three(float(np.median(finite))), _three(min(finite)), _three(max(finite))
    return middle if low == high else f"{middle} ({low} to {high})"


def medians(groups: Iterable[Sequence[float]]) -> tuple[float, ...]:
    """The median of the finite numbers of each group; NaN where there is none."""
    finite = [[value for value in group if np.isfinite(value)] for group in groups]
    return tuple(float(np.median(own)) if own else np.nan for own in finite)


def spanned(values: Iterable[float]) -> str:
    """From the lowest to the highest, finite numbers alone."""
    finite = _finite(values)
    if not finite:
        return "not measured"
    low, high = _three(min(finite)), _three(max(finite))
    return low if low == high else f"{low} to {high}"


def shares(values: Iterable[float]) -> str:
    """From the lowest to the highest share, in per cent."""
    finite = _finite(values)
    if not finite:
        return "not measured"
    low, high = f"{min(finite):.0%}", f"{max(finite):.0%}"
    return low if low == high else f"{low.removesuffix('%')} to {high}"


def with_interval(share: Share) -> str:
    """A count with its 95 % interval in whole per cents."""
    low, high = share.interval
    return f"{share.count} of {share.total} ({low:.0%} to {high:.0%})".replace("% to", " to")


def listed(parts: Sequence[str]) -> str:
    """The parts with commas, and an "and" before the last."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _finite(values: Iterable[float]) -> list[float]:
    return [value for value in values if np.isfinite(value)]


def _three(value: float) -> str:
    return f"{value:.3g}"
