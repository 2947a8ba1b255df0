"""What the study is asked to do, as a frozen model that names the field when it refuses."""

from typing import Annotated, final

from pydantic import Field, model_validator

from lossatlas.errors import misuse
from lossatlas.studies._choices import Count, DigitsChoice, FrozenModel, Positive, TrainingChoice

Layers = Annotated[int, Field(ge=1, le=8)]
Shape = Annotated[tuple[Positive, ...], Field(min_length=3)]
"""(d_0, ..., d_H), with a hidden layer or more."""
Share = Annotated[float, Field(gt=0, le=1)]


def _check_ascending(name: str, values: tuple[int, ...]) -> None:
    if list(values) != sorted(set(values)):
        raise misuse(
            name,
            should="ascend without repetition",
            got=values,
            remedy="Name each once, the smallest first.",
        )


@final
class FamilyChoice(FrozenModel):
    """ReLU networks of several depths and one width on one choice of digits.

    Of each number of hidden layers there are `networks`, of which the first `followed` are audited
    at every checkpoint and the others at the start and the end.
    """

    data: DigitsChoice
    width: Positive
    hidden_layers: Annotated[tuple[Layers, ...], Field(min_length=1)] = (1, 2, 3, 4)
    networks: Positive
    followed: Count = 1
    batch: Positive = 8

    @model_validator(mode="after")
    def _depths_ascend(self) -> "FamilyChoice":
        _check_ascending("hidden_layers", self.hidden_layers)
        return self


@final
class ReductionChoice(FrozenModel):
    """Cases of K8: each shape with each rho, at `points` random weights, on `samples` digits."""

    shapes: tuple[Shape, ...] = (
        (6, 5, 3),
        (5, 4, 4, 3),
        (4, 3, 3, 3, 2),
        (4, 2, 2, 2, 2, 2),
    )
    probabilities: Annotated[tuple[Share, ...], Field(min_length=1)] = (0.1, 0.5, 0.9)
    points: Positive = 2
    samples: Positive = 8
    draws: Annotated[int, Field(ge=4)] = 20_000


@final
class WidthsChoice(FrozenModel):
    """Networks of three hidden layers of several widths, for G1: `starts` untrained, few trained."""

    widths: Annotated[tuple[Positive, ...], Field(min_length=2)] = (16, 32, 64, 128)
    starts: Annotated[int, Field(ge=2)] = 400
    trained: Count = 0
    samples: Positive = 8
    hidden_layers: Layers = 3
    batch: Positive = 125

    @model_validator(mode="after")
    def _widths_ascend(self) -> "WidthsChoice":
        _check_ascending("widths", self.widths)
        return self


@final
class Kawaguchi2016ReluSettings(FrozenModel):
    """The settings of the study.

    Args:
        seed: Of everything.
        families: Networks to train, by the name of their data.
        training: How; the activation is ReLU, and there are no biases.
        checkpoints: Epochs after which networks are looked at; the first is 0, the last all.
        statistics_samples: Training digits on which paths and audits are looked at.
        values: The numbers of distinct weights of C3.
        shapes: Random shapes for C2.
        tables: Synthetic tables of counts for C4, and of draws for each.
        noise: Fresh noise matrices of each shape for G2.
    """

    seed: Count = 0
    families: Annotated[dict[str, FamilyChoice], Field(min_length=1)]
    training: TrainingChoice
    checkpoints: Annotated[tuple[Count, ...], Field(min_length=2)]
    statistics_samples: Annotated[int, Field(ge=8)] = 500
    values: Annotated[tuple[Positive, ...], Field(min_length=1)] = (2, 3, 5, 9, 17, 33)
    reduction: ReductionChoice = ReductionChoice()
    shapes: Positive = 2000
    tables: Positive = 60
    table_draws: Annotated[int, Field(ge=100)] = 20_000
    widths: WidthsChoice = WidthsChoice()
    noise: Annotated[int, Field(ge=19)] = 199

    @model_validator(mode="after")
    def _checkpoints_span_the_training(self) -> "Kawaguchi2016ReluSettings":
        _check_ascending("checkpoints", self.checkpoints)
        ends = self.checkpoints[0], self.checkpoints[-1]
        if ends != (0, self.training.epochs):
            raise misuse(
                "checkpoints",
                should=f"begin at 0 and end at the {self.training.epochs} epochs of `training`",
                got=self.checkpoints,
                remedy="The start and the end are compared.",
            )
        return self

    @model_validator(mode="after")
    def _networks_are_relu(self) -> "Kawaguchi2016ReluSettings":
        if self.training.activation != "ReLU":
            raise misuse(
                "activation",
                should="be ReLU",
                got=self.training.activation,
                remedy="Paths have gates in ReLU networks alone.",
            )
        return self
