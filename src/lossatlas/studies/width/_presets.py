"""The three presets: half a minute, within an hour, and a night.

The rate, the start and the length of the training are the same at every width. So little training
as `quick` has costs less than the compilation of a kernel.
"""

from typing import Any

from lossatlas.studies._choices import DigitsChoice, TrainingChoice

from ._claims import HIDDEN_LAYERS
from ._settings import BandChoice, FamilyChoice

_BAND_DATA = DigitsChoice(
    source="digits", classes=(0, 1, 2, 3, 4), components=8, train=300, test=200
)

# Narrower networks collapse: at width 2 both ends lie in one flat valley and there is no barrier.
_BAND_WIDTHS = {1: (4, 8, 16, 32), 2: (4, 8, 12, 16)}

_QUICK: dict[str, Any] = {
    "data": DigitsChoice(source="digits", train=300, test=300),
    "training": TrainingChoice(epochs=8, engine="torch"),
    "families": tuple(
        FamilyChoice(
            hidden_layers=layers, widths=(5, 10, 20, 40), networks=16, curvatures=4, lines=4
        )
        for layers in HIDDEN_LAYERS
    ),
    "line_points": 17,
    "band_data": _BAND_DATA,
    "band_training": TrainingChoice(epochs=20, engine="torch"),
    "bands": (
        BandChoice(
            hidden_layers=1, widths=(4, 8), pairs=2, images=11, max_steps=100, newton_steps=30
        ),
    ),
}

_STANDARD: dict[str, Any] = {
    **_QUICK,
    "data": DigitsChoice(source="mnist", side=10, train=2000, test=1000),
    "training": TrainingChoice(epochs=60),
    "families": tuple(
        FamilyChoice(
            hidden_layers=layers,
            widths=(10, 25, 50, 100, 200),
            networks=120,
            curvatures=24,
            lines=24,
        )
        for layers in HIDDEN_LAYERS
    ),
    "line_points": 33,
    "band_training": TrainingChoice(epochs=100),
    "bands": tuple(
        BandChoice(hidden_layers=layers, widths=widths, pairs=16)
        for layers, widths in _BAND_WIDTHS.items()
    ),
}

_PAPER: dict[str, Any] = {
    **_STANDARD,
    "data": DigitsChoice(source="mnist", side=10, train=4000, test=1000),
    "training": TrainingChoice(epochs=100),
    "families": tuple(
        FamilyChoice(
            hidden_layers=layers,
            widths=(10, 25, 50, 100, 250),
            networks=500,
            curvatures=40,
            lines=40,
        )
        for layers in HIDDEN_LAYERS
    ),
    "bands": tuple(
        BandChoice(hidden_layers=layers, widths=widths, pairs=48)
        for layers, widths in _BAND_WIDTHS.items()
    ),
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
