"""Remarks that enter no ruling: data that break an assumption, and what still held on them."""

from collections.abc import Sequence

from ._claims import VALUE_TOLERANCE
from ._rows import Row, Rows, by, count, critical


def assumption_notes(rows: Rows) -> list[str]:
    """Each data choice with the assumptions that it breaks and their numbers."""
    return [
        note
        for data, own in by(lambda row: row["data"], rows.assumptions).items()
        if (note := _assumptions(data, own))
    ]


def _assumptions(data: str, rows: Sequence[Row]) -> str:
    broken = [row for row in rows if not row["holds"]]
    words = [
        f"{row['id']} ({row['statement']}): {row['number']:.3g} against {row['threshold']:.3g}; "
        f"{row['remark']}"
        for row in broken
    ]
    return f"On {data} an assumption is broken on purpose. {' '.join(words)}" if broken else ""


def broken_notes(rows: Rows) -> list[str]:
    """What the runs showed on data that break an assumption."""
    outside = [row for row in rows.found if not row["theorem"]]
    return [_seen(data, own) for data, own in by(lambda row: row["data"], outside).items()]


def _seen(data: str, rows: Sequence[Row]) -> str:
    minima = [row for row in rows if row["certified_minimum"]]
    ends = critical(rows)
    at_global = count(minima, lambda row: abs(row["global_distance"]) <= VALUE_TOLERANCE)
    on_list = count(ends, lambda row: row["value_distance"] <= VALUE_TOLERANCE)
    return (
        f"On {data}, outside the theorem: {at_global} of {len(minima)} certified minima had the "
        f"global value, {on_list} of {len(ends)} critical points lay on the list of values."
    )


def cross_entropy_notes(rows: Rows) -> list[str]:
    """What descents on the cross-entropy of the same networks showed."""
    return [
        _cross_entropy(data, own)
        for data, own in by(lambda row: row["data"], _seen_by(rows)).items()
    ]


def _seen_by(rows: Rows) -> list[Row]:
    return [row for row in rows.observations if row["criterion"] == "cross-entropy"]


def _cross_entropy(data: str, rows: Sequence[Row]) -> str:
    ends = ", ".join(
        f"{len(own)} {status}" for status, own in by(lambda r: r["status"], rows).items()
    )
    losses = [row["loss"] for row in rows]
    return (
        f"With cross-entropy in place of the squared error, of which the theorem does not speak, "
        f"{len(rows)} descents on {data} ended: {ends}; losses from {min(losses):.6g} to "
        f"{max(losses):.6g}; {count(rows, lambda row: row['index'] > 0)} ends had a negative "
        "eigenvalue."
    )
