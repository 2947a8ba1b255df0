"""What the study is asked to do, as a frozen model that names the field when it refuses."""

from typing import Annotated, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lossatlas.errors import misuse

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Order = Annotated[int, Field(ge=3, le=10)]
Size = Annotated[int, Field(ge=2, le=2000)]
MinimaSize = Annotated[int, Field(ge=2, le=400)]
IndexSize = Annotated[int, Field(ge=4, le=150)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@final
class CountChoice(_Frozen):
    """Instances of an order and size whose critical points are all to be found.

    `group` instances make a task and move together; the points of the first `stored` are kept, with
    what proves them.
    """

    order: Order = 3
    size: Annotated[int, Field(ge=2, le=12)]
    instances: Positive
    group: Positive = 50
    stored: Count = 5


@final
class TableChoice(_Frozen):
    """The sizes at which exact means are computed for an order.

    `ratio`: all points against minima; `ground`: below the ground state; `layers`: by index, in
    layers and below the threshold; `band`: minima above the threshold; `rates`: all points below
    energies, against the limit.
    """

    order: Order = 3
    ratio: tuple[MinimaSize, ...]
    ground: tuple[Size, ...]
    layers: tuple[IndexSize, ...]
    band: tuple[MinimaSize, ...]
    rates: tuple[Size, ...]

    @model_validator(mode="after")
    def _ascending(self) -> "TableChoice":
        for name in ("ratio", "ground", "layers", "band", "rates"):
            sizes = list(getattr(self, name))
            if sizes != sorted(set(sizes)):
                raise misuse(
                    name,
                    should="name sizes in ascending order, each once",
                    got=sizes,
                    remedy="Claims speak of what happens from each size to the next.",
                )
        return self


@final
class Auffinger2013Settings(_Frozen):
    """The settings of the study; see the presets for what they cost."""

    seed: Count = 0
    counts: tuple[CountChoice, ...]
    tables: Annotated[tuple[TableChoice, ...], Field(min_length=1)]
    globe_draws: Annotated[int, Field(ge=0, le=1000)] = 20

    @model_validator(mode="after")
    def _each_once(self) -> "Auffinger2013Settings":
        for name, keys in (
            ("counts", [(c.order, c.size) for c in self.counts]),
            ("tables", [t.order for t in self.tables]),
        ):
            if len(set(keys)) < len(keys):
                raise misuse(
                    name,
                    should="name each order, or order and size, once",
                    got=keys,
                    remedy="Put what belongs together into one entry.",
                )
        return self
