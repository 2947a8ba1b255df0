"""What the study is asked to do, as a frozen model that names the field when it refuses."""

from typing import Annotated, final

from pydantic import Field, model_validator

from lossatlas.errors import misuse
from lossatlas.studies._choices import (
    Count,
    DigitsChoice,
    FrozenModel,
    Positive,
    TrainingChoice,
)

Width = Annotated[int, Field(ge=1, le=5000)]
Layers = Annotated[int, Field(ge=1, le=8)]
Widths = Annotated[tuple[Width, ...], Field(min_length=1)]


def _require_ascending(widths: tuple[int, ...]) -> None:
    if list(widths) != sorted(set(widths)):
        raise misuse(
            "widths",
            should="ascend without repetition",
            got=widths,
            remedy="Name each width once, the smallest first.",
        )


@final
class FamilyChoice(FrozenModel):
    """Networks of a number of hidden layers at several widths, `networks` at each.

    Of them the first `curvatures` have their largest curvature computed, and of the first pairs
    (0 and 1, 2 and 3, ...) so many as `lines` says are joined by a straight line.
    """

    hidden_layers: Layers
    widths: Widths
    networks: Annotated[int, Field(ge=2)]
    curvatures: Count = 0
    lines: Count = 0

    @model_validator(mode="after")
    def _parts_are_parts(self) -> "FamilyChoice":
        _require_ascending(self.widths)
        for name, needed in (("curvatures", self.curvatures), ("lines", 2 * self.lines)):
            if needed > self.networks:
                raise misuse(
                    name,
                    should=f"need at most the {self.networks} networks of a width",
                    got=needed,
                    remedy="Train more networks or look at fewer.",
                )
        return self


@final
class BandChoice(FrozenModel):
    """Elastic bands between pairs of small networks; Hessians are formed on the way.

    The ends are taken on, by descent with saddle-free Newton steps, at most `newton_steps` of them.
    `group` bands make a task.
    """

    hidden_layers: Layers
    widths: Widths
    pairs: Positive
    group: Positive = 2
    images: Annotated[int, Field(ge=3)] = 17
    max_steps: Positive = 300
    newton_steps: Count = 60

    @model_validator(mode="after")
    def _widths_ascend(self) -> "BandChoice":
        _require_ascending(self.widths)
        return self


@final
class WidthSettings(FrozenModel):
    """The settings of the study.

    Bands have digits and a training of their own, since their networks are small. `line_points` is
    the number of losses on a straight line, both ends among them.
    """

    seed: Count = 0
    data: DigitsChoice
    training: TrainingChoice
    families: Annotated[tuple[FamilyChoice, ...], Field(min_length=1)]
    line_points: Annotated[int, Field(ge=3)] = 33
    band_data: DigitsChoice
    band_training: TrainingChoice
    bands: tuple[BandChoice, ...] = ()

    @model_validator(mode="after")
    def _layers_differ(self) -> "WidthSettings":
        for name in ("families", "bands"):
            layers = [choice.hidden_layers for choice in getattr(self, name)]
            if len(set(layers)) < len(layers):
                raise misuse(
                    name,
                    should="name each number of hidden layers once",
                    got=layers,
                    remedy="Put all widths of it into one entry.",
                )
        return self
