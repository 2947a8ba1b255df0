"""What the study is asked to do, as a frozen model that names the field when it refuses.

Everything that changes a bit of the result stands here, the batch too: `group` couplings are drawn
and descended in one task.
"""

from typing import Annotated, Literal, TypeAlias, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lossatlas.errors import misuse

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Order = Annotated[int, Field(ge=2, le=10)]
Size = Annotated[int, Field(ge=2, le=2000)]
Rate = Annotated[float, Field(gt=0)]
Place = Annotated[int, Field(ge=0, le=4)]
Noisy: TypeAlias = Literal["stochastic descent", "annealing", "Langevin"]
Method: TypeAlias = Literal["gradient descent", "stochastic descent", "annealing", "Langevin"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@final
class SizeChoice(_Frozen):
    """Descents at one Lambda: `runs` from each of `disorders` couplings, by each of `methods`.

    `evaluations` is the budget of each run; gradient descent, by steps of `step`, stops before it where the gradient is
    below the tolerance, every other method spends it, on the first `noisy` couplings only where that
    is given. `group` couplings make a task, with at most `batch` runs of each. The first `finished`
    runs of each coupling by gradient descent are taken on to the critical point itself.
    """

    size: Size
    disorders: Positive
    runs: Positive
    evaluations: Annotated[int, Field(ge=20)] = 2000
    methods: Annotated[tuple[Method, ...], Field(min_length=1)] = ("gradient descent",)
    step: Rate = 0.1
    noisy: Positive | None = None
    group: Positive = 1
    batch: Positive | None = None
    finished: Count = 0
    precision: Literal["float64", "float32"] = "float64"


@final
class EnumerationChoice(_Frozen):
    """Instances whose critical points are all found; barriers are computed on `barriers` of them."""

    size: Annotated[int, Field(ge=3, le=12)]
    instances: Positive
    group: Positive = 10
    barriers: Count = 0


@final
class SearchChoice(_Frozen):
    """Index-targeted searches: `searches` for each of the indices, on each of `disorders`."""

    size: Size
    indices: Annotated[tuple[Count, ...], Field(min_length=1)]
    disorders: Positive = 1
    searches: Positive = 8


@final
class NetworkChoice(_Frozen):
    """Networks on real digits whose degree is tested, at `draws` random widths of a depth."""

    layers: Annotated[int, Field(ge=1, le=8)]
    draws: Positive = 4


@final
class Choromanska2015GlassSettings(_Frozen):
    """The settings of the study; see the fields of the presets for what they cost.

    Gradient descent goes on until ||g|| / sqrt(N) is below `tolerance`. `schedules` has, for each
    method that makes noise, the place of its schedule among the five of `dynamics`. Finished ends in
    float64 are certified up to the size `certified_to`.
    """

    seed: Count = 0
    order: Order = 3
    sizes: Annotated[tuple[SizeChoice, ...], Field(min_length=1)]
    tolerance: Rate = 3e-4
    schedules: dict[Noisy, Place]
    certified_to: Size = 25
    tuned_at: tuple[Size, ...] = ()
    tuning_disorders: Positive = 4
    tuning_runs: Positive = 10
    tuning_evaluations: Annotated[int, Field(ge=20)] = 500
    covariance_orders: tuple[Order, ...] = (2, 3, 4)
    covariance_sizes: tuple[Size, ...] = (5, 12)
    covariance_instances: Annotated[int, Field(ge=2)] = 1000
    enumerations: tuple[EnumerationChoice, ...] = ()
    curve_sizes: tuple[Size, ...] = (10, 20, 40)
    saddles: tuple[SearchChoice, ...] = ()
    networks: tuple[NetworkChoice, ...] = ()
    mapped_widths: tuple[tuple[Positive, ...], ...] = ()

    @model_validator(mode="after")
    def _every_method_has_a_schedule(self) -> "Choromanska2015GlassSettings":
        used = {method for choice in self.sizes for method in choice.methods} - {"gradient descent"}
        if missing := sorted(used - set(self.schedules)):
            raise misuse(
                "schedules",
                should="have an entry for each method used",
                got=f"none for {', '.join(missing)}",
                remedy="Add the place of one of the five schedules, or drop the method.",
            )
        return self

    @model_validator(mode="after")
    def _sizes_differ(self) -> "Choromanska2015GlassSettings":
        for name in ("sizes", "enumerations"):
            sizes = [choice.size for choice in getattr(self, name)]
            if len(set(sizes)) < len(sizes):
                raise misuse(
                    name,
                    should="name each size once",
                    got=sizes,
                    remedy="Put all runs of a size into one entry.",
                )
        return self
