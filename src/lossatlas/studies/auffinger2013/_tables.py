"""Exact means at finite size, as records: nothing here is random.

Each table is what one claim needs, at one size. Counts of index at least k are sums over the next
indices, each exact: the difference of a total and a count of minima would lose all its digits.
"""

from collections.abc import Callable
from math import inf, log
from typing import Any

from lossatlas.catalogue import Record
from lossatlas.theory.kac_rice import (
    complexity,
    ground_state,
    layer,
    mean_count,
    minima_excess,
    sharp_count,
    threshold,
)

from ._claims import BAND_MARGIN, DOMINANCE_MARGIN, MARGIN
from ._judge import STUDY
from ._pieces import ExpectedPiece, TablePiece
from ._windows import windows

LEVELS = (1, 2)
"""The indices whose layers are looked at."""
RATE_ENERGIES = (-1.15, -1.05, -0.5)
"""In units of the threshold; beside them the number of all points."""
_TAIL = 3


def expect(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """The means that enumerated instances are held against.

    Args:
        settings: An `ExpectedPiece`.
        seed: Not used; nothing is random.

    Returns:
        One record of kind "expected".
    """
    piece = ExpectedPiece.model_validate(settings)
    size, order = piece.size, piece.order
    told = {
        "order": order,
        "size": size,
        "total": mean_count(size, order),
        **{f"index_{k}": mean_count(size, order, index=k) for k in range(size)},
        **{
            f"window_{j}": mean_count(size, order, between=window)
            for j, window in enumerate(windows(order))
        },
    }
    return [Record(STUDY, "expected", told)]


def tabulate(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """One table at one size.

    Args:
        settings: A `TablePiece`.
        seed: Not used; nothing is random.

    Returns:
        One record whose kind is the table's name, numbers of points as natural logarithms; for
        "layers" one a level, for "rates" one an energy.
    """
    piece = TablePiece.model_validate(settings)
    about = {"order": piece.order, "size": piece.size, "threshold": threshold(piece.order)}
    rows = _TABLES[piece.table](piece.size, piece.order)
    return [Record(STUDY, piece.table, {**about, **row}) for row in rows]


def _ratio(size: int, order: int) -> list[dict[str, Any]]:
    total = mean_count(size, order, log=True)
    minima = mean_count(size, order, index=0, log=True)
    return [
        {
            "log_total": total,
            "log_minima": minima,
            "rate": (total - minima) / size,
            "limit": (order - 2) / order,
            "excess": minima_excess(order),
        }
    ]


def _ground(size: int, order: int) -> list[dict[str, Any]]:
    bottom = -ground_state(order)

    def below(energy: float) -> float:
        return mean_count(size, order, between=(-inf, energy), log=True)

    return [
        {
            "log_below": below(bottom),
            "log_beyond": below(bottom - MARGIN),
            "limit": complexity(bottom - MARGIN, order),
        }
    ]


def _layers(size: int, order: int) -> list[dict[str, Any]]:
    edge = -threshold(order)
    rows = []
    for k in LEVELS:
        level = layer(order, k)
        above = range(k, min(k + _TAIL, size))
        rows.append(
            {
                "level": k,
                "energy": level,
                "complexity": complexity(-level, order, k),
                "log_literal": _log_sum(size, order, above, -level),
                "log_beyond": _log_sum(size, order, above, -level - MARGIN),
                "log_dominance": _against_minima(size, order, k, edge),
                "log_dominance_beyond": _against_minima(size, order, k, edge - DOMINANCE_MARGIN),
            }
        )
    return rows


def _log_sum(size: int, order: int, indices: range, energy: float) -> float:
    """Log of the number of points of these indices below an energy."""
    numbers = (mean_count(size, order, index=k, between=(-inf, energy)) for k in indices)
    return _log(sum(numbers))


def _against_minima(size: int, order: int, k: int, energy: float) -> float:
    """Log of E Crt_{N,k} / E Crt_{N,0} below an energy."""
    window = (-inf, energy)
    saddles = mean_count(size, order, index=k, between=window, log=True)
    return saddles - mean_count(size, order, index=0, between=window, log=True)


def _band(size: int, order: int) -> list[dict[str, Any]]:
    window = (BAND_MARGIN - threshold(order), inf)
    above = mean_count(size, order, index=0, between=window, log=True)
    share = above - mean_count(size, order, index=0, log=True)
    return [{"log_share": share, "decay": -share / size, "margin": BAND_MARGIN}]


def _rates(size: int, order: int) -> list[dict[str, Any]]:
    energies = [share * threshold(order) for share in RATE_ENERGIES]
    rows = []
    for name, energy in zip((*map(_named, RATE_ENERGIES), "all"), (*energies, inf), strict=True):
        exact = mean_count(size, order, between=(-inf, energy), log=True)
        rows.append(
            {
                "below": name,
                "energy": energy if energy < inf else None,
                "log_exact": exact,
                "rate": exact / size,
                "limit": complexity(energy, order),
                "log_sharp": sharp_count(size, order, energy, log=True),
            }
        )
    return rows


def _named(share: float) -> str:
    return f"{share:g} E_∞"


def _log(value: float) -> float:
    return log(value) if value > 0 else -inf


_TABLES: dict[str, Callable[[int, int], list[dict[str, Any]]]] = {
    "ratio": _ratio,
    "ground": _ground,
    "layers": _layers,
    "band": _band,
    "rates": _rates,
}
