"""Arcs: the strings of the cyclic quiver, the discrete modulus of a critical point beside S.

The layers 0..L stand on a cycle, closed by the residual L -> 0. What the network carries beside
the eigenvalues of S falls into strings, each an arc of at most L consecutive layers; layer v is
covered d_v - r times, and rank(T) - r arcs use the arrow L -> 0 (derived in
docs/theory/deep_linear.md, section 4; nilpotent representations of a cyclic quiver).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lossatlas.errors import misuse

from ._widths import checked_widths


class Arc(NamedTuple):
    """A string that starts at layer `start` and covers `length` layers of the cycle 0..L."""

    start: int
    length: int

    def layers(self, depth: int) -> tuple[int, ...]:
        """The layers covered, in order, on the cycle of `depth` + 1 layers."""
        return tuple((self.start + t) % (depth + 1) for t in range(self.length))

    def returns(self, depth: int) -> bool:
        """Whether the arc uses the arrow from layer L back to layer 0."""
        return self.start + self.length > depth + 1


def excess(widths: Sequence[int], rank: int, input_rank: int | None = None) -> tuple[int, ...]:
    """The dimensions n_v = d_v - r that the arcs must cover; n_0 counts the inputs reached."""
    first = widths[0] if input_rank is None else input_rank
    return tuple(d - rank for d in (first, *widths[1:]))


def checked_arcs(
    arcs: Sequence[tuple[int, int]],
    widths: Sequence[int],
    rank: int,
    *,
    target_rank: int,
    input_rank: int | None = None,
) -> tuple[Arc, ...]:
    """The arcs in order, checked against the rules that every critical point obeys."""
    depth = len(widths) - 1
    ordered = tuple(sorted(Arc(int(s), int(n)) for s, n in arcs))
    if any(not (0 <= a.start <= depth and 1 <= a.length <= depth) for a in ordered):
        raise misuse(
            "arcs",
            should=f"be (start, length) with start in 0..{depth} and length in 1..{depth}",
            got=list(ordered),
            remedy="A longer string would not be critical.",
        )
    cover = Counter(v for a in ordered for v in a.layers(depth))
    covered = tuple(cover[v] for v in range(depth + 1))
    needed = excess(widths, rank, input_rank)
    if covered != needed:
        raise misuse(
            "arcs",
            should=f"cover the layers {needed} times",
            got=covered,
            remedy="Draw some with `random_arcs`, or list all with `all_arcs`.",
        )
    returning = sum(a.returns(depth) for a in ordered)
    if returning != target_rank - rank:
        raise misuse(
            "arcs",
            should=f"use the arrow L -> 0 {target_rank - rank} times",
            got=returning,
            remedy="Each positive eigenvalue outside the subset is one such arc.",
        )
    return ordered


def simplest_arcs(
    widths: Sequence[int], rank: int, *, target_rank: int, input_rank: int | None = None
) -> tuple[Arc, ...]:
    """The arcs of the point whose excess blocks Z_k are all zero."""
    depth = len(widths) - 1
    n = excess(widths, rank, input_rank)
    through = target_rank - rank
    arcs = [Arc(depth, 2)] * through + [Arc(0, 1)] * (n[0] - through)
    arcs += [Arc(depth, 1)] * (n[depth] - through)
    arcs += [Arc(v, 1) for v in range(1, depth) for _ in range(n[v])]
    return tuple(sorted(arcs))


def random_arcs(
    widths: Sequence[int],
    rank: int,
    rng: np.random.Generator,
    *,
    join: float = 0.6,
    target_rank: int | None = None,
    input_rank: int | None = None,
) -> tuple[Arc, ...]:
    """Draw an admissible set of arcs; every admissible set has positive probability.

    Args:
        widths: (d_x, d_1, ..., d_y).
        rank: The rank r of the product, the size of the subset.
        rng: Where the randomness comes from.
        join: The share of possible links between neighbouring layers that is kept.
        target_rank: The number of positive eigenvalues of Sigma; all that fit by default.
        input_rank: The rank of the inputs; full by default.

    Returns:
        The arcs, sorted.

    Raises:
        ValueError: If no critical point of these widths has that rank.
    """
    widths = checked_widths(widths)
    depth = len(widths) - 1
    n = excess(widths, rank, input_rank)
    through = _target_rank(widths, target_rank, input_rank) - rank
    if rank < 0 or through < 0 or min(n) < 0:
        raise misuse(
            "rank",
            should="be at most every width, the input rank and the target rank",
            got=rank,
            remedy="Take a smaller subset.",
        )
    links = [_random_links(n[v], n[v + 1], join, rng) for v in range(depth)]
    links.append(
        dict(
            zip(
                rng.permutation(n[depth])[:through].tolist(),
                rng.permutation(n[0]).tolist(),
                strict=False,
            )
        )
    )
    _cut_long_strings(links, n, rng)
    return _strings(links, n)


def all_arcs(
    widths: Sequence[int],
    rank: int,
    *,
    target_rank: int | None = None,
    input_rank: int | None = None,
) -> Iterator[tuple[Arc, ...]]:
    """Every admissible set of arcs, each once; for small widths.

    Args:
        widths: (d_x, d_1, ..., d_y).
        rank: The rank r of the product.
        target_rank: The number of positive eigenvalues of Sigma; all that fit by default.
        input_rank: The rank of the inputs; full by default.

    Returns:
        An iterator; its length grows exponentially with the widths.

    Example:
        >>> from lossatlas.theory.deep_linear import all_arcs
        >>> len(list(all_arcs((2, 2, 2, 2), 1)))
        4
    """
    widths = checked_widths(widths)
    depth = len(widths) - 1
    through = _target_rank(widths, target_rank, input_rank) - rank
    if through < 0 or min(excess(widths, rank, input_rank)) < 0:
        return
    for arcs in _fill(excess(widths, rank, input_rank), 0, Arc(0, 0), depth):
        if sum(a.returns(depth) for a in arcs) == through:
            yield tuple(sorted(arcs))


def covering_pairs(arcs: Sequence[Arc], depth: int) -> tuple[int, int]:
    """How many pairs of arcs cover all layers: (both junctions free, one of them the residual).

    A pair of the first sort carries one negative and one positive curvature. In a pair of the
    second sort, one arc begins at layer 0 and the other ends at layer L, so that only the residual
    could close it: one positive curvature. It needs a zero eigenvalue of Sigma.
    """
    counts = Counter(arcs)
    kinds = list(counts)
    free = residual = 0
    for k, a in enumerate(kinds):
        for b in kinds[k + 1 :]:  # an arc cannot cover everything with its own copy
            if len({*a.layers(depth), *b.layers(depth)}) <= depth:
                continue
            if _meets_residual(a, b, depth) or _meets_residual(b, a, depth):
                residual += counts[a] * counts[b]
            else:
                free += counts[a] * counts[b]
    return free, residual


def intervals(arcs: Sequence[Arc], depth: int, rank: int) -> Mapping[tuple[int, int], int]:
    """The strings of the open network 0..L: arcs cut at the arrow L -> 0, and r full ones."""
    found: Counter[tuple[int, int]] = Counter()
    for a in arcs:
        last = a.start + a.length - 1
        if last > depth:
            found[a.start, depth] += 1
            found[0, last - depth - 1] += 1
        else:
            found[a.start, last] += 1
    found[0, depth] += rank
    return found


def _meets_residual(first: Arc, last: Arc, depth: int) -> bool:
    return first.start == 0 and (last.start + last.length - 1) % (depth + 1) == depth


def _target_rank(widths: Sequence[int], target_rank: int | None, input_rank: int | None) -> int:
    if target_rank is not None:
        return target_rank
    return min(widths[0] if input_rank is None else input_rank, widths[-1])


def _random_links(n: int, m: int, join: float, rng: np.random.Generator) -> dict[int, int]:
    size = min(n, m)
    kept = rng.random(size) < join
    sources, ends = rng.permutation(n)[:size][kept], rng.permutation(m)[:size][kept]
    return dict(zip(sources.tolist(), ends.tolist(), strict=True))


def _cut_long_strings(
    links: list[dict[int, int]], n: Sequence[int], rng: np.random.Generator
) -> None:
    """Cut random links, never the residual's, until no L links follow each other."""
    depth = len(n) - 1
    while True:
        for v in range(depth + 1):
            long = next((p for e in range(n[v]) if len(p := _walk(links, v, e)) >= depth), None)
            if long is not None:
                cuts = [(layer, e) for layer, e in long[:depth] if layer != depth]
                layer, e = cuts[rng.integers(len(cuts))]
                del links[layer][e]
                break
        else:
            return


