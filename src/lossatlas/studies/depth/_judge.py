"""D1: where the descents of linear networks ended, depth by depth."""

from collections.abc import Sequence

from lossatlas.evidence import Check, Strength, Verdict
from lossatlas.studies._share import Share
from lossatlas.theory.deep_linear import Kind

from ._claims import (
    BEST_PRESET,
    CERTIFIED_SHARE_NEEDED,
    D1,
    DEPTHS,
    DESCENTS_NEEDED,
    VALUE_TOLERANCE,
)
from ._notes import network_notes
from ._rows import Row, Rows, by, depth_in_words

STUDY = "depth"
MEASURED = Strength.MEASURED
GLOBAL = Kind.GLOBAL_MINIMUM.value


def judge_rows(rows: Rows, *, seed: int) -> tuple[Verdict, ...]:
    """The verdict on the one claim."""
    notes = [*end_notes(rows), *network_notes(rows)]
    return (Verdict.judge(D1, STUDY, check_ends(rows), seed=seed, notes=notes),)


def check_ends(rows: Rows) -> list[Check]:
    """Enough certified descents at every depth; none of them above the global value."""
    ends = [row for row in rows.ends if row["theorem"]]
    depths = by("hidden_layers", ends)
    return [
        Check.enough(
            f"Numbers of hidden layers, of {', '.join(map(str, DEPTHS))}, with at least "
            f"{DESCENTS_NEEDED} descents, {CERTIFIED_SHARE_NEEDED:.0%} of them certified "
            f"({BEST_PRESET})",
            needed=len(DEPTHS),
            counted=sum(_is_enough(depths.get(depth, [])) for depth in DEPTHS),
            strength=MEASURED,
        ),
        *(check for depth, own in depths.items() for check in _at_depth(depth, own)),
    ]


def _is_enough(rows: Sequence[Row]) -> bool:
    needed = max(DESCENTS_NEEDED, len(rows)) * CERTIFIED_SHARE_NEEDED
    return len(rows) >= DESCENTS_NEEDED and sum(row["certified"] for row in rows) >= needed


def _at_depth(depth: int, rows: Sequence[Row]) -> list[Check]:
    certified = [row for row in rows if row["certified"]]
    labelled = [row for row in certified if row["label"] == "labelled"]
    farthest = max((row["above"] for row in certified), default=0.0)
    words = depth_in_words(depth)
    checks = [
        Check.no_exception(
            f"{words}: certified ends have the global value (highest {farthest:.1e} above)",
            exceptions=sum(not abs(row["above"]) <= VALUE_TOLERANCE for row in certified),
            sample_size=len(certified),
            strength=MEASURED,
            tolerance=VALUE_TOLERANCE,
        )
    ]
    if labelled:
        checks.append(
            Check.no_exception(
                f"{words}: certified ends that the theory labels are global minima by their label",
                exceptions=sum(row["predicted_kind"] != GLOBAL for row in labelled),
                sample_size=len(labelled),
                strength=MEASURED,
            )
        )
    return checks


def end_notes(rows: Rows) -> list[str]:
    """The three shares at every depth, and how much of it was proved."""
    return [
        f"{family}: " + "; ".join(_shares(its) for its in by("hidden_layers", own).values()) + "."
        for family, own in by("family", rows.ends).items()
    ] + _proved(rows.ends)


def _shares(rows: Sequence[Row]) -> str:
    total = len(rows)
    high = [row for row in rows if not abs(row["above"]) <= VALUE_TOLERANCE]
    above = sum(row["certified"] for row in high)
    rest = [row for row in rows if not row["certified"]]
    open_and_high = len(high) - above
    return (
        f"{rows[0]['architecture']} ({rows[0]['parameters']} weights), certified above the global "
        f"value {Share(above, total)}, not certified {Share(len(rest), total)}{_words(rest)}, of "
        f"which {open_and_high} above it"
    )


def _words(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    reasons = by("reason", [{"reason": _why(row)} for row in rows])
    return " (" + ", ".join(f"{len(own)} {reason}" for reason, own in reasons.items()) + ")"


def _why(row: Row) -> str:
    if row["status"] != "critical":
        return str(row["status"])
    return "of undetermined kind" if row["resolved"] else "not resolved"


def _proved(rows: Sequence[Row]) -> list[str]:
    asked = [row for row in rows if row["proved"] or row["not_proved"] != "not asked for"]
    if not asked:
        return []
    return [
        f"{sum(row['proved'] for row in asked)} of {len(asked)} ends for which it was asked are "
        "proved critical in ball arithmetic, with their index."
    ]
