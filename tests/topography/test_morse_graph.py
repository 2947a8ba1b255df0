"""The graph of passes: exact minimax levels, their laws, and what a lost edge does to them."""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from torch import Tensor

from lossatlas.evidence import directions
from lossatlas.surfaces import SpinGlass
from lossatlas.topography import Flow, MorseGraph, morse_graph

Enumerated = Callable[[int, int, int], Any]
Joined = Callable[[int, int, int], MorseGraph]
INSTANCES = [(3, 3, 0), (3, 3, 1), (3, 4, 1), (3, 5, 0), (3, 5, 1), (3, 6, 5), (4, 3, 0), (2, 5, 0)]


def test_a_two_spin_has_two_minima_and_one_level(
    two_spin: tuple[SpinGlass, Tensor, Tensor],
) -> None:
    graph = morse_graph(*two_spin)
    assert repr(graph) == "MorseGraph(2 minima, 2 passes, connected)"
    assert graph.minima.tolist() == [0, 3]
    assert sorted(graph.ends.flatten().tolist()) == [0, 0, 3, 3]
    # H = 3^{-1/2} (sum lambda_i w_i^2), so that the levels are sqrt(3) lambda_i.
    assert graph.minimax(0, 3) == pytest.approx(2 * 3**0.5)
    assert graph.escapes().tolist() == pytest.approx([3**0.5] * 2)
    assert graph.euler == 2


def test_the_lines_of_a_two_spin_are_great_circles(
    two_spin: tuple[SpinGlass, Tensor, Tensor],
) -> None:
    surface, points, index = two_spin
    graph = morse_graph(surface, points, index, flow=Flow(record=True))
    for number, pair in enumerate(graph.paths):
        for path, end in zip(pair, graph.ends[number].tolist(), strict=True):
            assert torch.equal(path[0], points[int(graph.saddles[number])])
            assert torch.allclose(path[-1], points[end])
            assert path[:, 2].abs().max() < 1e-9  # in the plane of e_1 and e_2


@pytest.mark.parametrize("instance", INSTANCES)
def test_every_pass_is_left_to_two_minima_and_joins_all(
    enumerated: Enumerated, joined: Joined, instance: tuple[int, int, int]
) -> None:
    (surface, found), graph = enumerated(*instance), joined(*instance)
    assert graph.lost == 0
    assert graph.connected
    assert graph.euler == found.euler == 1 + (-1) ** (surface.size - 1)
    assert (graph.index[graph.ends] == 0).all()
    assert (graph.energy[graph.ends] < graph.energy[graph.saddles][:, None]).all()


@pytest.mark.parametrize("instance", INSTANCES)
def test_levels_are_an_ultrametric_above_both_minima(
    enumerated: Enumerated, joined: Joined, instance: tuple[int, int, int]
) -> None:
    _, found = enumerated(*instance)
    graph = replace(joined(*instance), energy=found.energy)
    levels, own = graph.levels, found.energy[graph.minima]
    assert torch.equal(levels, levels.T)
    assert torch.equal(levels.diagonal(), own)
    triangle = torch.maximum(levels[:, :, None], levels[None]) - levels[:, None]
    assert (triangle >= 0).all()
    apart = ~torch.eye(len(own), dtype=torch.bool)
    # The mountain-pass inequality: no way is lower than the lowest pass, nor than its ends.
    assert (levels >= found.energy[found.index == 1].min())[apart].all()
    assert (graph.barriers()[apart] > 0).all()
    assert len(graph.tree) == len(own) - 1


def _flooded(surface: SpinGlass, minima: Tensor) -> np.ndarray[Any, Any]:
    """Minimax levels on a grid of directions: cells rise in order, and join their neighbours."""
    rows, columns = 121, 240
    grid = np.array(directions(rows, columns))
    energy = surface.loss(torch.from_numpy(grid * 3**0.5)).numpy()
    energy[0], energy[-1] = energy[0].mean(), energy[-1].mean()
    cell = [np.unravel_index((grid @ m.numpy()).argmax(), energy.shape) for m in minima]
    parent = np.arange(rows * columns)

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    # A pole is one cell.
    parent[:columns], parent[-columns:] = 0, rows * columns - columns
    number = [int(np.ravel_multi_index(c, energy.shape)) for c in cell]
    levels = np.full((len(minima),) * 2, inf)
    wet = np.zeros(rows * columns, bool)
    for i in energy.ravel().argsort():
        wet[i] = True
        row, column = divmod(int(i), columns)
        for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            j = r * columns + c % columns
            if 0 <= r < rows and wet[j] and find(j) != find(i):
                parent[find(j)] = find(i)
                names = [find(n) if wet[n] else -1 - k for k, n in enumerate(number)]
                same = np.equal.outer(names, names) & ~np.isfinite(levels)
                levels[same] = energy.flat[i]
    return levels


