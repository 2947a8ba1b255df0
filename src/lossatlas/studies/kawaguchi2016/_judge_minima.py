"""K1 and K2: curvature of both signs exists, and every certified minimum is global."""

from collections.abc import Iterable, Sequence

from lossatlas.evidence import Check, Strength

from ._claims import RUNS_NEEDED, VALUE_TOLERANCE
from ._rows import FOUND, Row, Rows, by, count, critical, network_of

MEASURED, PROVED = Strength.MEASURED, Strength.PROVED
SIGNS = ("positive", "negative")


def check_curvature(rows: Rows) -> list[Check]:
    """K1: a positive and a negative curvature on every network, beyond the rounding error."""
    checks = []
    for strength in (MEASURED, PROVED):
        shown = [row for row in rows.curvatures if row["strength"] == strength]
        if shown:
            checks += [_signed(shown, sign, strength) for sign in SIGNS]
    return checks


def curvature_notes(rows: Rows) -> list[str]:
    """The two points and two directions of the first network, with their numbers."""
    groups = list(by(network_of, rows.curvatures).items())
    if not groups:
        return []
    network, shown = groups[0]
    words = [f"v.H.v = {r['curvature']:.6g} at a point of loss {r['loss']:.6g}" for r in shown]
    return [f"{network}: " + " and ".join(words) + "."]


def check_minima(rows: Rows) -> list[Check]:
    """K2: enough runs on every network, and every certified minimum at the global value."""
    networks = by(network_of, rows.searched)
    return [_enough(networks.values()), *(_global(name, own) for name, own in networks.items())]


def minima_notes(rows: Rows) -> list[str]:
    """Where the runs ended, in numbers."""
    runs = rows.searched
    ends = [f"{len(own)} {status}" for status, own in by(lambda r: r["status"], runs).items()]
    open_ends = [row for row in critical(runs) if row["index"] == 0 and _unexplained(row)]
    words = [f"Of {len(runs)} runs, {', '.join(ends)}."] if runs else []
    if open_ends:
        words.append(
            f"{len(open_ends)} critical points without negative eigenvalue were neither certified "
            f"as minima nor left downhill; the highest lies "
            f"{max(row['global_distance'] for row in open_ends):.2e} of ½ ‖Y‖² above the "
            "global value."
        )
    return words


def _unexplained(row: Row) -> bool:
    return not row["certified_minimum"] and not row["descent"] < 0


def _signed(rows: Sequence[Row], sign: str, strength: Strength) -> Check:
    """Every network has an exhibit of the sign; the words give the range of the best ones."""
    networks = by(network_of, rows)
    best = [max((_margin(row, sign) for row in own), default=0.0) for own in networks.values()]
    how = "v.H.v over its rounding error" if strength is MEASURED else "exact v.H.v"
    return Check.no_exception(
        f"Networks show a point and a direction of {sign} curvature ({how}: {_range(best)})",
        exceptions=sum(not margin > 0 for margin in best),
        sample_size=len(networks),
        strength=strength,
    )


def _margin(row: Row, sign: str) -> float:
    """How far the curvature lies on the wanted side of zero; in units of its error if measured."""
    signed = row["curvature"] if sign == "positive" else -row["curvature"]
    if row["strength"] == PROVED:
        return float(signed)
    return float(signed / row["error"]) if signed > row["error"] else 0.0


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.3g} to {max(values):.3g}" if values else "none"


def _enough(networks: Iterable[Sequence[Row]]) -> Check:
    runs = [sum(row["role"] == role for row in own) for own in networks for role in FOUND]
    return Check.enough(
        "Searches, and as many descents, on every network",
        needed=RUNS_NEEDED,
        counted=min(runs, default=0),
        strength=MEASURED,
    )


def _global(network: str, rows: Sequence[Row]) -> Check:
    minima = [row for row in rows if row["certified_minimum"]]
    farthest = max((abs(row["global_distance"]) for row in minima), default=0.0)
    return Check.no_exception(
        f"Certified minima of {network} have the global value (farthest {farthest:.1e} away)",
        exceptions=count(minima, lambda row: not abs(row["global_distance"]) <= VALUE_TOLERANCE),
        sample_size=len(minima),
        strength=MEASURED,
        tolerance=VALUE_TOLERANCE,
    )
