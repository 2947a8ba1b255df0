"""Kawaguchi's condition on the inner matrices, read off the arcs."""

from collections.abc import Sequence

from lossatlas.theory.deep_linear import Arc


def inner_rank(widths: Sequence[int], arcs: Sequence[Arc], rank: int) -> int:
    """rank(W_H ... W_2): the strings that pass all hidden layers, and the learned subset.

    Args:
        widths: (d_x, d_1, ..., d_y).
        arcs: The strings of the point.
        rank: The size of the subset.

    Returns:
        The rank; with one hidden layer the product is the identity and has rank d_1.
    """
    depth = len(widths) - 1
    hidden = set(range(1, depth))
    return rank + sum(hidden <= set(run) for arc in arcs for run in _runs(arc, depth))


def _runs(arc: Arc, depth: int) -> tuple[tuple[int, ...], ...]:
    """The arc cut at the arrow from layer L back to layer 0."""
    layers = arc.layers(depth)
    if not arc.returns(depth):
        return (layers,)
    turn = layers.index(0)
    return layers[:turn], layers[turn:]
