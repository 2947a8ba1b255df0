"""Ends of descents taken on to the critical point, counted, and held against the semicircle."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from lossatlas.catalogue import Record
from lossatlas.critical import Certificate, ModeFollowing, NotCertified, certify_batch, find
from lossatlas.surfaces import SpinGlass
from lossatlas.theory.kac_rice import bulk
from lossatlas.theory.random_matrix import semicircle_distribution

from ._glass import about, eigenvalues, signs
from ._judge import STUDY
from ._proofs import instance_record, point_record

_ITERATIONS = 60


def finish(
    glass: SpinGlass, ends: Float[Tensor, "R N"], disorder: int, *, certified: bool = False
) -> list[Record]:
    """Newton's method from each end, reflected so that it seeks minima, and what stands there.

    Args:
        glass: The instance.
        ends: Where descents ended.
        disorder: The instance's number.
        certified: Whether minima are to be proved, and kept with the instance for others to check.

    Returns:
        A record of kind "minimum" an end, whatever came of it, with the point; and of kind
        "spectrum" where it is critical of index 0, with the eigenvalues. Where asked for, the
        records of the proofs.
    """
    found = find(glass, ends, method=ModeFollowing(0, max_iterations=_ITERATIONS))
    values, error = eigenvalues(glass, found.points)
    proofs = certify_batch(glass, found.points) if certified else [None] * len(found)
    told = [
        {
            **about(glass),
            "disorder": disorder,
            "run": i,
            "energy": found.loss[i].item() / glass.size,
            "status": found.status[i].value,
            "gradient_norm": found.gradient_norm[i].item(),
            "newton_step": found.newton_step[i].item(),
            "index": negative,
            "undecided": undecided,
            "lowest": values[i, 0].item(),
            "certified": isinstance(proof, Certificate) and proof.index == 0,
        }
        for i, ((negative, undecided), proof) in enumerate(
            zip(signs(values, error), proofs, strict=True)
        )
    ]
    minima = [
        Record(STUDY, "minimum", t, w.numpy()) for t, w in zip(told, found.points, strict=True)
    ]
    at_minima = [i for i, t in enumerate(told) if t["status"] == "critical" and t["index"] == 0]
    spectra = [_spectrum(told[i], values[i].numpy()) for i in at_minima]
    return (
        minima + spectra + _kept(glass, found.points, proofs, f"descents {glass.size}/{disorder}")
    )


def _kept(
    glass: SpinGlass,
    points: Float[Tensor, "R N"],
    proofs: Sequence[Certificate | NotCertified | None],
    name: str,
) -> list[Record]:
    """The instance and the proofs, those of one point once."""
    records: list[Record] = []
    proved: list[Certificate] = []
    for w, proof in zip(points, proofs, strict=True):
        if isinstance(proof, Certificate) and not any(_same(proof, other) for other in proved):
            proved.append(proof)
            records.append(point_record(glass, name, w, index=proof.index, proof=proof))
    return [instance_record(glass, name, complete=False), *records] if records else []


def _same(one: Certificate, other: Certificate) -> bool:
    """Whether two certificates speak of one point: then it lies where each is alone."""
    apart = float(torch.linalg.vector_norm(one.point - other.point))
    return apart < min(one.alone_within, other.alone_within)


def _spectrum(told: dict[str, Any], values: Float[ndarray, " k"]) -> Record:
    energy, order, size = told["energy"], told["order"], told["size"]
    centre, radius = bulk(energy, order, size)
    kept = {k: told[k] for k in ("order", "size", "threshold", "disorder", "run", "energy")}
    shown = {"centre": centre, "radius": radius, "distance": distance(values, centre, radius)}
    return Record(STUDY, "spectrum", {**kept, **shown}, values)


def distance(values: Sequence[float] | ndarray, centre: float, radius: float) -> float:
    """The Kolmogorov-Smirnov distance of eigenvalues, ascending, from a semicircle."""
    law = semicircle_distribution(np.sort(np.asarray(values)), centre=centre, radius=radius)
    steps = np.arange(len(law) + 1) / len(law)
    return float(max(np.max(steps[1:] - law), np.max(law - steps[:-1])))
