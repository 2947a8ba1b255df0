"""The three presets: half a minute, half an hour, and the paper's 1000 networks at every width.

Tasks are cut by a forecast of the training time, which grows with samples, epochs and parameters;
the cut changes no result.
"""

from typing import Any

from ._settings import AnnealingChoice, ProtocolChoice, WidthChoice

_TASK_SECONDS = 25.0
# seconds a sample on one core of 2 GHz at one hidden unit, and beside that, doubled for slow ones
_PER_UNIT, _PER_SAMPLE = 1.7e-8, 4e-7
_MOST = 100


def _width(protocol: ProtocolChoice, width: int, networks: int, **parts: int) -> WidthChoice:
    seconds = protocol.train * protocol.epochs * (_PER_UNIT * width + _PER_SAMPLE)
    group = max(1, min(networks, _MOST, int(_TASK_SECONDS / seconds)))
    return WidthChoice(width=width, networks=networks, group=group, **parts)


_SHORT = ProtocolChoice(train=1000, test=1000, epochs=20, records=9)
_WHOLE = ProtocolChoice()

_QUICK: dict[str, Any] = {
    "protocol": _SHORT,
    "widths": (
        _width(_SHORT, 10, 60, indexed=4, index_group=4, rounded=10),
        _width(_SHORT, 25, 60, rounded=10, continued=2),
        _width(_SHORT, 50, 60),
        _width(_SHORT, 100, 60, continued=2),
        _width(_SHORT, 250, 20),
        _width(_SHORT, 500, 20),
    ),
    "annealings": (AnnealingChoice(width=10, samples=100, networks=6, budgets=(2, 4, 8), group=6),),
    "further_epochs": 40,
    "settling": 200,
    "resamples": 500,
}

_STANDARD: dict[str, Any] = {
    "protocol": _WHOLE,
    "widths": (
        _width(_WHOLE, 10, 250, indexed=40, index_group=10, rounded=20, continued=4),
        _width(_WHOLE, 25, 250, indexed=20, index_group=4, rounded=20, continued=4),
        _width(_WHOLE, 50, 250, indexed=10, rounded=20, continued=4),
        _width(_WHOLE, 100, 250, indexed=2, rounded=10, continued=4),
        _width(_WHOLE, 250, 250, rounded=5, continued=2),
        _width(_WHOLE, 500, 250, rounded=5, continued=2),
    ),
    "annealings": (
        AnnealingChoice(width=10, samples=1000, networks=12, budgets=(20, 80, 320), group=4),
        AnnealingChoice(width=25, samples=1000, networks=8, budgets=(20, 80, 320), group=2),
    ),
}

_PAPER: dict[str, Any] = {
    "protocol": _WHOLE,
    "widths": (
        _width(_WHOLE, 10, 1000, indexed=1000, index_group=10, rounded=100, continued=10),
        _width(_WHOLE, 25, 1000, indexed=200, index_group=4, rounded=100, continued=10),
        _width(_WHOLE, 50, 1000, indexed=50, rounded=50, continued=10),
        _width(_WHOLE, 100, 1000, indexed=10, rounded=50, continued=10),
        _width(_WHOLE, 250, 1000, rounded=10, continued=4),
        _width(_WHOLE, 500, 1000, rounded=10, continued=4),
    ),
    "annealings": (
        AnnealingChoice(width=10, samples=1000, networks=24, budgets=(50, 200, 800), group=3),
        AnnealingChoice(width=25, samples=1000, networks=12, budgets=(50, 200, 800)),
    ),
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
