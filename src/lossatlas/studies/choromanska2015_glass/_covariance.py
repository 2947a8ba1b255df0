"""The covariance of the Hamiltonian over independent couplings, at pairs of chosen overlap."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.catalogue import Record
from lossatlas.execution import torch_generator
from lossatlas.surfaces import SpinGlass

from ._glass import about
from ._judge import STUDY
from ._pieces import CovariancePiece
from ._statistics import clustered_mean

OVERLAPS = (-1.0, -0.6, 0.0, 0.5, 0.9, 1.0)
_PAIRS = 4


def covary(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Sample H(s) H(t) over independent couplings.

    Args:
        settings: A `CovariancePiece`.
        seed: The entropy of couplings and points.

    Returns:
        A record of kind "covariance" an overlap R: the mean of H(s) H(t), which is predicted to be
        N R^p, with its standard error over couplings.
    """
    piece = CovariancePiece.model_validate(settings)
    generator = torch_generator(seed)
    products = []
    for _ in range(piece.instances):
        glass = SpinGlass(piece.order, piece.size, generator=generator)
        s, t = draw_pairs(glass, generator)
        H = glass.loss(torch.stack([s, t]))  # (2, overlaps, pairs)
        products.append(H.prod(0).mean(-1))
    by_overlap = torch.stack(products, dim=-1)
    return [
        _record(glass, overlap, values)
        for overlap, values in zip(OVERLAPS, by_overlap, strict=True)
    ]


def draw_pairs(
    glass: SpinGlass, generator: Generator
) -> tuple[Float[Tensor, "V K N"], Float[Tensor, "V K N"]]:
    """Uniform pairs on the sphere, V overlaps and K pairs of each; the overlap is exact."""
    s = glass.random_point(generator, (len(OVERLAPS), _PAIRS))
    v = glass.manifold.project(s, torch.randn(s.shape, generator=generator, dtype=s.dtype))
    v *= glass.size**0.5 / torch.linalg.vector_norm(v, dim=-1, keepdim=True)
    R = torch.tensor(OVERLAPS, dtype=s.dtype)[:, None, None]
    return s, R * s + (1 - R.square()).sqrt() * v


def _record(glass: SpinGlass, overlap: float, values: Float[Tensor, " D"]) -> Record:
    mean = clustered_mean(values.tolist(), range(len(values)))
    told = {
        **about(glass),
        "overlap": overlap,
        "instances": len(values),
        "pairs": _PAIRS,
        "mean": mean.value,
        "standard_error": mean.standard_error,
        "predicted": glass.size * overlap**glass.order,
    }
    return Record(STUDY, "covariance", told)
