"""G2: weight matrices against noise at the start; what training does to them, in both readings."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from lossatlas.evidence import Check, Ruling, Strength
from lossatlas.studies._share import Share

from ._claims import BEST_PRESET, LEVEL, MATRICES_NEEDED, STANDARD_ERRORS
from ._names import END, START
from ._rows import Row, Rows, by, of

MEASURED = Strength.MEASURED


def check_spectra(rows: Rows) -> list[Check]:
    """At the start, on each data set: enough matrices, no more rejections than chance, no neighbours."""
    families = by("family", of(rows.spectra, stage=START))
    counted = [len(p_values(own)) for own in families.values()]
    return [
        Check.enough(
            f"Weight matrices of the data set that has fewest ({BEST_PRESET})",
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
    what = f"{family}, at the start: matrices further from the law than noise"
    sentence = f"{what}: {share}, {word} ({LEVEL:.0%})."
    mean, error = _mean(rows)
    return [
        Check(what, f"{LEVEL:.0%}", str(share), passed, sentence, share.total, MEASURED, LEVEL),
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
    """The departure, and what the audits say of weights and of inputs."""
    notes = []
    for family, own in by("family", rows.spectra).items():
        start, end = (of(own, stage=stage) for stage in (START, END))
        if start and end:
            (a, _), (b, error) = _mean(start), _mean(end)
            distances = [
                float(np.median([row["largest_ks"] for row in part])) for part in (start, end)
            ]
            notes.append(
                f"{family}: in training the share of matrices further from the law than noise goes from "
                f"{rejected(start)} to {rejected(end)}, the largest KS distance of a network from "
                f"{distances[0]:.3g} to {distances[1]:.3g} (medians), the correlation of neighbouring "
                f"layers from {a:.3g} to {b:.3g} (standard error {error:.2g})."
            )
    notes += [note for id in ("random weights", "random inputs") if (note := _audited(rows, id))]
    notes.append(
        "The start is noise by construction: what is tested there is that the law describes matrices "
        "of this size, and that the measurement finds nothing where nothing is."
    )
    return notes


def _audited(rows: Rows, assumption: str) -> str:
    """What the audits of one reading say, at the start and at the end."""
    reading = {
        "random weights": "The digest's reading, random and independent weights",
        "random inputs": "The paper's reading, random and independent inputs",
    }[assumption]
    told = []
    for stage in (START, END):
        found = of(rows.audits, stage=stage, assumption=assumption)
        counts = {r: sum(row["verdict"] == r.value for row in found) for r in Ruling}
        words = ", ".join(f"{ruling.value} {count}" for ruling, count in counts.items() if count)
        if found:
            told.append(f"at the {stage} {words} of {len(found)} networks")
    return f"{reading}, by its audit: {'; '.join(told)}." if told else ""
