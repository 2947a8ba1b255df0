"""The three presets: half a minute, about an hour, and the paper's 1000 networks at every width.

Tasks are cut by a forecast of the training time, which grows with samples, epochs and parameters;
the cut changes no result.
"""

from typing import Any

from ._settings import AnnealingChoice, ProtocolChoice, WidthChoice

_TASK_SECONDS = 25.0
# measured on one core: seconds a sample at one hidden unit, and seconds a sample beside that
_PER_UNIT, _PER_SAMPLE = 5e-8, 4e-7


def _width(protocol: ProtocolChoice, width: int, networks: int, **parts: int) -> WidthChoice:
    seconds = protocol.train * protocol.epochs * (_PER_UNIT * width + _PER_SAMPLE)
    group = max(1, min(networks, 50, int(_TASK_SECONDS / seconds)))
    return WidthChoice(width=width, networks=networks, group=group, **parts)


_SHORT = ProtocolChoice(train=1000, test=1000, epochs=10, records=9)
_HALF = ProtocolChoice(epochs=100)
_WHOLE = ProtocolChoice()

_QUICK: dict[str, Any] = {
    "protocol": _SHORT,
    "widths": (
        _width(_SHORT, 10, 40, indexed=4, index_group=4, rounded=4),
        _width(_SHORT, 25, 40, rounded=4, continued=2),
        _width(_SHORT, 50, 40),
        _width(_SHORT, 100, 24, continued=2),
    ),
    "annealings": (AnnealingChoice(width=10, samples=100, networks=6, budgets=(2, 4, 8), group=6),),
    "further_epochs": 20,
    "resamples": 500,
}

_STANDARD: dict[str, Any] = {
    "protocol": _HALF,
    "widths": (
        _width(_HALF, 10, 200, indexed=20, index_group=5, rounded=20, continued=4),
        _width(_HALF, 25, 200, indexed=20, index_group=4, rounded=20, continued=4),
        _width(_HALF, 50, 200, indexed=10, rounded=10, continued=4),
        _width(_HALF, 100, 200, indexed=4, rounded=10, continued=4),
        _width(_HALF, 250, 150, rounded=4, continued=2),
        _width(_HALF, 500, 100, rounded=4, continued=2),
    ),
    "annealings": (
        AnnealingChoice(width=10, samples=500, networks=12, budgets=(5, 20, 80), group=4),
        AnnealingChoice(width=25, samples=500, networks=8, budgets=(5, 20, 80), group=2),
    ),
    "further_epochs": 100,
}

_PAPER: dict[str, Any] = {
    "protocol": _WHOLE,
    "widths": (
        _width(_WHOLE, 10, 1000, indexed=1000, index_group=20, rounded=100, continued=10),
        _width(_WHOLE, 25, 1000, indexed=200, index_group=4, rounded=100, continued=10),
        _width(_WHOLE, 50, 1000, indexed=50, rounded=50, continued=10),
        _width(_WHOLE, 100, 1000, indexed=10, rounded=20, continued=10),
        _width(_WHOLE, 250, 1000, indexed=4, rounded=10, continued=2),
        _width(_WHOLE, 500, 1000, rounded=4, continued=2),
    ),
    "annealings": (
        AnnealingChoice(width=10, samples=1000, networks=24, budgets=(10, 40, 160), group=2),
        AnnealingChoice(width=25, samples=1000, networks=12, budgets=(10, 40, 160)),
    ),
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
