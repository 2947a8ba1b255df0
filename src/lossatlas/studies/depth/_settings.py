"""What the study is asked to do, as a frozen model that names the field when it refuses."""

from typing import Annotated, final

from pydantic import Field, model_validator

from lossatlas.errors import misuse
from lossatlas.studies._choices import (
    Count,
    DigitsChoice,
    FrozenModel,
    Positive,
    Rate,
    TrainingChoice,
)

Layers = Annotated[int, Field(ge=1, le=10)]


@final
class FamilyChoice(FrozenModel):
    """Networks of several depths on one choice of digits, each of about so many `parameters`.

    A depth counts hidden layers, all of one width: the one whose number of weights is nearest. There
    are `descents` of each linear network, `batch` of them a task, of which the first `proofs` are to
    be proved in ball arithmetic too; and `networks` with ReLU, whose first `curvatures` have their
    largest curvature computed.
    """

    data: DigitsChoice
    parameters: Positive
    depths: Annotated[tuple[Layers, ...], Field(min_length=1)] = (1, 2, 3, 4, 5)
    descents: Count
    batch: Positive = 64
    proofs: Count = 0
    networks: Annotated[int, Field(ge=0)] = 0
    curvatures: Count = 0

    @model_validator(mode="after")
    def _depths_ascend(self) -> "FamilyChoice":
        if list(self.depths) != sorted(set(self.depths)):
            raise misuse(
                "depths",
                should="ascend without repetition",
                got=self.depths,
                remedy="Name each depth once, the smallest first.",
            )
        return self

    @model_validator(mode="after")
    def _the_theory_knows_the_data(self) -> "FamilyChoice":
        if self.data.components is None:
            raise misuse(
                "components",
                should="be a number",
                got=None,
                remedy="Pixels that are always black leave X Xᵀ without full rank: keep as many "
                "principal components as there are classes, or more.",
            )
        return self


@final
class DepthSettings(FrozenModel):
    """The settings of the study.

    Descents start at random points, each scaled by a factor drawn evenly on a logarithmic scale
    between `scales`; they take `plain_steps` of plain descent at most, then saddle-free Newton steps
    that descend.
    """

    seed: Count = 0
    families: Annotated[dict[str, FamilyChoice], Field(min_length=1)]
    scales: tuple[Rate, Rate] = (0.5, 1.5)
    plain_steps: Positive = 50
    newton_steps: Count = 300
    training: TrainingChoice

    @model_validator(mode="after")
    def _scales_ascend(self) -> "DepthSettings":
        low, high = self.scales
        if not low <= high:
            raise misuse(
                "scales",
                should="be the smaller factor, then the larger one",
                got=self.scales,
                remedy="Swap them.",
            )
        return self
