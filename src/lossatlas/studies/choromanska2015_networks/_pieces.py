"""What each kind of task is told, as frozen models.

Networks of a width are numbered; a piece names those from `first` on. Network m has the seed that
`base` and m give, whatever task it stands in, so a task may train again what another one trained.
"""

from typing import Annotated, final

from pydantic import Field

from ._rows import Side
from ._settings import Count, Positive, ProtocolChoice, Rate, Width, _Frozen

Entropy = tuple[Count, ...]


@final
class NetworksPiece(_Frozen):
    """Networks to train and to record."""

    protocol: ProtocolChoice
    width: Width
    base: Entropy
    first: Count
    number: Positive


@final
class IndexPiece(_Frozen):
    """Networks whose Hessian is looked at where they end; the last three are for estimates.

    With `settling` above 0, after so many more steps along the whole gradient.
    """

    networks: NetworksPiece
    exact: bool
    settling: Count
    probes: Positive
    steps: Positive
    block: Positive


@final
class FewValuesPiece(_Frozen):
    """Networks whose weights are replaced by few values."""

    networks: NetworksPiece
    numbers: tuple[Positive, ...]


@final
class FurtherPiece(_Frozen):
    """Networks that are trained on at a constant rate."""

    networks: NetworksPiece
    epochs: Positive
    rate: Rate


@final
class ComparisonPiece(_Frozen):
    """Networks on a subset of the digits, by one candidate of one side.

    The budget is told in epochs of descent. `place` is that of the candidate among its side's; the
    rate of a descent is the one in the protocol of `networks`.
    """

    networks: NetworksPiece
    samples: Positive
    budget: Positive
    side: Side
    place: Annotated[int, Field(ge=0, le=4)]
