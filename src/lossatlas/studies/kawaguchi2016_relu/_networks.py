"""Networks followed through training: their paths, their audits, their spectra, few distinct weights."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas import audits
from lossatlas.audits import Audit
from lossatlas.catalogue import Record
from lossatlas.theory import relu_paths

from ._course import Checkpoint, Group
from ._few_values import few_values
from ._looks import Matrices, look
from ._names import END, START, STUDY, stage
from ._pieces import CoursePiece
from ._spectra import spectral_looks

_SAMPLED_PATHS = 4096
_DETAILS = {
    "values s": "values",
    "independent inputs": "independent_inputs",
    "paths to one output": "paths",
}
"""What a record keeps of an audit's details, and under which name."""


def follow(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Train networks of one shape and look at them on the way.

    Args:
        settings: A `CoursePiece`.
        seed: Not used: every network has its own.

    Returns:
        For each network and checkpoint a record of kind "checkpoint"; of kind "audit" for each
        assumption at the start and the end, and for some networks at every checkpoint; "spectrum" at
        the start and the end; "few values" at the end for each number of values; and for the network
        that is shown the rates of sampled paths ("rates") and the dependence of gates on each input
        ("dependence").
    """
    piece = CoursePiece.model_validate(settings)
    numbers = range(piece.first, piece.first + piece.number)
    group = Group.of(piece.data, piece.training, piece.hidden, base=piece.base, numbers=numbers)
    course = list(group.course(piece.checkpoints))
    return [record for m in range(len(numbers)) for record in _of_network(piece, group, course, m)]


def about(piece: CoursePiece, group: Group, m: int) -> dict[str, Any]:
    """What every record of a network says of it."""
    return {
        "family": piece.family,
        "hidden_layers": piece.hidden_layers,
        "width": piece.width,
        "architecture": "-".join(map(str, group.surface.widths)),
        "network": group.numbers[m],
        "seed": int(group.seeds[m]),
    }


def _of_network(
    piece: CoursePiece, group: Group, course: Sequence[Checkpoint], m: int
) -> Iterator[Record]:
    X, Y = group.samples(piece.samples)
    told = about(piece, group, m)
    finite = [bool(point.points[m].isfinite().all()) for point in course]
    for checkpoint, good in zip(course, finite, strict=True):
        found = look(group.weights(checkpoint.points, m), X, Y) if good else {}
        losses = {"digits": group.digits, **_losses(checkpoint, m)}
        where = {**told, "epoch": checkpoint.epoch, "stage": stage(checkpoint.epoch, piece)}
        yield Record(STUDY, "checkpoint", {**where, **losses, "finite": good, **found})
    if not all(finite):
        # a network that blew up stays in the catalogue as it is, and has nothing to audit
        return
    ends = {START: course[0].points, END: course[-1].points}
    yield from _audits(piece, group, course, m, X, Y)
    for name, points in ends.items():
        weights = group.weights(points, m)
        looks = spectral_looks(weights, noise=piece.noise, entropy=(piece.noise,))
        yield Record(STUDY, "spectrum", {**told, "stage": name, **looks})
        if piece.shown and m == 0:
            yield from _exhibits({**told, "stage": name}, weights, X)
    for found in few_values(group.weights(ends[END], m), X, piece.values):
        yield Record(STUDY, "few values", {**told, **found})


def _losses(checkpoint: Checkpoint, m: int) -> dict[str, float]:
    return {
        "train_loss": float(checkpoint.train_loss[m]),
        "test_loss": float(checkpoint.test_loss[m]),
        "linear_loss": float(checkpoint.linear[m]),
        "train_right": float(checkpoint.train_right[m]),
        "test_right": float(checkpoint.test_right[m]),
    }


def _audits(
    piece: CoursePiece,
    group: Group,
    course: Sequence[Checkpoint],
    m: int,
    X: Float[ndarray, "n d"],
    Y: Float[ndarray, "n c"],
) -> Iterator[Record]:
    """The audits of one network, all from one call: what the samples decide is computed once."""
    chosen = list(course) if m < piece.followed else [course[0], course[-1]]
    found = audits.along(
        [group.weights(checkpoint.points, m) for checkpoint in chosen],
        X,
        Y,
        seed=int(group.seeds[m] % 2**32),
        max_samples=len(X),
    )
    for checkpoint, report in zip(chosen, found, strict=True):
        where = {"epoch": checkpoint.epoch, "stage": stage(checkpoint.epoch, piece)}
        for audit in report:
            yield Record(STUDY, "audit", {**about(piece, group, m), **where, **_told(audit)})


def _told(audit: Audit) -> dict[str, Any]:
    part = audit.deciding
    low, high = (None, None) if part is None or part.interval is None else part.interval
    return {
        "assumption": audit.assumption,
        "statistic": audit.statistic,
        "under": audit.under,
        "tolerance": None if part is None else part.tolerance,
        "measured": audit.measured,
        "low": low,
        "high": high,
        "test": audit.test,
        "p_value": audit.p_value,
        "verdict": audit.verdict.value,
        "sentence": audit.sentence,
        **_numbers(audit),
        **{
            column: audit.details[name]
            for name, column in _DETAILS.items()
            if name in audit.details
        },
    }


def _numbers(audit: Audit) -> dict[str, Any]:
    """Every number of an audit, also those that do not decide."""
    return {
        f"{name}_{k}": value
        for k, part in enumerate(audit.parts, start=1)
        for name, value in (
            ("number", part.statistic),
            ("measured", part.measured),
            ("under", part.under),
            ("tolerance", part.tolerance),
            ("verdict", part.verdict.value),
        )
    }


def _exhibits(
    told: dict[str, Any], weights: Matrices, X: Float[ndarray, "n d"]
) -> Iterator[Record]:
    found = relu_paths.statistics(weights, X)
    rng = np.random.default_rng(0)
    rates = relu_paths.sample(weights, _SAMPLED_PATHS, rng).rates(relu_paths.gates(weights, X))
    drawn = {"rho": found.rho, "paths": _SAMPLED_PATHS, "samples": len(X)}
    yield Record(STUDY, "rates", {**told, **drawn}, rates)
    dependence = np.asarray(found.input_dependence, dtype=float)
    yield Record(STUDY, "dependence", {**told, "independent": 1 / len(X)}, dependence)
