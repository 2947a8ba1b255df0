"""What the study is asked to do, as a frozen model that names the field when it refuses."""

from typing import Annotated, Literal, final

from pydantic import Field, model_validator

from lossatlas.errors import misuse
from lossatlas.studies._choices import Count, FrozenModel, Positive

from ._data import DataChoice, DigitsData

Slope = Annotated[float, Field(ge=0, le=1)]
Smooth = Literal["tanh", "softplus"]
Hidden = Annotated[tuple[Positive, ...], Field(min_length=1)]

IDENTITY, RELU = "identity", "ReLU"


def activation_name(slope: float | None, smooth: str | None = None) -> str:
    """The name of a slope below zero, or of a smooth activation: "identity", "leaky ReLU 0.5"."""
    if slope is None:
        return smooth or "none"
    return {1.0: IDENTITY, 0.0: RELU}.get(slope, f"leaky ReLU {slope:g}")


@final
class FamilyChoice(FrozenModel):
    """Networks on the same data: each shape with each activation, `searches` of each.

    An activation is a slope below zero (1 is the identity, 0 is ReLU) or `smooth`. With `sweep` the
    shapes are one hidden layer of several widths, ascending, held against each other.
    """

    data: DataChoice
    hidden: Annotated[tuple[Hidden, ...], Field(min_length=1)]
    slopes: tuple[Slope, ...] = (1.0, 0.0)
    smooth: tuple[Smooth, ...] = ()
    searches: Positive
    sweep: bool = False

    @property
    def activations(self) -> tuple[tuple[Slope | None, Smooth | None], ...]:
        """Slopes, then smooth activations: one of each pair is None."""
        return (*((slope, None) for slope in self.slopes), *((None, name) for name in self.smooth))

    @model_validator(mode="after")
    def _activations_are_named_once(self) -> "FamilyChoice":
        if not self.activations or len(set(self.activations)) < len(self.activations):
            raise misuse(
                "slopes",
                should="name each activation once, and some",
                got=[activation_name(*one) for one in self.activations],
                remedy="Leave out what stands twice.",
            )
        return self

    @model_validator(mode="after")
    def _a_sweep_has_ascending_widths(self) -> "FamilyChoice":
        widths = [hidden[0] for hidden in self.hidden]
        one_layer = all(len(hidden) == 1 for hidden in self.hidden)
        if self.sweep and not (one_layer and widths == sorted(set(widths))):
            raise misuse(
                "hidden",
                should="be one layer of ascending widths in a sweep",
                got=self.hidden,
                remedy="Name each width once, the smallest first, each as a list of one number.",
            )
        return self

    @model_validator(mode="after")
    def _the_theory_knows_the_data(self) -> "FamilyChoice":
        if isinstance(self.data, DigitsData) and self.data.choice.components is None:
            raise misuse(
                "components",
                should="be a number",
                got=None,
                remedy="Pixels that are always black leave X Xᵀ without full rank: keep a few "
                "principal components.",
            )
        if isinstance(self.data, DigitsData) and self.data.contrast:
            _check_two_classes(self.data)
        return self


def _check_two_classes(data: DigitsData) -> None:
    if data.choice.classes is None or len(data.choice.classes) != 2:
        raise misuse(
            "classes",
            should="be two where one output tells them apart",
            got=data.choice.classes,
            remedy="Name two digits, or leave `contrast` out.",
        )


@final
class NonlinearitySettings(FrozenModel):
    """The settings of the study.

    Searches start at random points, the same for all activations of a shape; they take `plain_steps` of
    plain descent at most, then saddle-free Newton steps that descend, then `finishing_steps` inside their
    activation patterns and along kinks, where gradients only creep. Of each network at most `proofs`
    different minima are proved, those that most searches ended in first. With `constructions` the bad
    minima that can be written down are proved too, students of as many units as `students` says among
    them, and the linear network of the same shape is searched `twin_searches` times.
    """

    seed: Count = 0
    families: Annotated[dict[str, FamilyChoice], Field(min_length=1)]
    plain_steps: Positive = 50
    newton_steps: Count = 300
    finishing_steps: Positive = 150
    proofs: Positive = 400
    constructions: bool = True
    students: tuple[Annotated[int, Field(ge=6)], ...] = (6, 7, 8)
    twin_searches: Positive = 50
