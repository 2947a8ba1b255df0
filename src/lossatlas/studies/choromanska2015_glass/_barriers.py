"""Passes between the minima of an instance: the exact levels, and what elastic bands reach."""

from math import inf
from typing import Any

import torch

from lossatlas.catalogue import Record
from lossatlas.critical import Enumeration
from lossatlas.surfaces import SpinGlass
from lossatlas.theory.kac_rice import barrier_bound
from lossatlas.topography import MorseGraph, band_graph, morse_graph

from ._glass import about
from ._judge import STUDY


def measure_barriers(glass: SpinGlass, found: Enumeration, name: str) -> list[Record]:
    """The graph of the descents from every saddle of index 1, and bands between all its minima.

    Args:
        glass: The instance.
        found: All its critical points.
        name: The instance's name.

    Returns:
        One record of kind "barrier", and one of kind "pair" for any two minima; levels are
        extensive.
    """
    graph = morse_graph(glass, found.points, found.index)
    minima = found.points[graph.minima]
    bands, _ = band_graph(glass, minima)
    common = {**about(glass), "instance": name}
    pairs = torch.combinations(torch.arange(len(minima))).tolist()
    records = [Record(STUDY, "barrier", {**common, **_walls(glass, graph)})]
    for a, b in pairs:
        told = {
            "first": a,
            "second": b,
            "minimax": graph.levels[a, b].item(),
            "band": bands.levels[a, b].item(),
        }
        records.append(Record(STUDY, "pair", {**common, **told}))
    return records


def _walls(glass: SpinGlass, graph: MorseGraph) -> dict[str, Any]:
    """How the minima hang together, and how deep the deepest one lies below its lowest way out."""
    heights = graph.energy[graph.minima]
    several = len(heights) > 1
    deepest = int(heights.argmin()) if len(heights) else 0
    return {
        "minima": len(heights),
        "passes": len(graph.saddles),
        "lost": graph.lost,
        "parts": len(heights) - len(graph.tree),
        "lowest": heights.min().item() / glass.size,
        "height": graph.escapes()[deepest].item() if several else inf,
        "bound": glass.size * barrier_bound(glass.order),
    }