def _walk(links: list[dict[int, int]], v: int, e: int) -> list[tuple[int, int]]:
    """The links followed from element e of layer v, one turn of the cycle at most."""
    path: list[tuple[int, int]] = []
    while len(path) < len(links) and e in links[v]:
        path.append((v, e))
        v, e = (v + 1) % len(links), links[v][e]
    return path


def _strings(links: list[dict[int, int]], n: Sequence[int]) -> tuple[Arc, ...]:
    arcs = []
    for v in range(len(n)):
        reached = set(links[v - 1].values())
        arcs += [Arc(v, len(_walk(links, v, e)) + 1) for e in range(n[v]) if e not in reached]
    return tuple(sorted(arcs))


def _fill(need: tuple[int, ...], v: int, floor: Arc, depth: int) -> Iterator[list[Arc]]:
    """Cover the layers in turn; arcs at one layer are taken in order, so that no set comes twice."""
    while v <= depth and need[v] == 0:
        v, floor = v + 1, Arc(0, 0)
    if v > depth:
        yield []
        return
    for arc in _arcs_over(v, depth):
        layers = arc.layers(depth)
        if arc >= floor and all(need[u] > 0 for u in layers):
            left = tuple(c - (u in layers) for u, c in enumerate(need))
            for rest in _fill(left, v, arc, depth):
                yield [arc, *rest]


def _arcs_over(v: int, depth: int) -> list[Arc]:
    every = (Arc(s, n) for s in range(depth + 1) for n in range(1, depth + 1))
    return [a for a in every if v in a.layers(depth)]
