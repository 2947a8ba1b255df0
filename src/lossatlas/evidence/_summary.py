"""Many verdicts in one sentence."""

from collections.abc import Sequence

from ._ruling import Ruling
from ._verdict import Verdict

_VERBS = {
    Ruling.HOLDS: ("holds", "hold"),
    Ruling.FAILS: ("fails", "fail"),
    Ruling.UNDECIDED: ("is undecided", "are undecided"),
    Ruling.NOT_APPLICABLE: ("does not apply", "do not apply"),
}


def summarise(verdicts: Sequence[Verdict]) -> str:
    """What a whole ledger says, in one sentence computed from its rulings.

    Args:
        verdicts: The verdicts, in the order of the ledger.

    Returns:
        A sentence that counts the rulings, names every claim that does not hold, and says how
        many of the checks behind them are proofs.

    Example:
        >>> from lossatlas.evidence import Check, Claim, Strength, Verdict, summarise
        >>> claim = Claim("K1", "The loss is not convex.", "It bends both ways.", "Theorem", "Both")
        >>> check = Check.no_exception(
        ...     "points", exceptions=1, sample_size=9, strength=Strength.PROVED
        ... )
        >>> summarise([Verdict.judge(claim, "shapes", [check], seed=0)])
        'Of 1 claim, 1 fails (K1); its only check is proved.'
    """
    if not verdicts:
        return "No claim was judged."
    parts = [_part(ruling, verdicts) for ruling in Ruling]
    said = _listed([part for part in parts if part])
    noun = "claim" if len(verdicts) == 1 else "claims"
    return f"Of {len(verdicts)} {noun}, {said}; {_strengths(verdicts)}."


def _part(ruling: Ruling, verdicts: Sequence[Verdict]) -> str:
    ids = [verdict.claim.id for verdict in verdicts if verdict.ruling is ruling]
    if not ids:
        return ""
    named = "" if ruling is Ruling.HOLDS else f" ({', '.join(ids)})"
    count = "all" if len(ids) == len(verdicts) and len(ids) > 1 else str(len(ids))
    return f"{count} {_VERBS[ruling][len(ids) != 1]}{named}"


def _strengths(verdicts: Sequence[Verdict]) -> str:
    proved = sum(verdict.num_proved for verdict in verdicts)
    checks = sum(len(verdict.checks) for verdict in verdicts)
    if not checks:
        return "nothing was checked"
    if proved not in (0, checks):
        return f"{proved} of {checks} checks are proved, the others measured"
    noun = "its only check is" if checks == 1 else f"all {checks} checks are"
    return f"{noun} {'proved' if proved else 'measured'}"


def _listed(parts: Sequence[str]) -> str:
    """The parts with commas, and an "and" before the last."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
