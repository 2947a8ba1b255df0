"""The three presets: half a minute, five minutes, and some hours of enumeration."""

from typing import Any

from ._settings import CountChoice, TableChoice

_SMALL = (2, 3, 4, 5, 6, 8, 10, 20, 40, 80)

_QUICK: dict[str, Any] = {
    "counts": (
        *(CountChoice(size=size, instances=300, group=100) for size in (2, 3, 4, 5)),
        CountChoice(size=6, instances=250, group=50),
        CountChoice(size=8, instances=20, group=5, stored=1),
        *(CountChoice(order=4, size=size, instances=150, group=50) for size in (2, 3, 4)),
    ),
    "tables": (
        TableChoice(
            ratio=_SMALL,
            ground=(25, 50, 100, 250, 500),
            layers=(10, 20, 40),
            band=(25, 40, 60, 80),
            rates=(20, 40, 80, 160, 320),
        ),
        TableChoice(
            order=4,
            ratio=_SMALL,
            ground=(25, 50, 100, 250, 500),
            layers=(10, 20, 40),
            band=(25, 40, 60, 80),
            rates=(20, 40, 80, 160, 320),
        ),
    ),
    "globe_draws": 20,
}

_STANDARD: dict[str, Any] = {
    "counts": (
        *(CountChoice(size=size, instances=4000, group=200) for size in (2, 3, 4, 5)),
        CountChoice(size=6, instances=3000, group=100),
        CountChoice(size=7, instances=600, group=50),
        CountChoice(size=8, instances=400, group=20),
        *(CountChoice(order=4, size=size, instances=2000, group=100) for size in (2, 3, 4)),
        CountChoice(order=4, size=5, instances=200, group=20),
    ),
    "tables": (
        TableChoice(
            ratio=(*_SMALL, 120, 160, 250),
            ground=(25, 50, 100, 250, 500, 1000),
            layers=(10, 20, 40, 60, 80),
            band=(25, 40, 60, 80, 120, 160),
            rates=(20, 40, 80, 160, 320, 640),
        ),
        TableChoice(
            order=4,
            ratio=(*_SMALL, 120),
            ground=(25, 50, 100, 250, 500, 1000),
            layers=(10, 20, 40, 60),
            band=(25, 40, 60, 80, 120),
            rates=(20, 40, 80, 160, 320, 640),
        ),
        TableChoice(
            order=5,
            ratio=_SMALL,
            ground=(25, 50, 100, 250, 500),
            layers=(10, 20, 40),
            band=(25, 40, 60, 80),
            rates=(20, 40, 80, 160, 320),
        ),
    ),
    "globe_draws": 100,
}

_PAPER: dict[str, Any] = {
    **_STANDARD,
    "counts": (
        *(CountChoice(size=size, instances=20000, group=200) for size in (2, 3, 4, 5, 6)),
        CountChoice(size=7, instances=6000, group=50),
        CountChoice(size=8, instances=4000, group=20),
        CountChoice(size=10, instances=200, group=4),
        *(CountChoice(order=4, size=size, instances=10000, group=100) for size in (2, 3, 4)),
        CountChoice(order=4, size=5, instances=2000, group=20),
        CountChoice(order=4, size=6, instances=400, group=5),
        *(CountChoice(order=5, size=size, instances=4000, group=50) for size in (2, 3)),
    ),
}

PRESETS: dict[str, dict[str, Any]] = {
    "quick": _QUICK,
    "standard": _STANDARD,
    "paper": _PAPER,
}
