"""The three presets: half a minute, within an hour, and a night.

So little training as `quick` has costs less than the compilation of a kernel.
"""

from typing import Any

from lossatlas.studies._choices import DigitsChoice, TrainingChoice

from ._settings import FamilyChoice, ReductionChoice, WidthsChoice


def _digits(train: int) -> DigitsChoice:
    return DigitsChoice(source="digits", side=8, train=train, test=400)


def _mnist(train: int) -> DigitsChoice:
    return DigitsChoice(source="mnist", side=10, train=train, test=1000)


_QUICK: dict[str, Any] = {
    "families": {
        "8x8 digits": FamilyChoice(data=_digits(300), width=16, networks=2, batch=2),
    },
    "training": TrainingChoice(epochs=243, rate=0.05, engine="torch"),
    "checkpoints": (0, 3, 27, 243),
    "statistics_samples": 200,
    "reduction": ReductionChoice(probabilities=(0.1, 0.5), points=2, draws=10_000),
    "tables": 50,
    "table_draws": 4000,
    "widths": WidthsChoice(widths=(16, 32, 64, 128), starts=400, samples=4, batch=200),
    "noise": 99,
}

_STANDARD: dict[str, Any] = {
    "families": {
        "8x8 digits": FamilyChoice(data=_digits(1000), width=32, networks=24, followed=4),
        "10x10 MNIST": FamilyChoice(data=_mnist(2000), width=32, networks=24, followed=4),
    },
    "training": TrainingChoice(epochs=81, rate=0.05),
    "checkpoints": (0, 1, 3, 9, 27, 81),
    "statistics_samples": 500,
    "reduction": ReductionChoice(points=4, draws=40_000),
    "shapes": 10_000,
    "tables": 100,
    "widths": WidthsChoice(widths=(16, 32, 64, 128, 256), starts=2000, trained=40),
    "noise": 499,
}

_PAPER: dict[str, Any] = {
    **_STANDARD,
    "families": {
        "8x8 digits": FamilyChoice(
            data=_digits(1300), width=100, networks=100, followed=10, batch=2
        ),
        "10x10 MNIST": FamilyChoice(
            data=_mnist(4000), width=100, networks=100, followed=10, batch=2
        ),
    },
    "training": TrainingChoice(epochs=243, rate=0.05),
    "checkpoints": (0, 1, 3, 9, 27, 81, 243),
    "statistics_samples": 1000,
    "widths": WidthsChoice(widths=(16, 32, 64, 128, 256, 512), starts=4000, trained=100, batch=50),
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
