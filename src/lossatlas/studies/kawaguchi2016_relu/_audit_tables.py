"""What was measured of the seven assumptions, before and after training, as tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lossatlas.evidence import Cell, Ruling, Table
from lossatlas.studies._share import Share

from ._assumption_words import MEASURES, Measure
from ._names import END, START
from ._numbers import NOTHING, listed, middle_and_range, spanned
from ._rows import Row, Rows, by, depth_in_words, of

_STAGES = (START, END)
_SPACE = "\N{NO-BREAK SPACE}"
_VERBS = {
    Ruling.HOLDS: "hold",
    Ruling.FAILS: "fail",
    Ruling.UNDECIDED: "undecided",
    Ruling.NOT_APPLICABLE: "not applicable",
}


class Reading(NamedTuple):
    """One number of one network's audit."""

    measured: float | None
    verdict: Ruling
    under: float
    tolerance: float


def audit_tables(rows: Rows) -> tuple[Table, ...]:
    """For each data set what was measured, and the same by depth."""
    families = by("family", rows.audits)
    return tuple(
        make(family, own) for make in (_measured, _by_depth) for family, own in families.items()
    )


def readings(rows: Iterable[Row], measure: Measure) -> list[Reading]:
    """What the audits of an assumption have for one of its numbers."""
    found = []
    for row in of(rows, assumption=measure.assumption):
        places = [k for k in (1, 2) if row.get(f"number_{k}") == measure.statistic]
        found += [
            Reading(
                row[f"measured_{k}"],
                Ruling(row[f"verdict_{k}"]),
                row[f"under_{k}"],
                row[f"tolerance_{k}"],
            )
            for k in places
        ]
    return found


def _measured(family: str, rows: Sequence[Row]) -> Table:
    networks = len({(row["hidden_layers"], row["seed"]) for row in rows})
    return Table(
        f"audits-{family}",
        f"What was measured: networks on {family}",
        f"The median over {networks} networks of all depths (lowest to highest), before and after training. "
        f"A verdict is that of all networks, or, where a count stands behind the number, of so many: most, by "
        f"a 95 % interval; 'mixed' says that there is no such majority. A dash stands where a number "
        f"does not change, or is its own measure. {_asides(rows)}".strip(),
        "Other data, widths and ways to train may give other numbers.",
        (
            "assumption and number", "about", "true within", "at the start", "verdict at the start",
            "at the end", "verdict at the end",
        ),
        tuple(_row(measure, rows) for measure in MEASURES),
    )  # fmt: skip


def _asides(rows: Sequence[Row]) -> str:
    """How many values weights were rounded to, and how many independent pixels there are."""
    told = [
        f"{assumption} rounds the weights to {spanned(values)} values"
        for assumption in ("A2p", "A3p")
        if (values := _details(rows, assumption, "values"))
    ]
    if pixels := _details(rows, "A6u", "independent_inputs"):
        told.append(f"the pixels vary like {spanned(pixels)} independent ones")
    return f"{listed(told)}." if told else ""


def _details(rows: Sequence[Row], assumption: str, name: str) -> list[float]:
    own = of(rows, assumption=assumption)
    return [float(row[name]) for row in own if row.get(name) is not None]


def _row(measure: Measure, rows: Sequence[Row]) -> tuple[Cell, ...]:
    own = of(rows, assumption=measure.assumption)
    cells: list[Cell] = []
    for stage in _STAGES:
        found = readings(of(own, stage=stage), measure)
        cells += _cells(found) if stage in measure.stages else [NOTHING, NOTHING]
    return (_named(measure), measure.subject.value, _true(readings(own, measure)), *cells)


def _named(measure: Measure) -> str:
    return f"{measure.assumption}: {measure.name}"


def _true(found: Sequence[Reading]) -> str:
    if not found:
        return NOTHING
    return f"{found[0].under:g}{_SPACE}±{_SPACE}{found[0].tolerance:g}"


def _cells(found: Sequence[Reading]) -> list[Cell]:
    """The number, and the verdict of most networks where there is one."""
    if not found:
        return ["not measured", NOTHING]
    number = middle_and_range(r.measured for r in found if r.measured is not None)
    counts = Counter(reading.verdict for reading in found)
    (ruling, most), *_ = counts.most_common()
    if Share(most, len(found)).interval[0] > 0.5:
        return [number if len(counts) == 1 else f"{number}; {most} of {len(found)}", ruling]
    if len(counts) == 1:
        return [number, f"{most} of {len(found)} {_VERBS[ruling]}"]
    told = ", ".join(f"{count} {_VERBS[one]}" for one, count in counts.most_common())
    return [number, f"mixed: {told}"]


def _by_depth(family: str, rows: Sequence[Row]) -> Table:
    depths = sorted({row["hidden_layers"] for row in rows})
    return Table(
        f"audits-by-depth-{family}",
        f"The same by depth: networks on {family}",
        "The median over networks, before → after training, for each number of hidden layers.",
        "Networks of different depth have the same width, so that the deeper ones are larger.",
        ("assumption and number", "true within", *map(depth_in_words, depths)),
        tuple(_depth_row(measure, rows, depths) for measure in MEASURES),
    )


def _depth_row(measure: Measure, rows: Sequence[Row], depths: Sequence[int]) -> tuple[Cell, ...]:
    own = of(rows, assumption=measure.assumption)
    cells = [
        " → ".join(
            _median(readings(of(own, stage=stage, hidden_layers=depth), measure))
            for stage in measure.stages
        )
        for depth in depths
    ]
    return (_named(measure), _true(readings(own, measure)), *cells)


def _median(found: Sequence[Reading]) -> str:
    return middle_and_range(r.measured for r in found if r.measured is not None).partition(" (")[0]
