"""The index of the training loss where training stops.

Up to the width 50 the Hessian is formed in float64 and looked at whole: its negative eigenvalues,
counted under several cuts, and its certified inertia, which needs none. Wider networks get two
numbers: the share of eigenvalues below the cut by stochastic Lanczos quadrature, with a standard
error over the probes, and a certified lower bound, since by Cauchy's interlacing a principal block
has no more negative eigenvalues than the whole.
"""

from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.curvature import hessian
from lossatlas.execution import torch_generator
from lossatlas.linalg import inertia, spectral_density
from lossatlas.surfaces import Perceptron

from ._claims import CUT, CUTS
from ._judge import STUDY
from ._networks import about
from ._pieces import IndexPiece
from ._problem import make_problem
from ._rows import column_of_cut
from ._training import settle, train_group

# Unit vectors that are multiplied at a time.
_COLUMNS = 64


def measure(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Train networks and look at the Hessian where they end.

    Args:
        settings: An `IndexPiece`.
        seed: The entropy of the estimates' probes and blocks.

    Returns:
        A record of kind "index" a network, "index settled" after more steps, whose array has its
        negative eigenvalues; or one of kind "index estimate".
    """
    piece = IndexPiece.model_validate(settings)
    group = train_group(piece.networks)
    surface = make_problem(piece.networks.protocol, piece.networks.width, precision="float64").train
    generator = torch_generator(seed)
    ends = group.trained
    if piece.settling:
        ends = settle(group, piece.networks, steps=piece.settling)
    return [
        _record(piece, surface, told, w, generator)
        for told, w in zip(about(piece.networks, group), ends.points.double(), strict=True)
    ]


def _record(
    piece: IndexPiece,
    surface: Perceptron,
    told: dict[str, Any],
    w: Float[Tensor, " P"],
    generator: torch.Generator,
) -> Record:
    """What the Hessian says at a point, with the loss and the gradient there."""
    gradient = float(surface.gradient(w).norm())
    there = {**told, "train_loss": float(surface.loss(w)), "gradient_norm": gradient}
    if piece.exact:
        counts, negative = exact_index(surface, w)
        kind = "index settled" if piece.settling else "index"
        return Record(STUDY, kind, {**there, **counts}, negative)
    estimate = estimated_index(
        surface, w, generator, probes=piece.probes, steps=piece.steps, block=piece.block
    )
    return Record(STUDY, "index estimate", {**there, **estimate})


def exact_index(
    surface: Perceptron, w: Float[Tensor, " P"]
) -> tuple[dict[str, Any], Float[ndarray, " k"]]:
    """Certified counts, counts under the cuts, and the negative eigenvalues, ascending.

    A Hessian that is not finite is wholly undecided and has no eigenvalues; its counts are None.
    """
    H = surface.hessian(w)
    certain = inertia(H, error=surface.hessian_error(w))
    counts: dict[str, Any] = {
        "negative": int(certain.negative),
        "undecided": int(certain.undecided),
        "positive": int(certain.positive),
        "shift": float(certain.shift),
    }
    if not H.isfinite().all():
        return {
            **counts,
            "lowest": float("nan"),
            **dict.fromkeys(map(column_of_cut, CUTS)),
        }, np.empty(0)
    values = torch.linalg.eigvalsh(H).numpy()
    below = {column_of_cut(cut): int((values < -cut).sum()) for cut in CUTS}
    return {**counts, "lowest": float(values[0]), **below}, values[values < 0]


def estimated_index(
    surface: Perceptron,
    w: Float[Tensor, " P"],
    generator: torch.Generator,
    *,
    probes: int,
    steps: int,
    block: int,
) -> dict[str, Any]:
    """The share of eigenvalues below the cut, estimated, and a certified lower bound of the index."""
    operator = hessian(surface, w)
    shares = [
        float(spectral_density(operator, generator, num_steps=steps, num_runs=1).mass_below(-CUT))
        for _ in range(probes)
    ]
    size = min(block, surface.dimension)
    part = principal_block(
        surface, w, torch.randperm(surface.dimension, generator=generator)[:size]
    )
    certain = inertia(part, error=surface.hessian_error(w))
    return {
        "share": float(np.mean(shares)),
        "standard_error": float(np.std(shares, ddof=1) / len(shares) ** 0.5),
        "probes": probes,
        "steps": steps,
        "block": size,
        "at_least": int(certain.negative),
    }


def principal_block(
    surface: Perceptron, w: Float[Tensor, " P"], places: Tensor
) -> Float[Tensor, "k k"]:
    """The rows and columns of the Hessian that belong to some parameters."""
    rows = []
    for some in places.split(_COLUMNS):
        units = torch.zeros(len(some), surface.dimension, dtype=w.dtype)
        units[torch.arange(len(some)), some] = 1.0
        rows.append(surface.hvp(w, units)[:, places])
    H = torch.cat(rows)
    symmetric: Tensor = (H + H.T) / 2
    return symmetric
