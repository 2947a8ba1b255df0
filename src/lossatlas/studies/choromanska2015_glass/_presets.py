"""The three presets: half a minute, half an hour, and the paper's own sizes.

Schedules are the best of the five of `dynamics` by mean energy at Lambda = 50 and 500 evaluations,
on eight couplings that no verdict sees; a run with `tuned_at` tries them again.
"""

from typing import Any

from ._rows import METHODS, STOCHASTIC
from ._settings import EnumerationChoice, NetworkChoice, SearchChoice, SizeChoice

_NO_ANNEALING = tuple(method for method in METHODS if method != "annealing")
_LARGEST_ANNEALED, _LARGEST_DOUBLE = 100, 100
_PAPER_NETWORKS = tuple((100, width, 10) for width in (25, 50, 100, 250, 500))


def _size(size: int, disorders: int, runs: int, evaluations: int, **fields: Any) -> SizeChoice:
    return SizeChoice(
        size=size,
        disorders=disorders,
        runs=runs,
        evaluations=evaluations,
        methods=METHODS if size <= _LARGEST_ANNEALED else _NO_ANNEALING,
        precision="float64" if size <= _LARGEST_DOUBLE else "float32",
        **fields,
    )


_QUICK: dict[str, Any] = {
    "schedules": {STOCHASTIC: 4, "annealing": 3, "Langevin": 3},
    "sizes": (
        _size(25, 24, 10, 300, group=12, finished=2, noisy=2),
        _size(50, 12, 10, 300, group=6, finished=2, noisy=2),
        _size(100, 6, 8, 300, group=2, finished=1, noisy=2),
    ),
    "covariance_instances": 200,
    "enumerations": (EnumerationChoice(size=6, instances=40, group=20, barriers=6),),
    "curve_sizes": (10, 20, 40),
    "saddles": (SearchChoice(size=24, indices=(1, 2, 4, 6, 8, 10), searches=4),),
    "networks": tuple(NetworkChoice(layers=layers) for layers in (2, 3, 4)),
    "mapped_widths": (*_PAPER_NETWORKS, (100, 25, 25, 10), (100, 100, 100, 10)),
}

_STANDARD: dict[str, Any] = {
    **_QUICK,
    "sizes": (
        _size(25, 100, 10, 800, group=10, finished=2),
        _size(50, 100, 10, 800, group=10, finished=2),
        _size(100, 100, 10, 800, group=5, finished=1),
        _size(200, 20, 50, 1000),
    ),
    "certified_to": 50,
    "tuned_at": (50,),
    "covariance_instances": 4000,
    "enumerations": (
        EnumerationChoice(size=6, instances=200, group=20, barriers=100),
        EnumerationChoice(size=8, instances=40, group=4, barriers=20),
    ),
    "curve_sizes": (10, 20, 40, 80, 120),
    "saddles": (
        SearchChoice(size=24, indices=(1, 2, 4, 6, 8, 10), disorders=4),
        SearchChoice(size=48, indices=(1, 2, 4, 8, 12, 16, 20), disorders=4),
    ),
    "networks": tuple(NetworkChoice(layers=layers, draws=16) for layers in (2, 3, 4, 5)),
}

_PAPER: dict[str, Any] = {
    **_STANDARD,
    "sizes": (
        _size(25, 100, 10, 1000, group=10, finished=2),
        _size(50, 100, 10, 1000, group=8, finished=2),
        _size(100, 100, 10, 1000, group=4, finished=1),
        _size(200, 20, 50, 1600),
        # larger steps, still below 2 over the largest curvature, which is 9.8 at -E_inf
        _size(250, 20, 50, 1000, step=0.18),
        _size(500, 20, 50, 500, step=0.18),
    ),
    "covariance_instances": 8000,
    "enumerations": (
        EnumerationChoice(size=6, instances=600, group=20, barriers=200),
        EnumerationChoice(size=7, instances=200, group=10, barriers=50),
        EnumerationChoice(size=8, instances=100, group=4, barriers=50),
    ),
    "curve_sizes": (10, 20, 25, 40, 50, 80, 100, 120, 200, 250),
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
