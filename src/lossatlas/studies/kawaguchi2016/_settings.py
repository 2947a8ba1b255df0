"""What the study is asked to do, as a frozen model that names the field when it refuses.

A network is a data choice and its hidden widths; the outer widths come from the data. Everything
that changes a bit of the result stands here: batch sizes too, because a matrix product's rounding
depends on the batch.
"""

from typing import Annotated, Literal, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lossatlas.errors import misuse

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@final
class DataChoice(_Frozen):
    """Real digits with one-hot targets, reduced or not.

    `components` keeps that many principal axes; the axes are those of the raw second moments
    unless `centred`, which makes the rows of Y^T X sum to zero and so breaks HA2 on purpose.
    `whitened` divides each component by its root mean square, which leaves Sigma as it is.
    """

    source: Literal["digits", "mnist10", "mnist28"]
    classes: tuple[Annotated[int, Field(ge=0, le=9)], ...] | None = None
    samples: Positive | None = None
    components: Positive | None = None
    centred: bool = False
    whitened: bool = False


@final
class NetworkChoice(_Frozen):
    """Hidden widths over a data choice; the other fields replace the study's own numbers.

    `runs` stands for searches and descents each; 0 makes a network of constructed points only. A
    wide network needs a smaller `batch` of runs, and a smaller `group` of subsets in one task.
    """

    data: str
    hidden: Annotated[tuple[Positive, ...], Field(min_length=1)]
    runs: Count | None = None
    draws: Count | None = None
    batch: Positive | None = None
    group: Positive = 64


@final
class Piece(_Frozen):
    """What one task is told: a network and how much to do on it."""

    network: Count
    data_name: str
    data: DataChoice
    hidden: tuple[Positive, ...]
    method: str = ""
    number: Count = 0
    first: Count = 0
    draws: Count = 0
    subsets: Count = 0
    cells: Count = 0


@final
class Kawaguchi2016Settings(_Frozen):
    """The settings of the study; see the fields of the presets for what they cost."""

    seed: Count = 0
    data: dict[str, DataChoice]
    networks: Annotated[tuple[NetworkChoice, ...], Field(min_length=1)]
    search_methods: Annotated[
        tuple[Literal["Newton", "GradientNorm"], ...], Field(min_length=1)
    ] = ("Newton",)
    searches: Count = 512
    descents: Count = 512
    batch: Positive = 256
    draws: Positive = 4
    subsets: Positive = 64
    rational_instances: Count = 40
    escapes: Count = 8
    slice_cells: Annotated[int, Field(ge=3, le=401)] = 61
    cross_entropy_descents: Count = 16

    @model_validator(mode="after")
    def _networks_name_known_data(self) -> "Kawaguchi2016Settings":
        for network in self.networks:
            if network.data not in self.data:
                raise misuse(
                    "networks",
                    should=f"name one of the data choices {sorted(self.data)}",
                    got=network.data,
                    remedy="Add the data choice or correct the name.",
                )
        return self
