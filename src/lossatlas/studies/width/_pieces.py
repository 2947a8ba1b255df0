"""What each kind of task is told, as frozen models."""

from typing import final

from lossatlas.studies._choices import (
    Count,
    DigitsChoice,
    Entropy,
    FrozenModel,
    Positive,
    TrainingChoice,
)

from ._settings import Layers, Width


@final
class NetworksPiece(FrozenModel):
    """Networks `first` to `first + number - 1` of one width, and how many of them are looked at.

    `curvatures` and `lines` count among these networks, the first of them.
    """

    data: DigitsChoice
    training: TrainingChoice
    hidden_layers: Layers
    width: Width
    base: Entropy
    first: Count
    number: Positive
    curvatures: Count
    lines: Count
    line_points: Positive


@final
class BandsPiece(FrozenModel):
    """Bands `first` to `first + number - 1` between pairs of networks of one width."""

    data: DigitsChoice
    training: TrainingChoice
    hidden_layers: Layers
    width: Width
    base: Entropy
    first: Count
    number: Positive
    images: Positive
    max_steps: Positive
    newton_steps: Count
