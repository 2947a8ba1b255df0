"""How networks of the studies `width` and `depth` are trained, and on which digits, as settings.

What the papers leave open is a field here and stands in every run's settings. The rate is the same
at every width and depth: what changes from ensemble to ensemble is the network alone. Settings are read
before anything runs, so nothing here loads torch.
"""

from functools import lru_cache
from typing import Annotated, Literal, TypeAlias, final

from pydantic import BaseModel, ConfigDict, Field

from lossatlas.data import Dataset, digits, mnist, split

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Entropy: TypeAlias = tuple[Count, ...]


class FrozenModel(BaseModel):
    """Settings: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@final
class DigitsChoice(FrozenModel):
    """Real digits, `train` of them to train on and `test` held out, the same for all networks.

    `side` is that of the images. With `components` the inputs are that many principal components,
    of the raw second moments, as the theory of deep linear networks wants them.
    """

    source: Literal["digits", "mnist"] = "digits"
    side: Annotated[int, Field(ge=1, le=28)] = 8
    classes: tuple[Annotated[int, Field(ge=0, le=9)], ...] | None = None
    components: Positive | None = None
    train: Positive
    test: Positive
    split_seed: Count = 0


@final
class TrainingChoice(FrozenModel):
    """Stochastic descent on the mean over a batch, without momentum.

    Weights start normal with variance 2 / fan-in. The rate of step t of T is
    rate / (1 + (slowdown - 1) t / T), so the last step's is the first's over `slowdown`.
    """

    activation: Literal["ReLU", "tanh"] = "ReLU"
    criterion: Literal["squared error", "cross-entropy"] = "squared error"
    epochs: Positive
    batch: Positive = 10
    rate: Rate = 0.02
    slowdown: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 10.0
    precision: Literal["float32", "float64"] = "float32"
    engine: Literal["auto", "kernel", "torch"] = "auto"


@lru_cache(maxsize=4)
def load(choice: DigitsChoice) -> tuple[Dataset, Dataset]:
    """The two parts of a choice of digits; kept, since many tasks of a process share them."""
    source = digits if choice.source == "digits" else mnist
    whole = source(choice.side, classes=choice.classes, components=choice.components, centred=False)
    return split(whole, train=choice.train, test=choice.test, seed=choice.split_seed)


def network_widths(data: DigitsChoice, hidden: tuple[int, ...]) -> tuple[int, ...]:
    """(d_x, d_1, ..., d_y)."""
    train, _ = load(data)
    return (train.inputs.shape[1], *hidden, train.targets.shape[1])
