"""What each kind of task is told, as frozen models."""

from typing import final

from lossatlas.studies._choices import (
    Count,
    DigitsChoice,
    Entropy,
    FrozenModel,
    Positive,
    Rate,
    TrainingChoice,
)

from ._settings import Layers


class _Shape(FrozenModel):
    """A shape on a choice of digits."""

    family: str
    data: DigitsChoice
    hidden_layers: Layers
    width: Positive

    @property
    def hidden(self) -> tuple[int, ...]:
        """The hidden widths."""
        return (self.width,) * self.hidden_layers


@final
class DescentsPiece(_Shape):
    """Descents `first` to `first + number - 1` of a linear network; `proofs` of them are proved."""

    first: Count
    number: Positive
    proofs: Count
    scales: tuple[Rate, Rate]
    plain_steps: Positive
    newton_steps: Count


@final
class NetworksPiece(_Shape):
    """Networks with ReLU, `first` to `first + number - 1`, `curvatures` of them looked at."""

    training: TrainingChoice
    base: Entropy
    first: Count
    number: Positive
    curvatures: Count
