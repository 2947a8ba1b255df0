"""Numbers in vector registers: `Lanes`, a type for numba that LLVM keeps in SIMD registers.

A value of 64 or 128 bytes is one or two registers of the widest kind (AVX-512), or more narrow ones:
LLVM splits it as the machine needs. Every product goes into a sum by an explicit fused
multiply-add and every sum has a written order, so that speed needs no compiler flag, and the bits
do not depend on what the compiler makes of a loop.

This module needs numba; it is imported only where a kernel is really wanted.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN202, ARG001

import operator
from typing import Any, no_type_check

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, overload, register_model


class Lanes(types.Type):
    """`count` numbers of one type side by side."""

    def __init__(self, dtype: types.Float, count: int) -> None:
        self.dtype = dtype
        self.count = count
        super().__init__(name=f"Lanes({dtype}, {count})")

    @property
    def vector(self) -> ir.VectorType:
        """What LLVM calls it."""
        element = ir.FloatType() if self.dtype == types.float32 else ir.DoubleType()
        return ir.VectorType(element, self.count)

    @property
    def bytes_each(self) -> int:
        return int(self.dtype.bitwidth // 8)


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, lanes.vector)


def constant_in(lanes, number):
    return ir.Constant(lanes.vector, [number] * lanes.count)


def address_of(context, builder, kinds, values):
    """The address of entry `at` of a flat array; kinds and values begin with (array, at)."""
    data = context.make_array(kinds[0])(context, builder, values[0]).data
    index = context.cast(builder, values[1], kinds[1], types.intp)
    return builder.gep(data, [index])


def load_from(builder, lanes, address):
    pointer = builder.bitcast(address, lanes.vector.as_pointer())
    return builder.load(pointer, align=lanes.bytes_each)


def store_to(builder, lanes, value, address):
    pointer = builder.bitcast(address, lanes.vector.as_pointer())
    builder.store(value, pointer, align=lanes.bytes_each)


def spread_in(builder, lanes, number):
    first = ir.Constant(ir.IntType(32), 0)
    alone = builder.insert_element(ir.Constant(lanes.vector, ir.Undefined), number, first)
    nowhere = ir.Constant(lanes.vector, ir.Undefined)
    return builder.shuffle_vector(alone, nowhere, _indices([0] * lanes.count))


def _indices(numbers):
    return ir.Constant(ir.VectorType(ir.IntType(32), len(numbers)), list(numbers))


def fma_of(builder, lanes, a, b, c):
    kind = ir.FunctionType(lanes.vector, [lanes.vector] * 3)
    name = f"llvm.fma.v{lanes.count}f{lanes.dtype.bitwidth}"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [a, b, c])


def _halves(builder, vector, count):
    half = count // 2
    low = builder.shuffle_vector(vector, vector, _indices(range(half)))
    return low, builder.shuffle_vector(vector, vector, _indices(range(half, count)))


@intrinsic
@no_type_check
def load(typing, array, at, like):
    def make(context, builder, signature, values):
        return load_from(builder, like, address_of(context, builder, signature.args, values))

    return like(array, at, like), make


@intrinsic
@no_type_check
def store(typing, array, at, lanes):
    def make(context, builder, signature, values):
        address = address_of(context, builder, signature.args, values)
        store_to(builder, lanes, values[2], address)
        return context.get_dummy_value()

    return types.none(array, at, lanes), make


@intrinsic
@no_type_check
def spread(typing, number, like):
    """One number in all lanes."""

    def make(context, builder, signature, values):
        return spread_in(
            builder, like, context.cast(builder, values[0], signature.args[0], like.dtype)
        )

    return like(number, like), make


@intrinsic
@no_type_check
def fma(typing, a, b, c):
    """The product a b and c in a sum that is rounded once."""

    def make(context, builder, signature, values):
        return fma_of(builder, a, *values)

    return a(a, a, a), make


@intrinsic
@no_type_check
def where_less(typing, a, b, yes, no):
    """`yes` where a < b; `no` elsewhere, also where a or b is not a number."""

    def make(context, builder, signature, values):
        return builder.select(builder.fcmp_ordered("<", values[0], values[1]), *values[2:])

    return yes(a, a, yes, yes), make


@intrinsic
@no_type_check
def total(typing, lanes):
    """The sum of the lanes, halves first."""

    def make(context, builder, signature, values):
        (vector,), count = values, lanes.count
        while count > 1:
            vector = builder.fadd(*_halves(builder, vector, count))
            count //= 2
        return builder.extract_element(vector, ir.Constant(ir.IntType(32), 0))

    return lanes.dtype(lanes), make


@intrinsic
@no_type_check
def greatest(typing, lanes):
    """The largest lane; any of them where one is not a number."""

    def make(context, builder, signature, values):
        (vector,), count = values, lanes.count
        while count > 1:
            low, high = _halves(builder, vector, count)
            vector = builder.select(builder.fcmp_ordered("<", low, high), high, low)
            count //= 2
        return builder.extract_element(vector, ir.Constant(ir.IntType(32), 0))

    return lanes.dtype(lanes), make


@no_type_check
def _arithmetic(operation, instruction):
    """Teach numba one operator for lanes."""

    @intrinsic
    def combine(typing, a, b):
        def make(context, builder, signature, values):
            return instruction(builder, *values)

        return a(a, a), make

    @overload(operation)
    def typed(a, b):
        return (lambda a, b: combine(a, b)) if isinstance(a, Lanes) and a == b else None


_arithmetic(operator.add, ir.IRBuilder.fadd)
_arithmetic(operator.sub, ir.IRBuilder.fsub)
_arithmetic(operator.mul, ir.IRBuilder.fmul)
_arithmetic(operator.truediv, ir.IRBuilder.fdiv)


@no_type_check
def number(single, double):
    """A function of lanes: one constant in all of them, by their precision."""

    @intrinsic
    def constant(typing, like):
        value = single if like.dtype == types.float32 else double
        return like(like), lambda *_: constant_in(like, value)

    return constant


@no_type_check
def polynomial(single, double):
    """A function x of lanes: c_0 + c_1 x + ... by Horner's rule, by their precision."""

    @intrinsic
    def evaluate(typing, x):
        coefficients = single if x.dtype == types.float32 else double

        def make(context, builder, signature, values):
            result = constant_in(x, coefficients[-1])
            for c in coefficients[-2::-1]:
                result = fma_of(builder, x, result, values[0], constant_in(x, c))
            return result

        return x(x), make

    return evaluate


@intrinsic
@no_type_check
def two_to(typing, shifted):
    """2^k from k + 1.5 * 2^(bits of the mantissa), for k in the normal range.

    The sum's lowest bits are those of k; shifted up they are the exponent's, and all others leave.
    """
    bits, mantissa, bias = (32, 23, 127) if shifted.dtype == types.float32 else (64, 52, 1023)
    integers = ir.VectorType(ir.IntType(bits), shifted.count)

    def make(context, builder, signature, values):
        def all_of(n):
            return ir.Constant(integers, [n] * shifted.count)

        k = builder.shl(builder.bitcast(values[0], integers), all_of(mantissa))
        return builder.bitcast(builder.add(k, all_of(bias << mantissa)), shifted.vector)

    return shifted(shifted), make
