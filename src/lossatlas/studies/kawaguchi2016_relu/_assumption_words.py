"""The seven assumptions for a reader who knows neither paper: what they say, how they are measured.

The audits have the formulas. What is said here of a number is what its formula does to networks that
look at digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import final

from ._names import END, START


class Subject(StrEnum):
    """What a number is about, and so on how many things it speaks."""

    NETWORKS = "trained networks"
    DATA = "digits: one number for all networks"
    ARCHITECTURE = "architecture: false by construction"


@final
@dataclass(frozen=True)
class Measure:
    """One number of an audit in words.

    Attributes:
        assumption: The assumption that it is held against.
        statistic: What the audit calls it.
        name: What the tables call it.
        subject: What it is about.
        recipe: How it is measured.
        reading: How to read it.
        stages: When it says something: not where it is its own measure, or stays the same.
        decides: Whether the verdict follows from it.
    """

    assumption: str
    statistic: str
    name: str
    subject: Subject
    recipe: str
    reading: str
    stages: tuple[str, ...] = (START, END)
    decides: bool = True


SAYS: Mapping[str, str] = MappingProxyType({
    "A1p-m": "All paths are open equally often.",
    "A2p": "The weights could be rounded to a short list of values, and hardly an answer would change.",
    "A3p": "No combination of these values is more frequent along the paths than another.",
    "A4p": "Each pixel, over the digits, follows the bell curve.",
    "A5u-m": "Whether a path is open has nothing to do with the digit, nor with the path's weights.",
    "A6u": "No two paths begin at the same pixel.",
    "A7p": "Training turns the list of all weights, but makes it neither longer nor shorter.",
})  # fmt: skip

WITHOUT: Mapping[str, str] = MappingProxyType({
    "A1p-m": "the network's output is not a multiple of a linear network's, even on average",
    "A2p": "the weights are not the few variables of a spin glass",
    "A3p": "some terms of the spin glass's sum would count more than others",
    "A4p": "the terms' random factors follow no bell curve, and the known results do not speak of them",
    "A5u-m": "gates do not average out of the output, and what is left is no linear network",
    "A6u": "the terms' random factors are not independent of each other",
    "A7p": "the weights leave the sphere on which the spin glass lives",
})  # fmt: skip

MEASURES = (
    Measure(
        "A1p-m",
        "Var(pi)/rho^2",
        "spread of rates",
        Subject.NETWORKS,
        "For each path the share of digits on which it is open, its rate; all paths count. Their variance "
        "over the square of their mean. It is taken from pairs of different digits: what chance alone "
        "would scatter over so few digits is taken out.",
        "0: all equal, as coins of one probability have it, on any number of digits and however rarely "
        "they come up. 1: rates scatter by as much as their mean. Up to 0.01, a scatter of a tenth, counts "
        "as true.",
    ),
    Measure(
        "A2p",
        "share of predictions that change, retrained",
        "changed answers, values retrained",
        Subject.NETWORKS,
        "All weights are rounded to as many values as the spin glass would have (H-th root of the number "
        "of paths to an output). Then these values, not which weight has which, are trained on half of the "
        "digits to give the old answers, and the other half is counted. It decides, since the assumption "
        "says that there is such a network.",
        "0: no answer changes. Up to 0.01, one digit in a hundred, counts as true.",
    ),
    Measure(
        "A2p",
        "share of predictions that change, rounded",
        "changed answers, rounded only",
        Subject.NETWORKS,
        "The same without training the values. (C3 shows other numbers of values.)",
        "As above; it stands beside and does not decide.",
        decides=False,
    ),
    Measure(
        "A3p",
        "distance of tuple counts from uniform",
        "paths to move",
        Subject.NETWORKS,
        "All weights are rounded to at most 8 values, few enough that every combination can be counted over "
        "all paths. The share of paths that would have to carry another combination for all to be equally "
        "frequent.",
        "0: all equally frequent. Near 1: a few combinations have nearly all paths. Up to 0.1 counts as "
        "true.",
    ),
    Measure(
        "A4p",
        "share of an input's variance that is not Gaussian",
        "distance from the bell curve",
        Subject.DATA,
        "A pixel's values on all digits, in order, are plotted against those of a bell curve. 1 less the "
        "squared correlation of the two; the mean over pixels. A pixel that never changes counts as 1.",
        "0: a bell curve. 0.045: evenly spread. 0.36: a coin. Up to 0.02 counts as true.",
        stages=(START,),
    ),
    Measure(
        "A5u-m",
        "alignment with inputs",
        "alike digits, alike paths",
        Subject.NETWORKS,
        "For every pair of digits: what share of paths is open on both, and how alike are the two? The "
        "correlation of both over all pairs.",
        "0: which paths are open has nothing to do with the digit. 1: alike digits open the same paths. "
        "Up to 0.1 counts as true.",
    ),
    Measure(
        "A5u-m",
        "lift of heavy paths",
        "heavy paths open more often",
        Subject.NETWORKS,
        "Every path counts as much as the product of its weights is large. By how much this raises the mean "
        "rate.",
        "0: the weights do not matter. 0.5: heavy paths are open half as often again. Between -0.1 and 0.1 "
        "counts as true. A5u-m fails if one of its two numbers does.",
    ),
    Measure(
        "A6u",
        "independent inputs a path",
        "independent pixels a path",
        Subject.ARCHITECTURE,
        "Pixels vary together, so they count as fewer independent ones (the square of the summed eigenvalues of "
        "their covariance over the sum of squares). That number over the number of paths to an output.",
        "1: one for each path. Layers that are fully connected have many times more paths than pixels, "
        "whatever the digits and the training. From 0.9 on it would count as true.",
        stages=(START,),
    ),
    Measure(
        "A7p",
        "mean square of the weights over its start",
        "size of the weights over that at the start",
        Subject.NETWORKS,
        "The mean square of all weights, over that before training.",
        "1: neither longer nor shorter. 0.95 to 1.05 counts as true. It depends on how long one trains: a "
        "network that has hardly learned has hardly moved.",
        stages=(END,),
    ),
)  # fmt: skip
