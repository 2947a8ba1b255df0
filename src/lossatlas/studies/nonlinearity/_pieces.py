"""What each kind of task is told, as frozen models."""

from typing import final

from lossatlas.studies._choices import Count, Entropy, FrozenModel, Positive

from ._data import DataChoice
from ._settings import Hidden, Slope, Smooth, activation_name


@final
class SearchPiece(FrozenModel):
    """All searches of one network: a shape with an activation, on its data.

    The entropy `base` of the starts is that of the shape: every activation has the same ones.
    """

    family: str
    data: DataChoice
    hidden: Hidden
    slope: Slope | None
    smooth: Smooth | None
    sweep: bool
    base: Entropy
    searches: Positive
    plain_steps: Positive
    newton_steps: Count
    finishing_steps: Positive
    proofs: Positive

    @property
    def activation(self) -> str:
        """The activation's name."""
        return activation_name(self.slope, self.smooth)


@final
class ConstructionsPiece(FrozenModel):
    """Everything that can be written down: `students` units for as many teachers, and all the rest."""

    students: tuple[Positive, ...]
    twin_searches: Positive
    plain_steps: Positive
    newton_steps: Count
    finishing_steps: Positive
