"""A2p: a network with few distinct weights predicts the same.

All weights together are rounded to s values (k-means on the line), s = Lambda, the number of distinct
weights that the theory gives the spin glass; where the network is no sum over paths, and has no Lambda,
the square root of the number of weights. The number that decides is the share of samples whose
prediction changes: the largest output, or the sign of a single one. It is measured twice, as rounding
leaves the values and after they were trained (`_retrained.py`). The assumption says that there is such
a network, so either will do: the smaller share decides. The smallest s that still predicts the same is
looked for among halves of Lambda, both ways.
"""

from dataclasses import dataclass, field
from math import sqrt
from typing import Any, final

import numpy as np
from jaxtyping import Int
from numpy import ndarray

from lossatlas.evidence import Ruling

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part
from ._few_values import FewValues, few_values, halvings, num_levels, predictions
from ._network import Network
from ._retrained import changed_by_retrained

TOLERANCE = 0.01
"""Of the share of predictions that change."""

_NORMAL = 1.959963984540054
_TOGETHER = 2  # numbers of values that are trained in one batch, below the one that decides


def audit_redundancy(
    network: Network, correct: Int[ndarray, " n"] | None, groups: Int[ndarray, " n"]
) -> Audit:
    """Audit A2p.

    Args:
        network: The network.
        correct: The class of each sample where it is known.
        groups: The samples' groups: the even and the odd ones are the halves of retraining.
    """
    search = _Search(network, groups)
    levels, total, n = num_levels(network), len(network.parameters), len(search.before)
    rounded = search.changed(levels)
    least = search.least(levels)
    retrained, least_retrained = search.retrained(levels, least)
    parts = [_part("retrained", retrained, n)] if retrained is not None else []
    parts.append(_part("rounded", rounded, n))
    details: dict[str, Any] = {"values s": levels, "weights N": total, "s/N": levels / total}
    details |= {"changed by rounding": rounded / n}
    details |= {"changed after retraining": None if retrained is None else retrained / n}
    for how, found in (("", least), (" after retraining", least_retrained)):
        if found is not None:
            details |= {f"least s{how}": found, f"least s/N{how}": found / total}
    if correct is not None:
        outputs = network.predict(search.few(levels).flat)
        right = (float(np.mean(p == correct)) for p in (search.before, predictions(outputs)))
        details |= dict(zip(("accuracy", "accuracy with s values"), right, strict=True))
    sentence = _sentence(parts[0], levels, total, (rounded, retrained, n))
    sentence += _least_in_words(levels, least, least_retrained)
    if len(np.unique(search.before)) == 1 and n > 1:
        sentence += " It gives all samples the same answer, which is easily kept."
    return Audit(ASSUMPTIONS["A2p"], tuple(parts), parts[0].verdict, sentence, details=details)


@final
@dataclass(frozen=True, eq=False)
class _Search:
    """How many answers change with s values, each s rounded once."""

    network: Network
    groups: Int[ndarray, " n"]
    _few: dict[int, FewValues] = field(default_factory=dict)
    _changed: dict[int, int] = field(default_factory=dict)

    @property
    def before(self) -> Int[ndarray, " n"]:
        return predictions(self.network.outputs)

    def few(self, levels: int) -> FewValues:
        if levels not in self._few:
            self._few[levels] = few_values(self.network.parameters, levels)
        return self._few[levels]

    def changed(self, levels: int) -> int:
        """As rounding leaves the values."""
        if levels not in self._changed:
            outputs = self.network.predict(self.few(levels).flat)
            self._changed[levels] = int((predictions(outputs) != self.before).sum())
        return self._changed[levels]

    def least(self, levels: int) -> int | None:
        """The last of levels, levels/2, ... down to which no more than 1 % change."""
        found = None
        for fewer in halvings(levels):
            if not self._same(self.changed(fewer)):
                break
            found = fewer
        return found

    def retrained(self, levels: int, least: int | None) -> tuple[int | None, int | None]:
        """The changed answers with values that were trained, and the least s with them.

        What rounding alone does counts as well, so neither is worse than without training.
        """
        below = [s for s in halvings(levels) if s < (least or levels)]
        # where rounding alone fails, fewer values are of interest only if training mends that
        soon = below[:_TOGETHER] if least else []
        tried = self._train([levels, *soon] if self.changed(levels) else soon)
        if tried is None:
            return None, None
        changed = tried.get(levels, 0)
        if not self._same(changed):
            return changed, None
        found = least or levels
        for k, fewer in enumerate(below):
            if fewer not in tried:
                tried |= self._train(below[k : k + _TOGETHER]) or {}
            if not self._same(tried.get(fewer, len(self.groups))):
                break
            found = fewer
        return changed, found

    def _train(self, levels: list[int]) -> dict[int, int] | None:
        """The changed answers with each number of values; None where none can be trained."""
        masks = changed_by_retrained(self.network, [self.few(s) for s in levels], self.groups)
        if any(mask is None for mask in masks):
            return None
        counts = [int(mask.sum()) for mask in masks if mask is not None]
        return {s: min(c, self.changed(s)) for s, c in zip(levels, counts, strict=True)}

    def _same(self, changed: int) -> bool:
        return changed <= TOLERANCE * len(self.groups)


def _part(how: str, changed: int, n: int) -> Part:
    name = f"share of predictions that change, {how}"
    return Part(name, 0.0, TOLERANCE, changed / n, *wilson(changed, n))


def _sentence(part: Part, levels: int, total: int, counts: tuple[int, int | None, int]) -> str:
    rounded, retrained, n = counts
    word = {
        Ruling.HOLDS: "so few values are enough",
        Ruling.FAILS: "so the fine differences between weights matter",
        Ruling.UNDECIDED: "and these samples do not settle whether that is more than one in a hundred",
    }[part.verdict]
    trained = ""
    if retrained is not None and rounded:
        trained = f", and {retrained / n:.1%} once the values are retrained"
    return (
        f"With its {total:,} weights rounded to {levels:,} values the network changes {rounded / n:.1%} "
        f"of its answers{trained}, {word}."
    )


def _least_in_words(levels: int, least: int | None, retrained: int | None) -> str:
    if least is not None and least < levels:
        more = f", {retrained:,} retrained ones too" if retrained and retrained < least else ""
        return f" Even {least:,} values change at most one answer in a hundred{more}."
    if retrained is not None and retrained < levels:
        return f" Even {retrained:,} retrained values change at most one answer in a hundred."
    return ""


def wilson(count: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    p, z = count / total, _NORMAL
    centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z / (1 + z**2 / total) * sqrt(p * (1 - p) / total + z**2 / (4 * total**2))
    # at the ends of the range the formula is exact but for rounding
    return 0.0 if count == 0 else centre - reach, 1.0 if count == total else centre + reach
