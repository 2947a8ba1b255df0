"""Descents of a deep linear network, each end classified and labelled.

An end tests a statement about losses only if its gradient fixes the loss: along an eigenvector with
eigenvalue lambda the loss may still change by g^2 / (2 |lambda|), and the sum of these must be below
the tolerance. At the end of a degenerate valley it is not.
"""

from dataclasses import dataclass
from typing import Any, final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.catalogue import Record
from lossatlas.critical import (
    Certificate,
    CriticalPoint,
    Descent,
    Kind,
    Status,
    certify,
    classify_batch,
    find,
)
from lossatlas.execution import torch_generator
from lossatlas.theory.deep_linear import Label, Unlabelled, label_on

from ._claims import VALUE_TOLERANCE
from ._instance import Instance, instance
from ._judge import STUDY
from ._pieces import DescentsPiece

NOT_ASKED = "not asked for"
_MOST_ENTRIES = 2**21


def descend(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Descend from a batch of random starts.

    Args:
        settings: A `DescentsPiece`.
        seed: The entropy of the starts.

    Returns:
        A record of kind "end" a descent, whatever came of it, with the point.
    """
    piece = DescentsPiece.model_validate(settings)
    network = instance(piece.data, piece.hidden)
    generator = torch_generator(seed)
    starts = draw_starts(network, generator, piece.number, piece.scales)
    method = Descent(max_plain=piece.plain_steps, max_newton=piece.newton_steps)
    found = find(network.surface, starts, method=method)
    ends = examine(network, found.points, generator)
    common = {**network.attributes(), "family": piece.family}
    return [
        Record(
            STUDY,
            "end",
            {
                **common,
                "run": piece.first + i,
                "iterations": int(found.iterations[i]),
                **_told(network, end),
                **_proof(network, end, asked=i < piece.proofs),
            },
            end.point.numpy(),
        )
        for i, end in enumerate(ends)
    ]


def draw_starts(
    network: Instance, generator: Generator, number: int, scales: tuple[float, float]
) -> Float[Tensor, "B P"]:
    """Random points of the surface, each times a factor drawn evenly on a logarithmic scale."""
    points = network.surface.random_point(generator, (number,))
    low, high = torch.tensor(scales, dtype=points.dtype).log()
    draws = torch.rand(number, 1, generator=generator, dtype=points.dtype)
    starts: Tensor = points * (low + (high - low) * draws).exp()
    return starts


@final
@dataclass(frozen=True, eq=False)
class End:
    """The end of a descent, with what classification and theory say of it.

    `value_error` is how far its loss may be from that of the critical point meant, in units of
    1/2 ||Y||^2; `named` is None where the end is not critical.
    """

    point: Float[Tensor, " P"]
    above: float
    value_error: float
    classified: CriticalPoint
    named: Label | Unlabelled | None

    @property
    def resolved(self) -> bool:
        """Whether the gradient fixes the loss to the tolerance."""
        return self.value_error <= VALUE_TOLERANCE

    @property
    def certified(self) -> bool:
        """Whether the end tests the claim: critical, resolved, and of a kind that was decided."""
        critical = self.classified.status is Status.CRITICAL
        return critical and self.resolved and self.classified.kind is not Kind.UNDETERMINED


def examine(network: Instance, points: Float[Tensor, "B P"], generator: Generator) -> list[End]:
    """Classify, resolve and label ends.

    Args:
        network: The network.
        points: Where descents ended.
        generator: Draws the directions in which lower points are looked for.
    """
    surface = network.surface
    classified = classify_batch(
        surface,
        points,
        global_value=network.global_value,
        tolerance=VALUE_TOLERANCE,
        generator=generator,
    )
    values, errors = spectra(network, points)
    above = network.above_global(surface.loss(points)).tolist()
    return [
        End(
            point=points[i],
            above=above[i],
            value_error=errors[i].item() / network.scale,
            classified=classified[i],
            named=_named(network, points[i], classified[i], values[i]),
        )
        for i in range(len(points))
    ]


def spectra(
    network: Instance, points: Float[Tensor, "B P"]
) -> tuple[Float[Tensor, "B P"], Float[Tensor, " B"]]:
    """The Hessians' eigenvalues, ascending, and sum_i g_i^2 / (2 |lambda_i|) over eigenvectors.

    Eigenvalues below rounding count as large as rounding. NaN where a point is not finite.
    """
    surface = network.surface
    values = torch.full_like(points, torch.nan)
    error = points.new_full((len(points),), torch.nan)
    finite = points.isfinite().all(-1).nonzero()[:, 0]
    for rows in finite.split(max(1, _MOST_ENTRIES // surface.dimension**2)):
        w = points[rows]
        values[rows], Q = torch.linalg.eigh(surface.hessian(w))
        along = (Q.mT @ surface.gradient(w)[..., None])[..., 0]
        size = torch.maximum(values[rows].abs(), surface.hessian_error(w)[:, None])
        error[rows] = (along.square() / size).sum(-1) / 2
    return values, error


def _named(
    network: Instance, w: Float[Tensor, " P"], point: CriticalPoint, values: Float[Tensor, " P"]
) -> Label | Unlabelled | None:
    if point.status is not Status.CRITICAL:
        return None
    weights = [W.numpy() for W in network.surface.weights(w)]
    return label_on(network.spectrum, weights, hessian_eigenvalues=values.numpy())


def _told(network: Instance, end: End) -> dict[str, Any]:
    point, named = end.classified, end.named
    label = "not critical" if named is None else "labelled" if named else "unlabelled"
    known = named if isinstance(named, Label) else None
    return {
        "loss": point.loss,
        "above": end.above,
        "gradient_norm": point.gradient_norm,
        "newton_step": point.newton_step,
        "status": point.status.value,
        "negative": int(point.inertia.negative),
        "undecided": int(point.inertia.undecided),
        "positive": int(point.inertia.positive),
        "kind": point.kind.value,
        "value_error": end.value_error,
        "resolved": end.resolved,
        "certified": end.certified,
        "label": label,
        "subset": None if known is None else " ".join(map(str, known.subset)),
        "predicted_kind": None if known is None else known.kind.value,
        "nullity": None if known is None else known.nullity,
        "orbit_dimension": network.surface.orbit_dimension(end.point) if named else None,
    }


def _proof(network: Instance, end: End, *, asked: bool) -> dict[str, Any]:
    """Whether the end is proved in ball arithmetic, or why not."""
    if not asked:
        return {"proved": False, "not_proved": NOT_ASKED}
    found = certify(network.surface, end.point)
    proved = isinstance(found, Certificate)
    return {"proved": proved, "not_proved": "" if isinstance(found, Certificate) else found.reason}
