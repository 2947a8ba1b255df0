"""From the critical points of a surface to the graph of its minima and passes."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.surfaces import AbstractSurface

from ._departures import departures
from ._lines import Flow, Lines, steepest_lines
from ._morse_graph import LOST, MorseGraph
from ._size import sizes

_SAME = 1e-6


def morse_graph(
    surface: AbstractSurface,
    points: Float[Tensor, "K P"],
    index: Int[Tensor, " K"] | Sequence[int],
    *,
    energy: Float[Tensor, " K"] | None = None,
    flow: Flow | None = None,
) -> MorseGraph:
    """Follow both descents from every index-1 point to the minima that they end in.

    Args:
        surface: The surface.
        points: Its critical points, all of them if levels are to be exact.
        index: The Morse index of each, on the tangent space.
        energy: What levels are measured in; `surface.loss` when not given. For a spin glass that is
            H; pass `surface.energy(points)` for levels per spin.
        flow: How to descend; with `record=True` the graph keeps the lines.

    Returns:
        The graph. A descent that settles at none of the points given, or nowhere, is lost: it is
        counted and joins nothing.

    Raises:
        ValueError: If the arguments do not fit together.

    Example:
        >>> import torch
        >>> from lossatlas import surfaces, topography
        >>> J = torch.diag(torch.tensor([1.0, 2.0, 4.0])).double()
        >>> surface = surfaces.SpinGlass.from_couplings(J)
        >>> points = torch.cat([torch.eye(3), -torch.eye(3)]).double() * 3**0.5
        >>> graph = topography.morse_graph(surface, points, [0, 1, 2, 0, 1, 2])
        >>> graph, round(graph.minimax(0, 3), 9), round(float(surface.loss(points[1])), 9)
        (MorseGraph(2 minima, 2 passes, connected), 3.464101615, 3.464101615)
    """
    index = torch.as_tensor(index, device=points.device)
    check_points(surface, points, index, energy)
    saddles = (index == 1).nonzero()[:, 0]
    starts = departures(surface, points[saddles], points).flatten(0, 1)
    lines = steepest_lines(surface, starts, flow=flow)
    minima = (index == 0).nonzero()[:, 0]
    return MorseGraph(
        energy=surface.loss(points) if energy is None else energy,
        index=index,
        saddles=saddles,
        ends=reached(surface, lines, points, minima).reshape(-1, 2),
        paths=_paired(whole(lines, points, saddles.repeat_interleave(2))),
    )


def reached(
    surface: AbstractSurface, lines: Lines, points: Float[Tensor, "K P"], rows: Int[Tensor, " M"]
) -> Int[Tensor, " B"]:
    """Which of the given rows each line settled at; -1 for none."""
    ends = torch.full((len(lines),), LOST, dtype=torch.int64, device=points.device)
    if not len(rows) or not len(lines):
        return ends
    exact = "donot_use_mm_for_euclid_dist"
    apart, nearest = torch.cdist(lines.ends, points[rows], compute_mode=exact).min(-1)
    arrived = lines.settled & (apart <= _SAME * sizes(surface, lines.ends))
    return torch.where(arrived, rows[nearest], ends)


def whole(
    lines: Lines, points: Float[Tensor, "K P"], starts: Int[Tensor, " B"]
) -> tuple[Float[Tensor, "_ P"], ...]:
    """The recorded ways, from the very point that each one leaves."""
    rows = starts.tolist()
    return tuple(
        torch.cat([points[row][None], path])
        for row, path in zip(rows, lines.paths, strict=bool(lines.paths))
    )


def _paired(paths: Sequence[Tensor]) -> tuple[tuple[Tensor, Tensor], ...]:
    return tuple((paths[i], paths[i + 1]) for i in range(0, len(paths), 2))


def check_points(
    surface: AbstractSurface, points: Tensor, index: Tensor, energy: Tensor | None = None
) -> None:
    """Refuse points that are not the surface's, or numbers that are not one a point."""
    if points.ndim != 2 or points.shape[-1] != surface.dimension:
        raise misuse(
            "points",
            should=f"have the shape (K, {surface.dimension})",
            got=tuple(points.shape),
            remedy="Stack the critical points as rows.",
        )
    for name, values in (("index", index), ("energy", energy)):
        if values is not None and values.shape != points.shape[:1]:
            raise misuse(
                name,
                should=f"hold a number for each of the {len(points)} points",
                got=f"shape {tuple(values.shape)}",
                remedy="Pass them in the order of the points.",
            )
    if not points.isfinite().all():
        raise misuse(
            "points",
            should="be finite",
            got="NaN or infinity",
            remedy="Leave out searches that did not converge.",
        )
