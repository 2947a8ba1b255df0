"""What each kind of task is told, as frozen models."""

from typing import final

from ._settings import Count, Method, Noisy, Order, Place, Positive, Rate, Size, _Frozen

Entropy = tuple[Count, ...]


@final
class DescentPiece(_Frozen):
    """Runs of one method on couplings `first` to `first + number - 1` of one size.

    On each, runs `skipped` to `skipped + runs - 1` of all `starts`.
    """

    order: Order
    size: Size
    method: Method
    schedule: Place
    step: Rate
    couplings: Entropy
    first: Count
    number: Positive
    starts: Positive
    skipped: Count
    runs: Positive
    evaluations: Positive
    tolerance: Rate
    precision: str
    finished: Count
    certified: bool


@final
class TuningPiece(_Frozen):
    """The five schedules of a method tried on couplings of their own."""

    order: Order
    size: Size
    method: Noisy
    chosen: Place
    couplings: Entropy
    disorders: Positive
    runs: Positive
    evaluations: Positive


@final
class CovariancePiece(_Frozen):
    """Couplings at which the covariance is sampled."""

    order: Order
    size: Size
    instances: Positive


@final
class EnumerationPiece(_Frozen):
    """Instances to be enumerated, and on how many of them barriers are computed."""

    order: Order
    size: Size
    couplings: Entropy
    first: Count
    number: Positive
    barriers: Count


@final
class CurvePiece(_Frozen):
    """The exact curve of minima at a size."""

    order: Order
    size: Size


@final
class SaddlePiece(_Frozen):
    """Searches for points of given indices on one instance."""

    order: Order
    size: Size
    couplings: Entropy
    disorder: Count
    indices: tuple[Count, ...]
    searches: Positive


@final
class DegreePiece(_Frozen):
    """Networks of a depth whose degree is tested."""

    layers: Positive
    draws: Positive


@final
class MappingPiece(_Frozen):
    """Networks, by their widths, that the paper maps to spin glasses."""

    widths: tuple[tuple[Positive, ...], ...]
