"""What the study is asked to do, as a frozen model that names the field when it refuses.

The protocol is one for all networks. The paper states the data, the shape, the start, the epochs
and that the rate decays; everything else in it is our choice.
"""

from typing import Annotated, Literal, TypeAlias, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lossatlas.errors import misuse

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Width = Annotated[int, Field(ge=1, le=5000)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
DataName: TypeAlias = Literal["mnist", "full_mnist", "digits"]
ActivationName: TypeAlias = Literal["ReLU", "tanh", "softplus", "identity"]
CriterionName: TypeAlias = Literal["cross-entropy", "squared error", "hinge", "absolute error"]

LARGEST_EXACT = 50
"""Widths up to here have exact Hessians, wider ones estimates."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@final
class ProtocolChoice(_Frozen):
    """How every network is trained.

    `side` is that of the images, `train` and `test` the samples of the split, which `split_seed`
    fixes for all networks. Weights start uniform on [-half_width, half_width). The rate of step t of
    T is rate / (1 + (slowdown - 1) t / T), so the last step's is the first's over `slowdown`; at
    another width it is multiplied by (25 / width)^rate_power. `records` are the losses kept on the
    way of each network.
    """

    data: DataName = "mnist"
    side: Annotated[int, Field(ge=1, le=28)] = 10
    train: Positive = 4000
    test: Positive = 1000
    split_seed: Count = 0
    activation: ActivationName = "ReLU"
    criterion: CriterionName = "cross-entropy"
    biases: bool = False
    half_width: Rate = 1.0
    rate: Rate = 0.2
    slowdown: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 20.0
    rate_power: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    batch: Positive = 10
    epochs: Positive = 200
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.0
    weight_decay: NotNegative = 0.0
    precision: Literal["float32", "float64"] = "float32"
    engine: Literal["auto", "kernel", "torch"] = "auto"
    records: Annotated[int, Field(ge=2)] = 17


@final
class WidthChoice(_Frozen):
    """`networks` of one width, `group` of them a task.

    Of them the first `indexed` have the index of their Hessian computed at the end (exactly up to
    width 50, as an estimate above), the first `rounded` have their weights replaced by few values,
    the first `continued` are trained on; `index_group` networks make a task of the first kind.
    """

    width: Width
    networks: Positive
    group: Positive
    indexed: Count = 0
    index_group: Positive = 1
    rounded: Count = 0
    continued: Count = 0

    @model_validator(mode="after")
    def _parts_are_parts(self) -> "WidthChoice":
        for name in ("indexed", "rounded", "continued"):
            if getattr(self, name) > self.networks:
                raise misuse(
                    name,
                    should=f"be at most the {self.networks} networks of width {self.width}",
                    got=getattr(self, name),
                    remedy="Train more networks or look at fewer.",
                )
        return self


@final
class AnnealingChoice(_Frozen):
    """Descent against annealing at one width, on a subset of `samples` of the training digits.

    Each budget is told in epochs of descent; annealing gets as many loss evaluations. All five
    candidates of each side train the same `networks` from the same starts, `group` of them a task.
    With `few` the largest budget is spent once more on weights of three values.
    """

    width: Width
    samples: Positive
    networks: Annotated[int, Field(ge=2)]
    budgets: Annotated[tuple[Positive, ...], Field(min_length=1)]
    group: Positive = 1
    few: bool = True

    @model_validator(mode="after")
    def _budgets_ascend(self) -> "AnnealingChoice":
        if list(self.budgets) != sorted(set(self.budgets)):
            raise misuse(
                "budgets",
                should="ascend without repetition",
                got=self.budgets,
                remedy="Put each budget once, the smallest first.",
            )
        return self


@final
class Choromanska2015NetworksSettings(_Frozen):
    """The settings of the study.

    `rates` are the candidates of descent against annealing; the five of annealing are those of
    `ensembles.annealing_schedules`. `few_values` are the numbers of values that weights are rounded to. Networks that are trained on
    go on for `further_epochs` at the constant rate `further_rate` (scaled with the width like the
    first), so that they come near to interpolating their digits. Networks whose exact Hessian is looked
    at are looked at twice, the second time after `settling` steps with momentum along the whole
    gradient at the last rate, where the gradient is smaller; 0 leaves that out. An estimate of an index takes
    `probes` random vectors, `steps` Lanczos steps each, and a principal block of `block` weights.
    Bootstrap intervals come from `resamples`.
    """

    seed: Count = 0
    protocol: ProtocolChoice
    widths: Annotated[tuple[WidthChoice, ...], Field(min_length=1)]
    annealings: tuple[AnnealingChoice, ...] = ()
    rates: Annotated[tuple[Rate, ...], Field(min_length=1, max_length=5)] = (
        0.05,
        0.1,
        0.2,
        0.5,
        1.0,
    )
    few_values: tuple[Annotated[int, Field(ge=2, le=1024)], ...] = (3, 5, 9, 17, 33)
    further_epochs: Positive = 200
    further_rate: Rate = 0.2
    settling: Count = 2000
    probes: Annotated[int, Field(ge=2)] = 8
    steps: Annotated[int, Field(ge=2)] = 60
    block: Annotated[int, Field(ge=2, le=10000)] = 1000
    resamples: Annotated[int, Field(ge=100, le=100000)] = 2000

    @model_validator(mode="after")
    def _widths_differ(self) -> "Choromanska2015NetworksSettings":
        for name in ("widths", "annealings"):
            widths = [choice.width for choice in getattr(self, name)]
            if len(set(widths)) < len(widths):
                raise misuse(
                    name,
                    should="name each width once",
                    got=widths,
                    remedy="Put all networks of a width into one entry.",
                )
        return self

    @model_validator(mode="after")
    def _subsets_fit(self) -> "Choromanska2015NetworksSettings":
        for choice in self.annealings:
            if choice.samples > self.protocol.train:
                raise misuse(
                    "annealings",
                    should=f"take at most the {self.protocol.train} training digits",
                    got=f"samples={choice.samples} at width {choice.width}",
                    remedy="Lower `samples`.",
                )
        return self
