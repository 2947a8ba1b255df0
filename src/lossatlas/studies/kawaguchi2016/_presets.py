"""The three presets: a minute, a quarter of an hour, and as large as the data in the wheels allow.

Networks come shallow and deep, wide and bottlenecked. Data choices meet the theorem's assumptions
(principal components that are not centred) or break one on purpose: raw pixels that are always
black break HA1, centring makes the targets' columns dependent on the inputs and breaks HA2.
"""

from typing import Any

from ._settings import DataChoice, NetworkChoice

_DIGITS = DataChoice(source="digits", classes=(0, 1, 2), components=5)
_TEN = DataChoice(source="digits", components=10, whitened=True)
_CENTRED = DataChoice(source="digits", classes=(0, 1, 2), components=5, centred=True)
_RAW = DataChoice(source="digits")
_MNIST10 = DataChoice(source="mnist10", classes=(3, 5, 8), components=4)
_MNIST28 = DataChoice(source="mnist28", classes=(4, 7, 9), components=6, whitened=True)
_MNIST28_TEN = DataChoice(source="mnist28", components=16, whitened=True)
_MNIST28_RAW = DataChoice(source="mnist28", samples=1000)

_DATA = {
    "digits": _DIGITS,
    "digits centred": _CENTRED,
    "digits raw": _RAW,
    "MNIST 10x10": _MNIST10,
    "MNIST 28x28 raw": _MNIST28_RAW,
}


def _networks(data: str, *hidden: tuple[int, ...], **fields: Any) -> list[NetworkChoice]:
    return [NetworkChoice(data=data, hidden=widths, **fields) for widths in hidden]


_QUICK: dict[str, Any] = {
    "data": _DATA,
    "draws": 16,
    "subsets": 24,
    "networks": (
        *_networks("digits", (4,), (2,), (4, 2), (3, 3, 3)),
        *_networks("MNIST 10x10", (4, 4)),
        *_networks("digits centred", (4, 3), runs=128),
        *_networks("digits raw", (4, 6), runs=0, draws=1),
    ),
}

_STANDARD: dict[str, Any] = {
    "data": {**_DATA, "ten digits": _TEN, "MNIST 28x28": _MNIST28},
    "searches": 1024,
    "descents": 1024,
    "draws": 64,
    "subsets": 128,
    "rational_instances": 240,
    "escapes": 24,
    "slice_cells": 121,
    "cross_entropy_descents": 64,
    "networks": (
        *_networks("digits", (4,), (2,), (4, 4), (4, 2), (3, 3, 3), (2, 4, 2)),
        *_networks("MNIST 10x10", (3,), (4, 4), (2, 3), (3, 3, 3)),
        *_networks("MNIST 28x28", (5,), (4, 2)),
        *_networks("ten digits", (10,), (4,), (10, 4), (8, 10), runs=512, batch=32, draws=2),
        *_networks("digits centred", (4,), (4, 3), runs=512),
        *_networks("digits raw", (4,), (4, 6), (3, 4, 5), runs=0, draws=4, group=16),
    ),
}

_PAPER: dict[str, Any] = {
    **_STANDARD,
    "data": {**_STANDARD["data"], "ten MNIST digits": _MNIST28_TEN},
    "searches": 5120,
    "descents": 5120,
    "draws": 256,
    "subsets": 512,
    "rational_instances": 2000,
    "networks": (
        *_networks("digits", (4,), (2,), (4, 4), (4, 2), (3, 3, 3), (2, 4, 2), (3, 3, 3, 3)),
        *_networks("MNIST 10x10", (3,), (4, 4), (2, 3), (3, 3, 3)),
        *_networks("MNIST 28x28", (5,), (4, 2), (4, 4)),
        *_networks("ten digits", (10,), (4,), (10, 4), (8, 10), runs=1024, batch=32, draws=8),
        *_networks("ten MNIST digits", (12,), (6,), (12, 6), (12, 12), runs=512, batch=8, draws=2),
        *_networks("digits centred", (4,), (4, 3), runs=1024),
        *_networks("digits raw", (4,), (4, 6), (3, 4, 5), runs=0, draws=16, group=4),
        *_networks("MNIST 28x28 raw", (1,), (2, 1), runs=0, draws=1, group=1),
    ),
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
