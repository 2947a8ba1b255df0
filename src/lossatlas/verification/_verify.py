"""Every certificate that a catalogue holds, proved again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any, final

from ._complete import check_complete
from ._couplings import Couplings
from ._finding import Finding, refuted, undecided
from ._network import Network
from ._network_point import NetworkClaim, check_network_point
from ._point import PointClaim, check_point
from ._read import Catalogue, Key, Row


@final
@dataclass(frozen=True)
class Statement:
    """One stored statement, and what the checker found.

    Attributes:
        study: The study that stored it.
        instance: The draw that it is about.
        kind: "point", or "complete": that the points are all there are.
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
    points, roots, draws = (
        _grouped(catalogue, kind) for kind in ("point", "complex roots", "instance")
    )
    complete = {key for key, numbers in draws.items() if _says_complete(catalogue, numbers)}
    total = len(claimed) + len(complete)
    for key, numbers in draws.items():
        mine = [number for number in points.get(key, ()) if number in claimed]
        if not mine and key not in complete:
            continue
        for number in mine:
            del claimed[number]
        found = _instance(catalogue, numbers, mine, roots.get(key, ()), key in complete)
        for kind, number, finding in found:
            yield Statement(key[0], str(key[1]), kind, number, finding, total)
    for number, study in claimed.items():
        finding = undecided("the draw that it belongs to is not stored")
        yield Statement(study, "", "point", number, finding, total)


def _grouped(catalogue: Catalogue, kind: str) -> dict[Key, list[int]]:
    groups: dict[Key, list[int]] = {}
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
    roots: Sequence[int],
    says_complete: bool,
) -> Iterator[tuple[str, int, Finding]]:
    """The statements about one draw: kind, record and finding."""
    draw = _draw(catalogue, draws)
    proved: list[tuple[Sequence[float], PointClaim]] = []
    for number in numbers:
        finding, claim, w = _point(draw, _row(catalogue, number))
        if finding and isinstance(claim, PointClaim):
            proved.append((w, claim))
        yield "point", number, finding
    if not says_complete:
        return
    if isinstance(draw, Finding):
        finding = draw
    elif isinstance(draw, Network):
        finding = undecided("a network's critical points are never all isolated")
    elif len(proved) < len(numbers):
        finding = undecided("not all of its points were proved again")
    else:
        finding = _complete(catalogue, draw, proved, roots)
    yield "complete", draws[0], finding


def _draw(catalogue: Catalogue, draws: Sequence[int]) -> Couplings | Network | Finding:
    if len(draws) != 1:
        return undecided(f"{len(draws)} draws have its name")
    row = _row(catalogue, draws[0])
    if row is None:
        return refuted("its draw's numbers are no list of float64")
    about = row.attributes
    try:
        if about.get("surface") == "spin glass":
            return Couplings(_integer(about, "order"), _integer(about, "size"), row.point)
        if about.get("surface") == "deep linear":
            samples = _integer(about, "samples")
            divisor = samples if about.get("reduction") == "mean" else 1
            return Network(_widths(about.get("widths")), samples, row.point, divisor=divisor)
    except ValueError as error:
        return undecided(f"its draw cannot be checked: {error}")
    return undecided("its draw is not one that the checker knows")


def _point(
    draw: Couplings | Network | Finding, row: Row | None
) -> tuple[Finding, PointClaim | NetworkClaim | None, Sequence[float]]:
    """What is found of a point, with what it claims and where it is."""
    if isinstance(draw, Finding):
        return draw, None, ()
    if row is None:
        return refuted("its record is not one of a certified point"), None, ()
    try:
        if isinstance(draw, Network):
            index, nullity = (_integer(row.attributes, name) for name in ("index", "nullity"))
            network_claim = NetworkClaim(index, nullity, *_bounds(row.attributes, "loss"))
            return check_network_point(draw, row.point, network_claim), network_claim, row.point
        index = _integer(row.attributes, "index")
        claim = PointClaim(index, *_bounds(row.attributes, "energy"))
        return check_point(draw, row.point, claim), claim, row.point
    except ValueError as error:
        return refuted(f"its record is none of a certified point: {error}"), None, ()


def _integer(attributes: dict[str, Any], name: str) -> int:
    value = attributes.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} is no integer")
    return value


def _bounds(attributes: dict[str, Any], of: str) -> tuple[float, float, float, float]:
    """The floats of a claim; what is none becomes not-a-number, which no claim may hold."""
    names = (f"{of}_low", f"{of}_high", "radius", "alone_within")
    numbers = [attributes.get(name) for name in names]
    low, high, radius, alone = (x if isinstance(x, float) else nan for x in numbers)
    return low, high, radius, alone


def _widths(text: object) -> list[int]:
    if not isinstance(text, str) or len(text) > 100:
        raise ValueError("its widths are none of a network")
    return [int(part) for part in text.split(",")]


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
