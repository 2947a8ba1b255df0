"""The three presets: half a minute, an hour, and as large as the data in the wheels allow.

Networks come shallow and deep, wide and bottlenecked. Data choices meet the theorem's assumptions
(principal components that are not centred) or break one on purpose: raw pixels that are always
black break HA1, centring makes the targets' columns dependent on the inputs and breaks HA2.
"""

from typing import Any

from ._settings import DataChoice, NetworkChoice

_DIGITS = DataChoice(source="digits", classes=(0, 1, 2), components=5)
_CENTRED = DataChoice(source="digits", classes=(0, 1, 2), components=5, centred=True)
_RAW = DataChoice(source="digits")
_MNIST10 = DataChoice(source="mnist10", classes=(3, 5, 8), components=4)
_MNIST28 = DataChoice(source="mnist28", samples=1000)

_SMALL = tuple(
    NetworkChoice(data="digits", hidden=hidden) for hidden in ((4,), (2,), (4, 2), (3, 3, 3))
)

_QUICK: dict[str, Any] = {
    "data": {
        "digits": _DIGITS,
        "digits centred": _CENTRED,
        "digits raw": _RAW,
        "MNIST 10x10": _MNIST10,
        "MNIST 28x28 raw": _MNIST28,
    },
    "draws": 16,
    "subsets": 24,
    "networks": (
        *_SMALL,
        NetworkChoice(data="MNIST 10x10", hidden=(4, 4)),
        NetworkChoice(data="digits centred", hidden=(4, 3), runs=128),
        NetworkChoice(data="digits raw", hidden=(4, 6), runs=0, draws=1),
    ),
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK}
