"""A plane through a minimum, a strict saddle and a bad saddle of one network."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.evidence import Strength
from lossatlas.theory.deep_linear import balanced_point

from ._judge import STUDY
from ._network import Network, network_of
from ._settings import Piece

_MARGIN = 0.4


def cut(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """The loss on a grid of the plane through three balanced critical points.

    Args:
        settings: A `Piece`: `cells` cells a side.
        seed: Unused: the three points are the balanced ones.

    Returns:
        One record of kind "slice", the grid as its array, rows along the second axis.
    """
    del seed
    piece = Piece.model_validate(settings)
    network = network_of(piece)
    minimum, strict, bad = corners(network)
    x_axis = (bad - minimum) / (bad - minimum).norm()
    across = strict - minimum
    across = across - (across @ x_axis) * x_axis
    y_axis = across / across.norm()
    places = {
        name: ((point - minimum) @ x_axis, (point - minimum) @ y_axis)
        for name, point in (("minimum", minimum), ("strict", strict), ("bad", bad))
    }
    x, y = (_range([float(place[i]) for place in places.values()], piece.cells) for i in (0, 1))
    grid = minimum + x[None, :, None] * x_axis + y[:, None, None] * y_axis
    loss = network.surface.loss(grid) - network.global_value
    told = {
        **network.attributes(),
        "dimension": network.surface.dimension,
        "cells": piece.cells,
        "x_low": x[0].item(),
        "x_high": x[-1].item(),
        "y_low": y[0].item(),
        "y_high": y[-1].item(),
        "strength": Strength.MEASURED.value,
        **{f"{name}_x": float(place[0]) for name, place in places.items()},
        **{f"{name}_y": float(place[1]) for name, place in places.items()},
    }
    return [Record(STUDY, "slice", told, loss.flatten().numpy())]


def corners(network: Network) -> tuple[Tensor, Tensor, Tensor]:
    """A global minimum, a strict saddle that skipped the first eigenvalue, a bad saddle."""
    largest = min(*network.widths, network.instance.spectrum.target_rank)
    last = network.instance.spectrum.target_rank - 1
    return (
        _balanced(network, tuple(range(largest))),
        _balanced(network, (last,) if last else ()),
        _balanced(network, tuple(range(largest - 1))),
    )


def _balanced(network: Network, subset: tuple[int, ...]) -> Tensor:
    return network.point(balanced_point(*network.instance.compact, network.widths, subset))


def _range(places: list[float], cells: int) -> Tensor:
    """A line with all places on it and some room on both sides."""
    low, high = min(places), max(places)
    room = _MARGIN * (high - low)
    return torch.from_numpy(np.linspace(low - room, high + room, cells))
