"""An activation pattern of a piecewise-linear network: what of its weights counts, and what mixes.

On a ball where every pre-activation keeps its sign the loss is that of a gated linear network: unit
j multiplies what it reads on sample s by a constant gate. A gate counts as zero where no unit above
passes its output on. The loss then depends on

    W_1[j, :] by its products with the samples where j is open, so by as many entries as those have
              rank (pivots; the others can be taken into them),
    W_k[a, i] if a and i are open on a common sample, b_k[a] if a is open at all,

and a group of units of one layer with proportional gates can be mixed by any invertible matrix, the
constant unit of the biases among them where the gates are constant. Pre-activations may be held at
zero, on their kinks: there a unit counts like an open one, and only units that are held on the same
samples can be mixed.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias, final

import numpy as np
from flint import fmpz_mat
from scipy.linalg import qr

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# A matrix of float64 whose least singular value is this share of the largest has full rank: the
# decomposition is exact to far less.
_CLEARLY = 1e-8


@final
@dataclass(frozen=True, eq=False)
class Group:
    """Units of one hidden layer with proportional gates.

    Attributes:
        layer: The layer, 0 for the first hidden one.
        members: The units.
        ratios: Each unit's gates are this multiple of `gates`.
        gates: On every sample; zero where the group does not reach the output.
        constant: Whether the gates are equal on all samples that reach the output.
    """

    layer: int
    members: tuple[int, ...]
    ratios: tuple[float, ...]
    gates: Array
    constant: bool


@final
@dataclass(frozen=True, eq=False)
class Pattern:
    """The gates of all hidden layers on all samples.

    Attributes:
        inputs: X, and a last column of ones where there are biases: (n, d_0 [+ 1]).
        gates: Of each hidden layer, (n, d_k).
        outputs: d_y.
        biases: Whether each layer has a bias.
        kinks: Where pre-activations are held at zero, (n, d_k) of each hidden layer; their gates
            are those below zero. None for nowhere.
    """

    inputs: Array
    gates: tuple[Array, ...]
    outputs: int
    biases: bool
    kinks: tuple[Array, ...] | None = None

    @cached_property
    def effective(self) -> tuple[Array, ...]:
        """The gates, zero where no unit above passes the output on."""
        pairs = zip(self.gates, self.reaching, strict=True)
        return tuple(gates * reaches[:, None] for gates, reaches in pairs)

    @cached_property
    def reaching(self) -> tuple[Array, ...]:
        """The samples on which the layer above each hidden one passes on what it reads, (n,)."""
        reaches = np.ones(len(self.inputs), dtype=bool)
        found: list[Array] = []
        for gates, held in zip(reversed(self.gates), reversed(self._asked), strict=True):
            found.append(reaches)
            reaches = reaches & ((gates != 0) | held).any(1)
        return tuple(reversed(found))

    @cached_property
    def held(self) -> tuple[Array, ...]:
        """Where pre-activations are held at zero and read above, (n, d_k)."""
        pairs = zip(self._asked, self.reaching, strict=True)
        return tuple(held & reaches[:, None] for held, reaches in pairs)

    @cached_property
    def idle(self) -> bool:
        """Whether one is held that nothing above reads."""
        pairs = zip(self._asked, self.held, strict=True)
        return any(bool((asked & ~held).any()) for asked, held in pairs)

    @property
    def _asked(self) -> tuple[Array, ...]:
        if self.kinks is not None:
            return self.kinks
        return tuple(np.zeros(gates.shape, dtype=bool) for gates in self.gates)

    @cached_property
    def read(self) -> tuple[Array, ...]:
        """Where the units of each layer count: open, or held at a kink."""
        pairs = zip(self.effective, self.held, strict=True)
        return tuple((gates != 0) | held for gates, held in pairs)

    @cached_property
    def dead_units(self) -> int:
        """Hidden units that reach the output on no sample."""
        return sum(int((~read.any(0)).sum()) for read in self.read)

    @cached_property
    def kept(self) -> tuple[Array, ...]:
        """Which entries of each [W_k b_k] are parameters of the gated network."""
        opened = list(self.read)
        opened.append(np.ones((len(self.inputs), self.outputs), dtype=bool))
        first = np.stack([self._reads(column) for column in opened[0].T])
        masks = [first]
        for below, above in pairwise(opened):
            if self.biases:
                below = np.concatenate([below, np.ones_like(below[:, :1])], axis=1)
            masks.append(np.asarray((above[:, :, None] & below[:, None, :]).any(0)))
        return tuple(masks)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All groups of units that reach the output, single units among them."""
        found: list[Group] = []
        parts = zip(self.effective, self.reaching, self.held, strict=True)
        for layer, (gates, reaching, held) in enumerate(parts):
            found += _groups(layer, gates, reaching, held)
        return tuple(found)

    def _reads(self, opened: Array) -> Array:
        """Columns of the inputs that span all of them on some of the samples: a mask."""
        key = opened.tobytes()
        if key not in self._known:
            self._known[key] = _pivots(self.inputs[opened], ones_last=self.biases)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[bytes, Array]:
        return {}


