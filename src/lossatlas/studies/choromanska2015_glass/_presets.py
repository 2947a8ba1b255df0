"""The three presets: half a minute, half an hour, and the paper's own sizes.

Schedules are the best of the five `CANDIDATES` of each method by mean energy at Lambda = 50 and
100, on couplings that no verdict sees; a run with `tuned_at` tries them again.
"""

from typing import Any

from ._rows import GRADIENT, METHODS, STOCHASTIC
from ._settings import EnumerationChoice, NetworkChoice, Schedule, SearchChoice, SizeChoice

CANDIDATES: dict[str, tuple[Schedule, ...]] = {
    STOCHASTIC: (
        Schedule(step=0.3, decay=0.0015, parts=10),
        Schedule(step=0.3, decay=0.0015, parts=5),
        Schedule(step=0.1, decay=0.0, parts=10),
        Schedule(step=0.3, decay=0.0, parts=10),
        Schedule(step=0.3, decay=0.0015, parts=10, closing=0.8),
    ),
    "annealing": (
        Schedule(hot=1.0, cold=0.01),
        Schedule(hot=1.0, cold=0.1),
        Schedule(hot=0.5, cold=0.05),
        Schedule(hot=2.0, cold=0.2),
        Schedule(hot=1.0, cold=0.1, closing=0.2),
    ),
    "Langevin": (
        Schedule(step=0.05, hot=1.0, cold=0.01),
        Schedule(step=0.1, hot=1.0, cold=0.01),
        Schedule(step=0.1, hot=1.0, cold=0.1),
        Schedule(step=0.1, hot=0.5, cold=0.05),
        Schedule(step=0.1, hot=1.0, cold=0.1, closing=0.2),
    ),
}
_SCHEDULES = {
    GRADIENT: Schedule(step=0.1),
    STOCHASTIC: CANDIDATES[STOCHASTIC][0],
    "annealing": CANDIDATES["annealing"][0],
    "Langevin": CANDIDATES["Langevin"][0],
}
_NO_ANNEALING = tuple(method for method in METHODS if method != "annealing")
_PAPER_NETWORKS = tuple((100, width, 10) for width in (25, 50, 100, 250, 500))
_MAPPED = (*_PAPER_NETWORKS, (100, 25, 25, 10), (100, 100, 100, 10))

_QUICK: dict[str, Any] = {
    "schedules": _SCHEDULES,
    "sizes": (
        SizeChoice(
            size=25, disorders=20, runs=10, evaluations=800, methods=METHODS, group=10, finished=2
        ),
        SizeChoice(
            size=50, disorders=12, runs=10, evaluations=800, methods=METHODS, group=6, finished=2
        ),
        SizeChoice(
            size=100, disorders=8, runs=8, evaluations=800, methods=METHODS, group=4, finished=2
        ),
    ),
    "covariance_instances": 500,
    "enumerations": (EnumerationChoice(size=6, instances=40, group=20, barriers=20),),
    "curve_sizes": (10, 20, 40),
    "saddles": (SearchChoice(size=24, indices=(1, 2, 4, 6, 8, 10), searches=4),),
    "networks": tuple(NetworkChoice(layers=layers) for layers in (2, 3, 4)),
    "mapped_widths": _MAPPED,
}

_STANDARD: dict[str, Any] = {
    **_QUICK,
    "sizes": (
        SizeChoice(
            size=25, disorders=100, runs=10, methods=METHODS, group=10, finished=2
        ),
        SizeChoice(
            size=50, disorders=100, runs=10, methods=METHODS, group=10, finished=2
        ),
        SizeChoice(
            size=100, disorders=100, runs=10, methods=METHODS, group=5, finished=1
        ),
        SizeChoice(
            size=200, disorders=20, runs=25, evaluations=2000, methods=_NO_ANNEALING,
            precision="float32",
        ),
    ),
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
}  # fmt: skip

_PAPER: dict[str, Any] = {
    **_STANDARD,
    "sizes": (
        SizeChoice(size=25, disorders=200, runs=10, evaluations=4000, methods=METHODS, group=10, finished=2),
        SizeChoice(size=50, disorders=100, runs=10, evaluations=4000, methods=METHODS, group=5, finished=2),
        SizeChoice(size=100, disorders=100, runs=10, evaluations=4000, methods=METHODS, group=2, finished=1),
        SizeChoice(size=200, disorders=20, runs=50, evaluations=4000, methods=_NO_ANNEALING, precision="float32"),
        SizeChoice(size=250, disorders=20, runs=50, evaluations=3000, methods=_NO_ANNEALING, precision="float32"),
        SizeChoice(size=500, disorders=40, runs=25, evaluations=1000, methods=_NO_ANNEALING, precision="float32"),
    ),
    "tuned_at": (50, 100),
    "covariance_instances": 20000,
    "enumerations": (
        EnumerationChoice(size=6, instances=600, group=20, barriers=200),
        EnumerationChoice(size=7, instances=200, group=10, barriers=50),
        EnumerationChoice(size=8, instances=100, group=4, barriers=50),
    ),
}  # fmt: skip

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
