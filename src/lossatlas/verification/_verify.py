"""Every certificate that a catalogue holds, proved again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, final

from ._complete import check_complete
from ._couplings import Couplings
from ._finding import Finding, refuted, undecided
from ._point import PointClaim
from ._read import Catalogue, Key, Row
from ._stored import Draw, check_stored, stored_draw


class _Beside(NamedTuple):
    """Records of a draw that its points need: complex roots, and lower points."""

    roots: Sequence[int]
    lower: Sequence[int]


@final
@dataclass(frozen=True)
class Statement:
    """One stored statement, and what the checker found.

    Attributes:
        study: The study that stored it.
        instance: The draw that it is about.
        kind: "point"; "minimum" or "bad minimum" of a network with an activation; or "complete": that
            the points are all there are.
        record: The number of its record in the file.
        finding: What the checker found.
        total: How many statements the catalogue holds, this one among them.
    """

    study: str
    instance: str
    kind: str
    record: int
    finding: Finding
    total: int


def verify_catalogue(path: str | Path) -> Iterator[Statement]:
    """Prove every stored certificate again, with python-flint and the standard library alone.

    Args:
        path: The catalogue's file, `atlas.db` in a run's folder. It may come from anywhere.

    Yields:
        Each stored statement with what was found, as it is found.

    Raises:
        UnreadableCatalogueError: If the file is no catalogue, or damaged.
    """
    catalogue = Catalogue(Path(path))
    try:
        yield from _verified(catalogue)
    finally:
        catalogue.close()


def _verified(catalogue: Catalogue) -> Iterator[Statement]:
    claimed = catalogue.claimed()
    points, roots, lower, draws = (
        _grouped(catalogue, *kinds)
        for kinds in (
            ("point", "construction"),
            ("complex roots",),
            ("lower point",),
            ("instance",),
        )
    )
    complete = {key for key, numbers in draws.items() if _says_complete(catalogue, numbers)}
    total = len(claimed) + len(complete)
    for key, numbers in draws.items():
        mine = [number for number in points.get(key, ()) if number in claimed]
        if not mine and key not in complete:
            continue
        for number in mine:
            del claimed[number]
        beside = _Beside(roots.get(key, ()), lower.get(key, ()))
        found = _instance(catalogue, numbers, mine, beside, key in complete)
        for kind, number, finding in found:
            yield Statement(key[0], str(key[1]), kind, number, finding, total)
    for number, study in claimed.items():
        finding = undecided("the draw that it belongs to is not stored")
        yield Statement(study, "", "point", number, finding, total)


def _grouped(catalogue: Catalogue, *kinds: str) -> dict[Key, list[int]]:
    groups: dict[Key, list[int]] = {}
    for kind in kinds:
        for number, key in catalogue.instances(kind):
            groups.setdefault(key, []).append(number)
    return groups


def _says_complete(catalogue: Catalogue, numbers: Sequence[int]) -> bool:
    rows = (_row(catalogue, number) for number in numbers)
    return any(row is None or row.attributes.get("complete") for row in rows)


def _row(catalogue: Catalogue, number: int) -> Row | None:
    try:
        return catalogue.row(number)
    except ValueError:
        return None


def _instance(
    catalogue: Catalogue,
    draws: Sequence[int],
    numbers: Sequence[int],
    beside: _Beside,
    says_complete: bool,
) -> Iterator[tuple[str, int, Finding]]:
    """The statements about one draw: kind, record and finding."""
    draw: Draw | Finding = undecided(f"{len(draws)} draws have its name")
    if len(draws) == 1:
        draw = stored_draw(_row(catalogue, draws[0]))
    lower = _row(catalogue, beside.lower[0]) if len(beside.lower) == 1 else None
    proved: list[tuple[Sequence[float], PointClaim]] = []
    for number in numbers:
        row = _row(catalogue, number)
        kind, finding, claim = check_stored(draw, row, lower)
        if finding and claim is not None and row is not None:
            proved.append((row.point, claim))
        yield kind, number, finding
    if not says_complete:
        return
    if isinstance(draw, Finding):
        finding = draw
    elif not isinstance(draw, Couplings):
        finding = undecided("a network's critical points are never all isolated")
    elif len(proved) < len(numbers):
        finding = undecided("not all of its points were proved again")
    else:
        finding = _complete(catalogue, draw, proved, beside.roots)
    yield "complete", draws[0], finding


def _complete(
    catalogue: Catalogue,
    T: Couplings,
    points: Sequence[tuple[Sequence[float], PointClaim]],
    numbers: Sequence[int],
) -> Finding:
    rows = [_row(catalogue, number) for number in numbers]
    if any(row is None or len(row.point) % (2 * T.size) for row in rows):
        return refuted("its complex roots are no list of complex numbers")
    values = [x for row in rows if row is not None for x in row.point]
    coordinates = [complex(re, im) for re, im in zip(values[::2], values[1::2], strict=True)]
    found = [coordinates[i : i + T.size] for i in range(0, len(coordinates), T.size)]
    return check_complete(T, points, found)