@pytest.mark.parametrize("seed", [0, 2])
def test_flooding_the_sphere_cell_by_cell_gives_the_same_levels(
    enumerated: Enumerated, joined: Joined, seed: int
) -> None:
    (surface, found), graph = enumerated(3, 3, seed), joined(3, 3, seed)
    levels = _flooded(surface, found.points[graph.minima])
    apart = ~np.eye(len(levels), dtype=bool)
    # A pass is met within a cell of it, where the energy is flat: second order in 1.5 degrees.
    assert np.abs(graph.levels.numpy() - levels)[apart].max() < 0.01


@pytest.mark.parametrize("instance", [(3, 4, 1), (3, 5, 1), (3, 6, 5)])
def test_a_lost_edge_raises_a_level_and_lowers_none(
    joined: Joined, instance: tuple[int, int, int]
) -> None:
    graph = joined(*instance)
    for merge in graph.tree:
        ends = graph.ends.clone()
        ends[graph.saddles == merge.saddle, 0] = -1
        planted = replace(graph, ends=ends)
        assert planted.lost == 1
        assert (planted.levels >= graph.levels).all()
        assert planted.minimax(merge.deeper, merge.other) > merge.level


def _random_graph(data: st.DataObject) -> MorseGraph:
    num_minima, num_saddles = data.draw(st.integers(1, 7)), data.draw(st.integers(0, 10))
    level = st.floats(0, 1, allow_nan=False)
    heights = data.draw(st.lists(level, min_size=num_saddles, max_size=num_saddles))
    rows = st.integers(-1, num_minima - 1)
    ends = data.draw(st.lists(st.tuples(rows, rows), min_size=num_saddles, max_size=num_saddles))
    depths = data.draw(st.lists(st.floats(-2, -0.1), min_size=num_minima, max_size=num_minima))
    energy = torch.tensor([*depths, *heights], dtype=torch.float64)
    index = torch.tensor([0] * num_minima + [1] * num_saddles)
    saddles = num_minima + torch.arange(num_saddles)
    return MorseGraph(energy, index, saddles, torch.tensor(ends).long().reshape(-1, 2))


@given(st.data())
def test_kruskal_agrees_with_the_shortest_way_in_the_sense_of_maxima(data: st.DataObject) -> None:
    graph = _random_graph(data)
    num = len(graph.minima)
    levels = np.full((num, num), inf)
    np.fill_diagonal(levels, graph.energy[:num].numpy())
    for saddle, (a, b) in zip(graph.saddles.tolist(), graph.ends.tolist(), strict=True):
        if min(a, b) >= 0 and a != b:
            levels[a, b] = levels[b, a] = min(levels[a, b], float(graph.energy[saddle]))
    for k in range(num):
        levels = np.minimum(levels, np.maximum(levels[:, [k]], levels[[k]]))
    assert np.array_equal(graph.levels.numpy(), levels)
    assert graph.connected == bool(np.isfinite(levels).all())
    assert sorted(m.level for m in graph.tree) == [m.level for m in graph.tree]


def test_what_nothing_joins_is_infinitely_far() -> None:
    none = torch.empty(0, dtype=torch.int64)
    graph = MorseGraph(torch.tensor([-1.0, -2.0]), torch.tensor([0, 0]), none, none.reshape(0, 2))
    assert graph.minimax(0, 1) == inf
    assert not graph.connected
    assert repr(graph) == "MorseGraph(2 minima, 0 passes, not connected)"
    assert graph.escapes().tolist() == [inf, inf]


def test_a_pass_whose_minimum_is_not_listed_is_counted_as_lost(enumerated: Enumerated) -> None:
    surface, found = enumerated(3, 4, 1)
    deepest = int(found.energy.argmin())
    keep = torch.arange(len(found)) != deepest
    graph = morse_graph(surface, found.points[keep], found.index[keep])
    assert graph.lost > 0
    assert "lost" in repr(graph)
    assert graph.euler == found.euler - 1


def test_a_row_that_is_no_minimum_is_refused(two_spin: tuple[SpinGlass, Tensor, Tensor]) -> None:
    graph = morse_graph(*two_spin)
    with pytest.raises(ValueError, match=r"`b` should be the row of a minimum\. Got 1"):
        graph.minimax(0, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"index": [0, 1]}, "`index` should hold a number for each of the 6 points"),
        pytest.param(
            {"energy": torch.zeros(5).double()},
            "`energy` should hold a number for each",
            marks=pytest.mark.unhooked,
        ),
        ({"points": torch.zeros(6, 4).double()}, "`points` should have the shape"),
        ({"points": torch.full((6, 3), torch.nan).double()}, "`points` should be finite"),
    ],
)
def test_what_does_not_fit_is_refused(
    two_spin: tuple[SpinGlass, Tensor, Tensor], wrong: dict[str, Any], said: str
) -> None:
    surface, points, index = two_spin
    arguments = {"points": points, "index": index, **wrong}
    with pytest.raises(ValueError, match=said):
        morse_graph(surface, **arguments)
