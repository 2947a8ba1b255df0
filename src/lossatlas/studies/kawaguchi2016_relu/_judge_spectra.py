"""G2: weight matrices against noise at the start; what training does to them, in both readings."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from lossatlas.evidence import Check, Ruling, Strength, Table
from lossatlas.studies._share import Share

from ._claims import BEST_PRESET, LEVEL, MATRICES_NEEDED, STANDARD_ERRORS
from ._names import END, START
from ._numbers import middle_and_range, with_interval
from ._rows import Row, Rows, by, of

MEASURED = Strength.MEASURED


def check_spectra(rows: Rows) -> list[Check]:
    """At the start, on each data set: enough matrices, no more rejections than chance, no neighbours."""
    families = by("family", of(rows.spectra, stage=START))
    counted = [len(p_values(own)) for own in families.values()]
    return [
        Check.enough(
            "Weight matrices of untrained networks, on the data set that has fewest",
            needed=MATRICES_NEEDED,
            counted=min(counted, default=0),
            strength=MEASURED,
        ),
        *(check for family, own in families.items() for check in _of_family(family, own)),
    ]


def p_values(rows: Sequence[Row]) -> list[float]:
    """Those of all matrices of all networks."""
    return [float(row[f"p_{k}"]) for row in rows for k in range(1, row["matrices"] + 1)]


def rejected(rows: Sequence[Row]) -> Share:
    """The share of matrices that are further from the law than noise."""
    found = p_values(rows)
    return Share(sum(p <= LEVEL for p in found), len(found))


def _of_family(family: str, rows: Sequence[Row]) -> list[Check]:
    share = rejected(rows)
    passed = share.interval[0] <= LEVEL if share.total else None
    word = {True: "as noise has", False: "more than noise has", None: "which is open"}[passed]
    what = f"{family}, at the start: matrices further from the law than 95 % of fresh noise"
    sentence = f"{what}: {with_interval(share)}, {word} ({LEVEL:.0%})."
    mean, error = _mean(rows)
    return [
        Check(
            what,
            f"{LEVEL:.0%}",
            with_interval(share),
            passed,
            sentence,
            share.total,
            MEASURED,
            LEVEL,
        ),
        Check.within(
            f"{family}, at the start: mean rank correlation of incoming and outgoing weights",
            predicted=0.0,
            measured=mean,
            tolerance=STANDARD_ERRORS * error,
            sample_size=len(rows),
            strength=MEASURED,
        ),
    ]


def _mean(rows: Sequence[Row]) -> tuple[float, float]:
    """The mean over networks of their neighbours' correlation, with its standard error."""
    found = np.array([row["neighbours"] for row in rows], dtype=float)
    error = float(np.std(found, ddof=1)) / sqrt(len(found)) if len(found) > 1 else np.nan
    return float(found.mean()) if len(found) else np.nan, error


def spectrum_notes(rows: Rows) -> list[str]:
    """What the audits say of weights and of inputs."""
    notes = [note for id in ("random weights", "random inputs") if (note := _audited(rows, id))]
    notes.append(
        "The start is noise by construction: what is tested there is that the law describes matrices "
        "of this size, and that the measurement finds nothing where nothing is."
    )
    if sum(len(p_values(own)) for own in (of(rows.spectra, stage=START),)) < MATRICES_NEEDED:
        notes.append(f"This run has too few matrices to judge; {BEST_PRESET}.")
    return notes


def spectrum_tables(rows: Rows) -> tuple[Table, ...]:
    """For each data set the start and the end."""
    if not rows.spectra:
        return ()
    lines = [
        (
            f"{family}, at the {stage}",
            with_interval(rejected(chosen)),
            middle_and_range(row["largest_ks"] for row in chosen),
            mean_in_words(chosen),
        )
        for family, own in by("family", rows.spectra).items()
        for stage in (START, END)
        if (chosen := of(own, stage=stage))
    ]
    return (
        Table(
            "spectra",
            "Matrices of weights against noise, before and after training",
            "How many matrices are further from the law of Marchenko and Pastur than 95 % of fresh noise of "
            "their shape, with a 95 % interval (noise: 5 %); the largest KS distance of a network, the median "
            "(lowest to highest); and the rank correlation of the sizes of a unit's incoming and outgoing "
            "weights, a mean over networks with its standard error (noise: 0).",
            "Small matrices of noise are off the law too, which is why each is held against noise of its "
            "shape. A spectrum does not see every kind of order.",
            ("networks", "matrices beyond noise", "largest KS distance", "neighbouring layers"),
            tuple(lines),
        ),
    )


def mean_in_words(rows: Sequence[Row]) -> str:
    """The mean correlation of neighbouring layers with its standard error."""
    mean, error = _mean(rows)
    return f"{mean:.2g} ± {error:.2g}"


def _audited(rows: Rows, assumption: str) -> str:
    """What the audits of one reading say, at the start and at the end."""
    reading = {
        "random weights": "As summaries of the paper have it, random and independent weights",
        "random inputs": "As the paper has it, random and independent inputs",
    }[assumption]
    told = []
    for stage in (START, END):
        found = of(rows.audits, stage=stage, assumption=assumption)
        counts = {r: sum(row["verdict"] == r.value for row in found) for r in Ruling}
        words = ", ".join(f"{ruling.value} {count}" for ruling, count in counts.items() if count)
        if found:
            told.append(f"at the {stage} {words} of {len(found)} networks")
    return f"{reading}, by its audit: {'; '.join(told)}." if told else ""
