"""Candidates above the best known value, class by class: a minimum, and a bad one? In ball arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from jaxtyping import Bool, Float
from torch import Tensor

from lossatlas._types import Vector
from lossatlas.catalogue import Record
from lossatlas.critical import Lower, MinimumProof, NotCertified, prove_lower, prove_minimum
from lossatlas.surfaces import Perceptron

from ._certificates import claim, instance_name, instance_record, is_checked, lower_record
from ._classes import classes
from ._why import Why
from ._words import STUDY

NOT_TRIED = "the proofs went to larger classes"


@final
@dataclass(frozen=True, eq=False)
class Minimum:
    """A class of ends that pass for one minimum, and what is proved of its first end.

    Attributes:
        rows: The ends of the class.
        point: The first of them.
        passes: Whether it passes for a minimum, by estimates.
        proof: That a local minimum lies there, or why it is not proved; None where it was not tried.
        lower: That another point lies lower, or why not; None where the minimum is not proved.
    """

    rows: tuple[int, ...]
    point: Vector
    passes: bool
    proof: MinimumProof | NotCertified | None
    lower: Lower | NotCertified | None

    @property
    def why(self) -> Why:
        """What its ends are."""
        if not self.proof:
            tried = Why.NOT_TRIED if self.proof is None else Why.NOT_PROVED
            return tried if self.passes else Why.PLATEAU
        return Why.BAD_MINIMUM if self.lower else Why.NOT_LOWER

    @property
    def reason(self) -> str:
        """Why it is not proved to be a bad minimum; empty where it is."""
        if self.proof is None:
            return NOT_TRIED
        failed = self.proof if not self.proof else self.lower
        return failed.reason if isinstance(failed, NotCertified) else ""


def examine_classes(
    surface: Perceptron,
    points: Float[Tensor, "B P"],
    rows: Sequence[int],
    *,
    passes: Bool[Tensor, " B"],
    lowest: Vector,
    scale: float,
    most: int,
) -> list[Minimum]:
    """Prove the first end of each class of candidates.

    Args:
        surface: The network.
        points: All ends.
        rows: The candidates above the best known value.
        passes: Which ends pass for minima.
        lowest: The lowest end, whatever it is.
        scale: The unit of losses.
        most: Classes for which a proof is tried, the largest first.
    """
    if not rows:
        return []
    sorted_rows = classes(surface, points[list(rows)], scale=scale).values()
    members = [tuple(rows[i] for i in own) for own in sorted_rows]
    return [
        _examined(
            surface, own, points[own[0]], bool(passes[own[0]]), lowest if number < most else None
        )
        for number, own in enumerate(members)
    ]


def _examined(
    surface: Perceptron, rows: tuple[int, ...], w: Vector, passes: bool, lowest: Vector | None
) -> Minimum:
    if lowest is None:
        return Minimum(rows, w, passes, None, None)
    proof = prove_minimum(surface, w)
    if isinstance(proof, NotCertified):
        return Minimum(rows, w, passes, proof, None)
    return Minimum(rows, w, passes, proof, prove_lower(surface, proof, lowest))


def minimum_records(
    common: dict[str, Any],
    surface: Perceptron,
    minima: Sequence[Minimum],
    *,
    lowest: Vector,
    above: Float[Tensor, " B"],
) -> list[Record]:
    """A record of kind "point" for each class for which a proof was tried.

    Where one succeeded, they say what is certified, and the network and the lowest end are stored with
    them: what `lossatlas verify` needs.

    Args:
        common: What every record of the network says.
        surface: The network.
        minima: The classes.
        lowest: The lowest end.
        above: How far each end lies above the best known value.
    """
    name = instance_name(common)
    tried = [(number, one) for number, one in enumerate(minima) if one.proof is not None]
    points = [
        Record(
            STUDY,
            "point",
            {
                **common,
                **_told(number, one),
                **_certified(name, surface, one),
                "above": float(above[one.rows[0]]),
            },
            one.point.numpy(),
        )
        for number, one in tried
    ]
    if not is_checked(surface) or not any(one.proof for _, one in tried):
        return points
    return [instance_record(name, surface), lower_record(name, lowest), *points]


def _certified(name: str, surface: Perceptron, one: Minimum) -> dict[str, Any]:
    if not isinstance(one.proof, MinimumProof) or not is_checked(surface):
        return {"certified": False}
    return claim(name, one.proof)


def _told(number: int, one: Minimum) -> dict[str, Any]:
    proof, lower = one.proof, one.lower
    known = proof if isinstance(proof, MinimumProof) else None
    found = lower if isinstance(lower, Lower) else None
    return {
        "role": "class of ends",
        "minimum": number,
        "kind": "local minimum" if known else "undetermined",
        "ends": len(one.rows),
        "proved": known is not None,
        "bad": found is not None,
        "not_proved": one.reason,
        "strict": None if known is None else known.strict,
        "dead_units": None if known is None else known.dead_units,
        "kinks": None if known is None else known.kinks,
        "inert": None if known is None else known.inert,
        "symmetry": None if known is None else known.symmetry,
        "positive": None if known is None else known.positive,
        "argument": None if known is None else known.argument.value,
        "within": None if known is None else known.within,
        "radius": None if known is None else known.radius,
        "margin": None if known is None else known.margin,
        "loss_low": None if known is None else known.loss[0],
        "loss_high": None if known is None else known.loss[1],
        "lower_loss_high": None if found is None else found.loss[1],
        "gap": None if found is None else found.gap,
        "precision": None if known is None else known.precision,
    }
