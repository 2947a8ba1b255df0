"""What trained networks lose when their weights are replaced by few values."""

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from lossatlas.catalogue import Record

from ._judge import STUDY
from ._networks import about
from ._pieces import FewValuesPiece
from ._quantise import clustered, rounded
from ._training import Group, train_group


def replace_weights(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """Train networks and replace their weights by few values.

    Args:
        settings: A `FewValuesPiece`.
        seed: Not used: nothing is random beside the networks.

    Returns:
        A record of kind "few values" for each network, way of replacing and number of values.
    """
    piece = FewValuesPiece.model_validate(settings)
    group = train_group(piece.networks)
    before = group.problem.errors(group.trained.points, test=True)
    told = [
        {**one, "error_before": error}
        for one, error in zip(about(piece.networks, group), before.tolist(), strict=True)
    ]
    return [
        Record(STUDY, "few values", {**one, **after})
        for how, number, points in _replacements(group, piece.numbers)
        for one, after in zip(told, _there(group, points, how, number), strict=True)
    ]


def _replacements(group: Group, numbers: tuple[int, ...]) -> Iterator[tuple[str, int, Tensor]]:
    points = group.trained.points
    for number in numbers:
        yield "rounded", number, rounded(points, number)
        yield "k-means", number, clustered(group.problem.train, points, number)


def _there(group: Group, points: Tensor, how: str, number: int) -> list[dict[str, Any]]:
    train, test = (group.problem.errors(points, test=which).tolist() for which in (False, True))
    common = {"how": how, "values": number}
    return [
        {**common, "train_error": one, "test_error": other}
        for one, other in zip(train, test, strict=True)
    ]
