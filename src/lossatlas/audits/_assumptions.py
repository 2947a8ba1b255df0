"""What the theory assumes of a network: the seven assumptions, and two things that stand behind them.

Kawaguchi (2016) quotes seven labels from an open problem of Choromanska, LeCun and Ben Arous (2015):
"p" for plausible, "u" for unrealistic. A1p, A5u and A6u could be matched to their content. The labels
of the other four are given to the content of Choromanska et al. (2015) in its order: `ours` says so.
The count is that of a digest of Kawaguchi's paper: three that reshape the network into a spin glass,
two on distributions that its random Hessian needs, two that remain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import final


class Kind(StrEnum):
    """What an assumption does for the theory."""

    RESHAPING = "reshaping"
    DISTRIBUTIONAL = "distributional"
    REMAINING = "remaining"
    BEHIND = "behind them"


@final
@dataclass(frozen=True)
class Assumption:
    """One thing that is assumed.

    Attributes:
        id: Its label.
        kind: What it does for the theory.
        content: What it says.
        plainly: The same for a reader who knows networks but not the papers.
        theorem: What needs it.
        droppable: Whether Kawaguchi's paper does without it; None where it says nothing of it.
        fate: What became of it there.
        ours: Whether the label is ours, because its numbering could not be confirmed.
    """

    id: str
    kind: Kind
    content: str
    plainly: str
    theorem: str
    droppable: bool | None
    fate: str
    ours: bool = False

    @property
    def label(self) -> str:
        """The id, marked where the numbering is ours."""
        numbered = self.ours and self.kind is not Kind.BEHIND
        return f"{self.id} (our numbering)" if numbered else self.id


_GLASS = "Choromanska et al. 2015: the loss is a spherical spin glass"
_HESSIAN = "Choromanska et al. 2015, through the random Hessian of the spin glass"
_DROPPED = "dropped: the deterministic Hessian of a deep linear network is analysed instead"

_ALL = (
    Assumption(
        "A1p-m",
        Kind.REMAINING,
        "the gates of all paths are coins with one common probability rho of being open",
        "every route through the network is switched on equally often",
        "Kawaguchi 2016, Corollary 3.2; Choromanska et al. 2015 assume independent coins (A1p)",
        False,
        "kept in a modified form: the same rho for every path, independence between paths not needed",
    ),
    Assumption(
        "A2p",
        Kind.RESHAPING,
        "a network with few distinct weights predicts the same",
        "most weights could be rounded to a short list of values without changing the answers",
        f"{_GLASS} (Theorem 3.2)",
        True,
        _DROPPED,
        ours=True,
    ),
    Assumption(
        "A3p",
        Kind.RESHAPING,
        "every ordered tuple of distinct weights occurs along equally many paths",
        "no combination of weight values along a route is more frequent than another",
        f"{_GLASS} (Theorem 3.3)",
        True,
        _DROPPED,
        ours=True,
    ),
    Assumption(
        "A4p",
        Kind.DISTRIBUTIONAL,
        "the inputs are Gaussian",
        "each input, collected over the samples, follows the bell curve",
        _HESSIAN,
        True,
        _DROPPED,
        ours=True,
    ),
    Assumption(
        "A5u-m",
        Kind.REMAINING,
        "the gates are independent of the inputs and of the weights",
        "which routes are switched on has nothing to do with what is being looked at",
        "Kawaguchi 2016, Corollary 3.2; Choromanska et al. 2015 (A5u)",
        False,
        "kept in a modified form",
    ),
    Assumption(
        "A6u",
        Kind.DISTRIBUTIONAL,
        "every path has an independent input of its own",
        "no two routes through the network start from the same input",
        _HESSIAN,
        True,
        _DROPPED,
    ),
    Assumption(
        "A7p",
        Kind.RESHAPING,
        "the weights lie on a sphere: their mean square is a constant",
        "training turns the weights but makes them neither longer nor shorter",
        f"{_GLASS} (the constraint of the sphere)",
        True,
        _DROPPED,
        ours=True,
    ),
    Assumption(
        "Gaussian",
        Kind.BEHIND,
        "pre-activations and outputs are Gaussian when the layers are wide",
        "what enters each unit, collected over the samples, follows the bell curve",
        "no theorem of either paper; the central limit heuristic behind the spin glass",
        None,
        "not used",
        ours=True,
    ),
    Assumption(
        "random weights",
        Kind.BEHIND,
        "the weights are random and independent",
        "the weights look like noise: no matrix has a preferred direction, no layer knows its neighbour",
        "no theorem of either paper: a digest's wording, in the papers the weights are the variable",
        None,
        "not used",
        ours=True,
    ),
    Assumption(
        "random inputs",
        Kind.BEHIND,
        "the inputs are random and independent of each other",
        "knowing one input of a sample tells nothing about another",
        "the papers' own reading: inputs and paths are random, the weights are not",
        None,
        "not used",
        ours=True,
    ),
)

ASSUMPTIONS: Mapping[str, Assumption] = MappingProxyType({a.id: a for a in _ALL})
"""All that is audited, by id, in the order of a report."""
