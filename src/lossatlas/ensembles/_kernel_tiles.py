"""Tiles: some lanes one above the other, all in registers, and what kernels do with them.

A tile is a tuple of equally wide lanes. Its shape is a type, so that a function that gets one is
compiled for that shape and its loops over the rows leave nothing but the instructions.

This module needs numba; it is imported only where a kernel is really wanted.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN202, ARG001

from typing import no_type_check

from numba.core import cgutils, types
from numba.extending import intrinsic, models, register_model

from ._kernel_lanes import (
    Lanes,
    address_of,
    constant_in,
    fma_of,
    load_from,
    spread_in,
    store_to,
)


class Shape(types.Type):
    """The shape of a tile: `height` lanes of `width` bytes; known when a kernel is compiled."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        super().__init__(name=f"Shape({width}, {height})")

    def tile(self, dtype: types.Float) -> types.UniTuple:
        """The type of its tiles."""
        return types.UniTuple(Lanes(dtype, self.width // (dtype.bitwidth // 8)), self.height)


@register_model(Shape)
class _ShapeModel(models.OpaqueModel):
    pass


def _rows(context, builder, kinds, values, height):
    """The addresses of `height` entries from `at` on, `step` apart; third of kinds is the step."""
    address = address_of(context, builder, kinds, values)
    step = context.cast(builder, values[2], kinds[2], types.intp)
    for _ in range(height):
        yield address
        address = builder.gep(address, [step])


@intrinsic(prefer_literal=True)
@no_type_check
def shape(typing, width, height):
    """A shape of `height` lanes of `width` bytes, both literal."""
    kind = Shape(width.literal_value, height.literal_value)
    return kind(width, height), lambda context, *_: context.get_dummy_value()


@intrinsic
@no_type_check
def height(typing, shape):
    value = shape.height
    return types.intp(shape), lambda context, *_: context.get_constant(types.intp, value)


@intrinsic
@no_type_check
def width(typing, array, shape):
    """The numbers in a row of a tile of the array's type."""
    value = shape.tile(array.dtype).dtype.count
    return types.intp(array, shape), lambda context, *_: context.get_constant(types.intp, value)


@intrinsic
@no_type_check
def zeros(typing, array, shape):
    """A tile of zeros of the array's type."""
    tile = shape.tile(array.dtype)

    def make(context, builder, signature, values):
        return context.make_tuple(builder, tile, [constant_in(tile.dtype, 0.0)] * len(tile))

    return tile(array, shape), make


@intrinsic
@no_type_check
def load_tile(typing, array, at, step, like):
    """Rows `step` apart."""

    def make(context, builder, signature, values):
        rows = _rows(context, builder, signature.args, values, len(like))
        return context.make_tuple(
            builder, like, [load_from(builder, like.dtype, row) for row in rows]
        )

    return like(array, at, step, like), make


@intrinsic
@no_type_check
def store_tile(typing, array, at, step, tile):
    def make(context, builder, signature, values):
        rows = _rows(context, builder, signature.args, values, len(tile))
        for row, value in zip(rows, cgutils.unpack_tuple(builder, values[3]), strict=True):
            store_to(builder, tile.dtype, value, row)
        return context.get_dummy_value()

    return types.none(array, at, step, tile), make


@intrinsic
@no_type_check
def add_outer(typing, array, at, step, lanes, tile):
    """tile[r] + array[at + r step] * lanes."""

    def make(context, builder, signature, values):
        rows = _rows(context, builder, signature.args, values, len(tile))
        sums = [
            fma_of(builder, lanes, spread_in(builder, lanes, builder.load(row)), values[3], old)
            for row, old in zip(rows, cgutils.unpack_tuple(builder, values[4]), strict=True)
        ]
        return context.make_tuple(builder, tile, sums)

    return tile(array, at, step, lanes, tile), make


@intrinsic
@no_type_check
def add_scaled(typing, array, at, step, other, tile):
    """tile[r] + array[at + r step] * other[r]."""

    def make(context, builder, signature, values):
        rows = _rows(context, builder, signature.args, values, len(tile))
        pairs = zip(*(cgutils.unpack_tuple(builder, v) for v in values[3:]), strict=True)
        sums = [
            fma_of(
                builder, tile.dtype, spread_in(builder, tile.dtype, builder.load(row)), factor, old
            )
            for row, (factor, old) in zip(rows, pairs, strict=True)
        ]
        return context.make_tuple(builder, tile, sums)

    return tile(array, at, step, tile, tile), make


@intrinsic
@no_type_check
def mixed(typing, a, A, b, B):
    """The sum a A + b B of two tiles and two numbers; the second product is fused."""

    def make(context, builder, signature, values):
        x, y = (
            spread_in(builder, A.dtype, context.cast(builder, v, kind, A.dtype.dtype))
            for v, kind in zip(values[::2], signature.args[::2], strict=True)
        )
        pairs = zip(*(cgutils.unpack_tuple(builder, v) for v in values[1::2]), strict=True)
        sums = [fma_of(builder, A.dtype, y, Q, builder.fmul(x, P)) for P, Q in pairs]
        return context.make_tuple(builder, A, sums)

    return A(a, A, b, A), make


@intrinsic
@no_type_check
def folded(typing, tile):
    """The sum of a tile's rows, halves first."""

    def make(context, builder, signature, values):
        rows = cgutils.unpack_tuple(builder, values[0])
        while len(rows) > 1:
            half = (len(rows) + 1) // 2
            rows = [builder.fadd(*pair) for pair in zip(rows, rows[half:], strict=False)] + rows[
                len(rows) - half : half
            ]
        return rows[0]

    return tile.dtype(tile), make
