"""C16 and C17: descent against annealing at equal budgets, and against weights of three values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np

from lossatlas.evidence import Check, Strength

from ._claims import (
    BEST_PRESET,
    BUDGETS_NEEDED,
    DIGITS_NEEDED,
    EVALUATIONS_NEEDED,
    LARGEST_DROP,
    LEVEL,
    PAIRS_NEEDED,
)
from ._rows import ANNEALING, DESCENT, FEW_VALUED, Row, Rows, by, column
from ._statistics import Difference, compare_with

MEASURED = Strength.MEASURED
_LOSSES = {"train_loss": "Training loss", "test_loss": "Test loss"}

Ranks: TypeAlias = tuple[tuple[str, float], ...]


@final
@dataclass(frozen=True, eq=False)
class Duel:
    """Networks of one width within one budget, by the best descent and the best annealing.

    Rows of both sides are paired. `rates` and `ranked` have the candidates of each side with their
    mean training losses, the best first.
    """

    width: int
    samples: int
    budget: int
    descents: tuple[Row, ...]
    best: tuple[Row, ...]
    rates: Ranks
    ranked: Ranks

    @property
    def where(self) -> str:
        """The duel in a sentence."""
        evaluations = self.descents[0]["evaluations"]
        return f"n1 = {self.width}, {self.samples} digits, {evaluations:.0f} evaluations"

    def difference(self, name: str, bound: float = 0.0, *, of_best: bool = False) -> Difference:
        """Descent minus annealing in an attribute, or the other way round, against a bound."""
        gap = column(self.descents, name) - column(self.best, name)
        return compare_with(-gap if of_best else gap, bound)


def duels(rows: Sequence[Row], method: str) -> list[Duel]:
    """Descent against a kind of annealing, wherever both stand on the same networks."""
    found = []
    groups = by(lambda row: (row["width"], row["samples"], row["budget"]), rows)
    for (width, samples, budget), own in sorted(groups.items()):
        sides = by(lambda row: row["method"], own)
        one, other = (_candidates(sides.get(name, ())) for name in (DESCENT, method))
        if not (one and other):
            continue
        common = set.intersection(*(set(candidate) for candidate in (*one, *other)))
        if not common:
            continue
        descents, annealed = (_ranked(side, sorted(common)) for side in (one, other))
        found.append(
            Duel(
                width,
                samples,
                budget,
                tuple(descents[0]),
                tuple(annealed[0]),
                _in_words(descents),
                _in_words(annealed),
            )
        )
    return found


def _candidates(rows: Sequence[Row]) -> list[Mapping[int, Row]]:
    """The networks of each candidate of a side, by their numbers."""
    places = by(lambda row: row["place"], rows).values()
    return [{row["network"]: row for row in own} for own in places]


def _ranked(candidates: Sequence[Mapping[int, Row]], common: Sequence[int]) -> list[list[Row]]:
    return sorted(([own[m] for m in common] for own in candidates), key=_mean_loss)


def _in_words(ranked: Sequence[Sequence[Row]]) -> Ranks:
    return tuple((own[0]["schedule"], _mean_loss(own)) for own in ranked)


def _mean_loss(rows: Sequence[Row]) -> float:
    """Infinite where a network is not finite, so that such a schedule comes last."""
    mean = float(column(rows, "train_loss").mean())
    return mean if np.isfinite(mean) else float("inf")


def check_annealing(rows: Rows) -> list[Check]:
    """C16: enough budgets, and at each of them descent that is certainly not worse."""
    fought = [
        duel
        for duel in duels(rows.comparisons, ANNEALING)
        if len(duel.best) >= PAIRS_NEEDED and duel.samples >= DIGITS_NEEDED
    ]
    budgets = Counter(duel.width for duel in fought)
    enough = Check.enough(
        f"Budgets with {PAIRS_NEEDED} pairs of networks on {DIGITS_NEEDED} digits at one width "
        f"({BEST_PRESET})",
        needed=BUDGETS_NEEDED,
        counted=max(budgets.values(), default=0),
        strength=MEASURED,
    )
    return [enough, *(_not_worse(duel, loss) for loss in _LOSSES for duel in fought)]


def _not_worse(duel: Duel, loss: str) -> Check:
    found = duel.difference(loss)
    passed = _certain(found)
    word = {True: "certainly below", False: "certainly above", None: "not certainly on a side of"}
    measured = f"{found.mean:.4g} ± {found.standard_error:.2g}"
    what = f"{_LOSSES[loss]} of the best descent minus that of the best annealing at {duel.where}"
    sentence = (
        f"{what}: {measured} over {found.pairs} pairs, {word[passed]} 0 (p = {found.below:.2g} and "
        f"{found.above:.2g})."
    )
    return Check(what, "below 0", measured, passed, sentence, found.pairs, MEASURED, LEVEL)


def _certain(found: Difference) -> bool | None:
    if found.below < LEVEL:
        return True
    return False if found.above < LEVEL else None


def check_few_values(rows: Rows) -> list[Check]:
    """C17: enough pairs, and a drop that is certainly below the bound."""
    fought = [duel for duel in duels(rows.comparisons, FEW_VALUED) if _is_long(duel)]
    enough = Check.enough(
        f"Networks annealed over three values at one width, on {DIGITS_NEEDED} digits with "
        f"{EVALUATIONS_NEEDED} evaluations ({BEST_PRESET})",
        needed=PAIRS_NEEDED,
        counted=max((len(duel.best) for duel in fought), default=0),
        strength=MEASURED,
    )
    return [enough, *(_drop(duel) for duel in fought if len(duel.best) >= PAIRS_NEEDED)]


def _is_long(duel: Duel) -> bool:
    """Too short an annealing says nothing of what three values can do."""
    spent = duel.best[0]["evaluations"]
    return duel.samples >= DIGITS_NEEDED and bool(spent >= EVALUATIONS_NEEDED)


def _drop(duel: Duel) -> Check:
    found = duel.difference("test_error", LARGEST_DROP, of_best=True)
    passed = _certain(found)
    word = {True: "certainly below", False: "certainly above", None: "not certainly on a side of"}
    measured = f"{found.mean:.2%} ± {found.standard_error:.2%}"
    what = f"Drop of the test accuracy with weights -1, 0, 1 at {duel.where}"
    sentence = (
        f"{what}: {measured} over {found.pairs} pairs, {word[passed]} {LARGEST_DROP:.1%} (test error "
        f"{column(duel.best, 'test_error').mean():.2%} against "
        f"{column(duel.descents, 'test_error').mean():.2%})."
    )
    return Check(
        what, f"below {LARGEST_DROP:.1%}", measured, passed, sentence, found.pairs, MEASURED,
        LARGEST_DROP,
    )  # fmt: skip


def annealing_notes(rows: Rows) -> list[str]:
    """What both sides reached at each budget, and how their candidates rank."""
    return [_duel_note(duel) for duel in duels(rows.comparisons, ANNEALING)]


def _duel_note(duel: Duel) -> str:
    rates, schedules = (
        "; ".join(f"{words}: {loss:.4g}" for words, loss in ranks)
        for ranks in (duel.rates, duel.ranked)
    )
    test = duel.difference("test_loss")
    return (
        f"{duel.where}, {len(duel.best)} pairs. Training loss of descent, the best first: {rates}. "
        f"Of annealing, {duel.best[0]['evaluations']:.0f} evaluations: {schedules}. Test losses of the "
        f"best {_mean(duel.descents)} and {_mean(duel.best)} (descent minus annealing {test.mean:+.3g} ± "
        f"{test.standard_error:.2g}), test errors {column(duel.descents, 'test_error').mean():.2%} and "
        f"{column(duel.best, 'test_error').mean():.2%}."
    )


def _mean(rows: Sequence[Row]) -> str:
    return f"{column(rows, 'test_loss').mean():.4g}"


def few_values_notes(rows: Rows) -> list[str]:
    """Schedules of the three-valued annealing; what rounding and k-means of trained weights cost."""
    annealed = [
        f"Three-valued annealing at {duel.where}: best schedule {duel.ranked[0][0]}, of "
        f"{len(duel.ranked)} tried."
        for duel in duels(rows.comparisons, FEW_VALUED)
    ]
    groups = by(lambda row: (row["width"], row["how"]), rows.few_values)
    return [*annealed, *(_replaced(width, how, own) for (width, how), own in groups.items())]


def _replaced(width: int, how: str, rows: Sequence[Row]) -> str:
    drops = {
        number: float((column(own, "test_error") - column(own, "error_before")).mean())
        for number, own in sorted(by(lambda row: row["values"], rows).items())
    }
    listed = ", ".join(f"{drop:+.2%} with {number}" for number, drop in drops.items())
    least = next((number for number, drop in drops.items() if drop < LARGEST_DROP), None)
    enough = f"{least} values lose less than" if least else "none of these keeps the loss below"
    name = {"rounded": "rounded to even values in [-1, 1]", "k-means": "by k-means in each layer"}
    return (
        f"n1 = {width}, trained weights {name.get(how, how)}: drop of the test accuracy {listed}; "
        f"{enough} {LARGEST_DROP:.1%}."
    )
