"""The three presets: half a minute, within an hour, and a night.

So little training as `quick` has costs less than the compilation of a kernel.
"""

from typing import Any

from lossatlas.studies._choices import DigitsChoice, TrainingChoice

from ._settings import FamilyChoice


def _digits(classes: int | None, components: int, train: int) -> DigitsChoice:
    return DigitsChoice(
        source="digits",
        classes=None if classes is None else tuple(range(classes)),
        components=components,
        train=train,
        test=200,
    )


_THREE = FamilyChoice(
    data=_digits(3, 5, 200), parameters=100, descents=208, batch=52, networks=16, curvatures=4
)
_FIVE = FamilyChoice(
    data=_digits(5, 8, 500),
    parameters=240,
    descents=512,
    batch=64,
    proofs=2,
    networks=120,
    curvatures=24,
)
_TEN = FamilyChoice(
    data=_digits(None, 16, 1000),
    parameters=800,
    descents=208,
    batch=8,
    networks=120,
    curvatures=24,
)
_MNIST = DigitsChoice(source="mnist", side=28, components=16, train=4000, test=1000)

_QUICK: dict[str, Any] = {
    "families": {"three digits": _THREE},
    "training": TrainingChoice(epochs=10, engine="torch"),
}

_STANDARD: dict[str, Any] = {
    "families": {
        "three digits": _THREE.model_copy(
            update={"descents": 1024, "batch": 128, "proofs": 8, "networks": 120, "curvatures": 24}
        ),
        "five digits": _FIVE,
    },
    "training": TrainingChoice(epochs=100),
}

_PAPER: dict[str, Any] = {
    "families": {
        **_STANDARD["families"],
        "ten digits": _TEN.model_copy(update={"networks": 500}),
        "ten digits of MNIST": _TEN.model_copy(update={"data": _MNIST, "networks": 500}),
    },
    "training": TrainingChoice(epochs=200),
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
