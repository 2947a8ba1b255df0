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

from ._settings import Layers, Shape


class _Networks(FrozenModel):
    """Networks `first` to `first + number - 1` of one shape."""

    family: str
    data: DigitsChoice
    training: TrainingChoice
    hidden_layers: Layers
    width: Positive
    base: Entropy
    first: Count
    number: Positive

    @property
    def hidden(self) -> tuple[int, ...]:
        """The hidden widths."""
        return (self.width,) * self.hidden_layers


@final
class CoursePiece(_Networks):
    """Networks followed through training; the first `followed` of these are audited all the way."""

    checkpoints: tuple[Count, ...]
    followed: Count
    samples: Positive
    values: tuple[Positive, ...]
    noise: Positive
    shown: bool


@final
class SignalsPiece(_Networks):
    """Signals inside networks at some samples, at the start, or at the end of training."""

    trained: bool
    samples: Positive


@final
class ReductionPiece(FrozenModel):
    """Gates drawn on networks of one shape with one rho."""

    shape: Shape
    probability: float
    points: Positive
    samples: Positive
    draws: Positive


@final
class PathSumPiece(FrozenModel):
    """Sums over paths of untrained networks of some shapes."""

    shapes: tuple[Shape, ...]
    samples: Positive


@final
class SizesPiece(FrozenModel):
    """Random shapes for the inequalities."""

    shapes: Positive


@final
class TuplesPiece(FrozenModel):
    """Synthetic tables of counts."""

    tables: Positive
    draws: Positive


@final
class LinearPiece(FrozenModel):
    """Deep linear networks of the shapes of the ReLU networks."""

    family: str
    data: DigitsChoice
    hidden_layers: Layers
    width: Positive

    @property
    def hidden(self) -> tuple[int, ...]:
        """The hidden widths."""
        return (self.width,) * self.hidden_layers
