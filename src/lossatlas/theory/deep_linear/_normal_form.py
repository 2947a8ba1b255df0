"""Every critical point, from its normal form: a subset, arcs, and free changes of basis.

In suitable hidden bases W_k = diag(I_r, Z_k), with W_1 and W_L carrying the singular triples of S,
and the blocks Z_k move each string one layer on (derived in docs/theory/deep_linear.md). What is
free is the basis of each hidden layer and of the strings' ends at layers 0 and L.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from ._arcs import Arc, checked_arcs, excess, simplest_arcs
from ._spectrum import DataSpectrum, spectrum
from ._widths import checked_subset, checked_widths


@final
@dataclass(frozen=True, eq=False)
class NormalForm:
    """All that determines a critical point: integers (subset, arcs) and free bases.

    `gauges` are the bases of the hidden layers 1..L-1. `outputs` (n_L, n_L) and `inputs` (n_0, n_0)
    are the strings' bases at layers L and 0; `rotation` turns singular vectors within ties; `free`
    is the part of W_1 that the samples never reach.
    """

    widths: tuple[int, ...]
    subset: tuple[int, ...]
    arcs: tuple[Arc, ...]
    gauges: tuple[Float[ndarray, "_ _"], ...]
    outputs: Float[ndarray, "n_L n_L"]
    inputs: Float[ndarray, "n_0 n_0"]
    rotation: Float[ndarray, "t t"]
    free: Float[ndarray, "d_1 _"]


def critical_point(
    X: Real[ndarray, "n d_x"],
    Y: Real[ndarray, "n d_y"],
    widths: Sequence[int],
    subset: Sequence[int],
    *,
    arcs: Sequence[tuple[int, int]] | None = None,
    rng: np.random.Generator,
    spread: float = 0.5,
) -> list[ndarray]:
    """Weights of a critical point with a given subset and given arcs, bases drawn at random.

    Args:
        X: The inputs, one sample a row.
        Y: The targets, one sample a row.
        widths: (d_x, d_1, ..., d_y).
        subset: The eigenvalues of Sigma that the product holds, counted from 0.
        arcs: The strings, (start, length) each; by default those with all excess blocks zero.
        rng: Where the free bases come from.
        spread: Logarithm of the largest singular value of a drawn basis, and of the inverse of
            its smallest; 0 draws orthogonal ones.

    Returns:
        [W_1, ..., W_L], each (d_k, d_{k-1}). Every critical point is reached by some choice.

    Raises:
        ValueError: If widths, subset or arcs do not fit the data.

    Example:
        >>> import numpy as np
        >>> from lossatlas.theory.deep_linear import critical_point
        >>> rng = np.random.default_rng(0)
        >>> W1, W2 = critical_point(np.eye(2), np.diag([2.0, 1.0]), (2, 2, 2), (1,), rng=rng)
        >>> np.allclose(W2 @ W1, np.diag([0.0, 1.0]))
        True
    """
    data = spectrum(X, Y)
    form = draw_normal_form(data, widths, subset, arcs=arcs, rng=rng, spread=spread)
    return assemble(data, form)


def draw_normal_form(
    data: DataSpectrum,
    widths: Sequence[int],
    subset: Sequence[int],
    *,
    arcs: Sequence[tuple[int, int]] | None = None,
    rng: np.random.Generator,
    spread: float = 0.5,
) -> NormalForm:
    """A normal form with the given integers and random bases.

    Args:
        data: The whitened problem, from `spectrum`.
        widths: (d_x, d_1, ..., d_y).
        subset: The eigenvalues of Sigma that the product holds, counted from 0.
        arcs: The strings; by default those with all excess blocks zero.
        rng: Where the bases come from.
        spread: Logarithm of the largest singular value of a drawn basis.

    Returns:
        The normal form; `assemble` makes weights of it.

    Raises:
        ValueError: If widths, subset or arcs do not fit the data.
    """
    widths = checked_widths(widths, data)
    subset = checked_subset(subset, widths, data.target_rank)
    ranks = {"target_rank": data.target_rank, "input_rank": data.input_rank}
    ordered = (
        simplest_arcs(widths, len(subset), **ranks)
        if arcs is None
        else checked_arcs(arcs, widths, len(subset), **ranks)
    )
    outputs, inputs = _end_bases(data, subset, widths, rng, spread)
    return NormalForm(
        widths=widths,
        subset=subset,
        arcs=ordered,
        gauges=tuple(_random_basis(d, rng, spread) for d in widths[1:-1]),
        outputs=outputs,
        inputs=inputs,
        rotation=_random_rotation(data, rng),
        free=rng.standard_normal((widths[1], data.num_inputs - data.input_rank)),
    )


def assemble(data: DataSpectrum, form: NormalForm) -> list[ndarray]:
    """The weights of a normal form.

    Args:
        data: The whitened problem that the form was made for.
        form: The normal form.

    Returns:
        [W_1, ..., W_L].
    """
    weights = [_block(form.subset, Z) for Z in _excess_blocks(form, data)]
    r, t = len(form.subset), data.target_rank
    U, V = data.U.copy(), data.V.copy()
    U[:, :t], V[:, :t] = U[:, :t] @ form.rotation, V[:, :t] @ form.rotation
    weights[0][:r] *= data.sigma[list(form.subset)][:, None] if r else 1.0
    weights[0] = weights[0] @ V[:, _order(form.subset, data.input_rank)].T
    weights[-1] = U[:, _order(form.subset, data.num_outputs)] @ weights[-1]
    for k, g in enumerate(form.gauges):
        weights[k] = g @ weights[k]
        weights[k + 1] = np.linalg.solve(g.T, weights[k + 1].T).T
    weights[0] = data.unwhiten(weights[0], form.free)
    return weights


def _order(subset: Sequence[int], size: int) -> list[int]:
    return [*subset, *(i for i in range(size) if i not in subset)]


def _block(subset: Sequence[int], Z: ndarray) -> ndarray:
    r = len(subset)
    W = np.zeros((r + Z.shape[0], r + Z.shape[1]))
    W[:r, :r] = np.eye(r)
    W[r:, r:] = Z
    return W


def _excess_blocks(form: NormalForm, data: DataSpectrum) -> list[ndarray]:
    """The blocks Z_1..Z_L: each string is moved one layer on, ends in their drawn bases."""
    depth = len(form.widths) - 1
    n = excess(form.widths, len(form.subset), data.input_rank)
    places = _places(form.arcs, depth)
    blocks = [np.zeros((n[k], n[k - 1])) for k in range(1, depth + 1)]
    for a, arc in enumerate(form.arcs):
        layers = arc.layers(depth)
        for u, v in pairwise(layers):
            if v > 0:
                blocks[v - 1][places[v].index(a), places[u].index(a)] = 1.0
    blocks[0] = np.linalg.solve(form.inputs.T, blocks[0].T).T
    blocks[-1] = form.outputs @ blocks[-1]
    return blocks


def _places(arcs: Sequence[Arc], depth: int) -> list[list[int]]:
    """The strings at each layer in order; at 0 and L those through L -> 0 come first."""
    members: list[list[int]] = [[] for _ in range(depth + 1)]
    for a in sorted(range(len(arcs)), key=lambda a: not arcs[a].returns(depth)):
        for v in arcs[a].layers(depth):
            members[v].append(a)
    return members


def _end_bases(
    data: DataSpectrum,
    subset: tuple[int, ...],
    widths: Sequence[int],
    rng: np.random.Generator,
    spread: float,
) -> tuple[ndarray, ndarray]:
    """Bases of the strings at layers L and 0 that the residual maps onto each other."""
    n = excess(widths, len(subset), data.input_rank)
    left = np.delete(data.sigma[: data.target_rank], list(subset))
    q = len(left)
    outputs, inputs = np.zeros((n[-1], n[-1])), np.zeros((n[0], n[0]))
    outputs[:q, :q] = _random_basis(q, rng, spread)
    outputs[q:, :q] = rng.standard_normal((n[-1] - q, q)) * spread
    outputs[q:, q:] = _random_basis(n[-1] - q, rng, spread)
    inputs[:q, :q] = left[:, None] * outputs[:q, :q]
    inputs[:q, q:] = rng.standard_normal((q, n[0] - q)) * spread
    inputs[q:, q:] = _random_basis(n[0] - q, rng, spread)
    return outputs, inputs


def _random_basis(size: int, rng: np.random.Generator, spread: float) -> ndarray:
    """An invertible matrix, both signs of the determinant, of bounded condition."""
    scales = np.exp(spread * rng.uniform(-1.0, 1.0, size))
    basis: ndarray = _random_orthogonal(size, rng) * scales @ _random_orthogonal(size, rng)
    return basis


def _random_orthogonal(size: int, rng: np.random.Generator) -> ndarray:
    Q, R = np.linalg.qr(rng.standard_normal((size, size)))
    return Q * np.sign(np.diag(R))


def _random_rotation(data: DataSpectrum, rng: np.random.Generator) -> ndarray:
    """Identity, but random within each group of tied eigenvalues."""
    rotation = np.eye(data.target_rank)
    groups = np.array(data.groups[: data.target_rank], dtype=int)
    for g in set(groups.tolist()):
        members = np.flatnonzero(groups == g)
        if len(members) > 1:
            rotation[np.ix_(members, members)] = _random_orthogonal(len(members), rng)
    return rotation