def _groups(layer: int, gates: Array, reaching: Array, held: Array) -> list[Group]:
    parts: dict[tuple[bytes, bytes], list[tuple[int, float]]] = {}
    for unit, column in enumerate(gates.T):
        opened = column[column != 0]
        on_kinks = held[:, unit]
        if len(opened) or on_kinks.any():
            constant = not on_kinks.any() and bool((column[reaching] == opened[0]).all())
            # A unit that is constant wherever it matters is as good as one with gate 1.
            ratio = float(opened[0]) if constant else 1.0
            key = (column / ratio).tobytes(), on_kinks.tobytes()
            parts.setdefault(key, []).append((unit, ratio))
    return [_group(layer, gates, reaching, members, held) for members in parts.values()]


def _group(
    layer: int, gates: Array, reaching: Array, members: list[tuple[int, float]], held: Array
) -> Group:
    units, ratios = zip(*members, strict=True)
    common = gates[:, units[0]] / ratios[0]
    constant = bool((common[reaching] == 1).all()) and not held[:, units[0]].any()
    return Group(layer, units, ratios, common, constant)


def _pivots(rows: Array, *, ones_last: bool) -> Array:
    """A mask of columns that are independent on these rows and span the others, exactly."""
    mask = np.zeros(rows.shape[1], dtype=bool)
    if not len(rows):
        return mask
    if _clearly_independent(rows):
        return ~mask
    order = _ordered(rows, ones_last=ones_last)
    rank = exact_rank(rows)
    chosen = order[:rank]
    if exact_rank(rows[:, chosen]) < rank:  # by rounding in the float64 order
        chosen = _leading(rows[:, order], order)
    mask[chosen] = True
    return mask


def _clearly_independent(rows: Array) -> bool:
    if rows.shape[0] < rows.shape[1]:
        return False
    sizes = np.linalg.svd(rows, compute_uv=False)
    return bool(sizes[-1] > _CLEARLY * sizes[0])


def _ordered(rows: Array, *, ones_last: bool) -> Array:
    """The columns, the most independent first; the ones of the biases before all others."""
    if not ones_last:
        return np.asarray(qr(rows, mode="r", pivoting=True)[1])
    centred = rows[:, :-1] - rows[:, :-1].mean(0)
    rest = qr(centred, mode="r", pivoting=True)[1] if centred.size else np.zeros(0, dtype=int)
    return np.concatenate([[rows.shape[1] - 1], np.asarray(rest)]).astype(int)


def _leading(rows: Array, order: Array) -> Array:
    """The first columns in this order of which none is spanned by those before it."""
    chosen: list[int] = []
    for k in range(rows.shape[1]):
        if exact_rank(rows[:, [*chosen, k]]) > len(chosen):
            chosen.append(k)
    return order[chosen]


def exact_rank(rows: Array) -> int:
    """The rank of a matrix of float64 numbers, over the rationals."""
    ratios = [[float(x).as_integer_ratio() for x in row] for row in rows.tolist()]
    scale = max((q for row in ratios for _, q in row), default=1)  # all are powers of two
    return int(fmpz_mat([[p * (scale // q) for p, q in row] for row in ratios]).rank())
