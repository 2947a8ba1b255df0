from collections import Counter
from itertools import combinations, permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.theory.deep_linear import Arc, all_arcs, predict, random_arcs

SEEDS = st.integers(0, 2**32 - 1)
WIDTHS = st.lists(st.integers(1, 4), min_size=3, max_size=6)


def partial_matchings(n: int, m: int) -> Any:
    for k in range(min(n, m) + 1):
        for sources in combinations(range(n), k):
            for ends in permutations(range(m), k):
                yield dict(zip(sources, ends, strict=True))


def arcs_by_brute_force(n: tuple[int, ...], through: int) -> Any:
    """Every way to link neighbouring layers, walked from the strings' beginnings."""
    layers = len(n)
    found = set()
    for links in product(
        *(list(partial_matchings(n[v], n[(v + 1) % layers])) for v in range(layers))
    ):
        if len(links[-1]) != through:
            continue
        arcs, covered = [], 0
        for v in range(layers):
            for e in set(range(n[v])) - set(links[v - 1].values()):
                u, length = v, 1
                while e in links[u]:
                    u, e, length = (u + 1) % layers, links[u][e], length + 1
                arcs.append((v, length))
                covered += length
        if covered == sum(n) and all(length < layers for _, length in arcs):
            found.add(tuple(sorted(arcs)))
    return found


@pytest.mark.parametrize(
    ("widths", "rank", "target_rank"),
    [
        ((2, 2, 2), 0, 2),
        ((3, 2, 2), 0, 2),
        ((3, 2, 2), 1, 2),
        ((2, 2, 2, 2), 0, 2),
        ((2, 1, 2, 1), 0, 1),
        ((2, 2, 2, 2), 1, 2),
        ((2, 2, 2, 2, 2), 1, 2),
        ((2, 2, 2), 0, 1),
        ((1, 2, 1, 2), 0, 1),
        ((2, 2, 1, 2), 0, 0),
    ],
)
def test_all_arcs_are_the_strings_of_all_ways_to_link_the_layers(
    widths: tuple[int, ...], rank: int, target_rank: int
) -> None:
    listed = list(all_arcs(widths, rank, target_rank=target_rank))
    assert len(listed) == len(set(listed))
    n = tuple(d - rank for d in widths)
    assert {tuple(tuple(a) for a in arcs) for arcs in listed} == arcs_by_brute_force(
        n, target_rank - rank
    )


@given(seed=SEEDS, widths=WIDTHS, join=st.sampled_from([0.0, 0.3, 0.7, 1.0]))
def test_random_arcs_obey_the_rules(seed: int, widths: tuple[int, ...], join: float) -> None:
    rng = np.random.default_rng(seed)
    through = min(widths[0], widths[-1])
    rank = int(rng.integers(0, min(widths) + 1))
    arcs = random_arcs(widths, rank, rng, join=join)
    depth = len(widths) - 1
    cover = Counter(v for a in arcs for v in a.layers(depth))
    assert [cover[v] for v in range(depth + 1)] == [d - rank for d in widths]
    assert sum(a.returns(depth) for a in arcs) == through - rank
    assert all(1 <= a.length <= depth for a in arcs)


def test_random_arcs_reach_every_set() -> None:
    rng = np.random.default_rng(0)
    drawn = {random_arcs((2, 2, 2, 2), 0, rng, join=0.5) for _ in range(3000)}
    assert drawn == set(all_arcs((2, 2, 2, 2), 0))


def test_a_bottleneck_narrower_than_the_rank_has_no_arcs() -> None:
    assert list(all_arcs((3, 1, 3), 2)) == []


@pytest.mark.parametrize(
    ("arcs", "said"),
    [
        ([(0, 3)], "start in 0..2"),
        ([(3, 1)], "start in 0..2"),
        ([(0, 1), (1, 1), (2, 1)], "arrow"),
        ([(2, 2)], "cover the layers"),
    ],
)
def test_arcs_that_break_a_rule_are_refused(arcs: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        predict((1, 1, 1), [4.0], (), arcs)


def test_an_arc_knows_its_layers() -> None:
    assert Arc(2, 3).layers(3) == (2, 3, 0)
    assert Arc(2, 3).returns(3)
    assert not Arc(2, 2).returns(3)


def test_arcs_of_a_rank_that_no_point_has_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`rank` should be at most every width"):
        random_arcs((4, 2, 3), 3, np.random.default_rng(0))
