"""What a task is told, as frozen models: the grid writes them, the functions read them."""

from typing import Literal, TypeAlias, final

from pydantic import BaseModel, ConfigDict

TableName: TypeAlias = Literal["ratio", "ground", "layers", "band", "rates"]
TABLES: tuple[TableName, ...] = ("ratio", "ground", "layers", "band", "rates")


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@final
class CountPiece(_Piece):
    """Instances `first` to `first + number - 1` of an order and size; `base` gives couplings."""

    order: int
    size: int
    first: int
    number: int
    stored: int
    base: tuple[int, ...]


@final
class ExpectedPiece(_Piece):
    """The exact means that instances of an order and size are held against."""

    order: int
    size: int


@final
class TablePiece(_Piece):
    """One table of exact means at one size."""

    table: TableName
    order: int
    size: int


@final
class CurvePiece(_Piece):
    """Complexities of the limit as curves."""

    order: int


@final
class GlobePiece(_Piece):
    """A landscape of three spins, the richest of a number of draws."""

    order: int
    draws: int
    base: tuple[int, ...]
