"""A5u-m: the gates are independent of the inputs and of the weights.

Inputs: the alignment (`_kernels.py`) of K, how many paths two samples open together, with a Gaussian
kernel of the inputs. K is the kernel of all path gates, so this is HSIC averaged over all paths. The
permutation test takes a part of the samples where there are many.

Weights: the lift, by how much a path's rate grows when paths count by |product of weights| instead of
all alike: sum |w| pi / sum |w| over the mean of pi, minus 1. It is the covariance of pi and |w| over
all paths, in units of both means.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.evidence import Ruling

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part, not_applicable, ruled
from ._jackknife import interval, without_groups
from ._kernels import input_kernel, permutation_p_values
from ._pairs import PairMeans, centred
from ._paths_of import PathData

TOLERANCE = 0.1
"""Of the alignment, a correlation: its square, the share explained, is then a hundredth."""

LIFT_TOLERANCE = 0.1
"""Of the lift: heavy paths are open at most a tenth more or less often."""

NUM_PERMUTATIONS = 999
_PERMUTED_SAMPLES = 300
_LEAST_SAMPLES = 8


@final
@dataclass(frozen=True, eq=False)
class InputSide:
    """What the inputs bring to the audit: the same for every network on them.

    Attributes:
        kernel: Centred, zero where the inputs do not vary.
        part: The samples of the permutation test.
        part_kernel: The kernel of these, centred by itself.
        seed: Of the permutations, so that every network meets the same ones.
    """

    kernel: Float[ndarray, "n n"]
    part: ndarray
    part_kernel: Float[ndarray, "m m"]
    seed: int


def input_side(X: Float[ndarray, "n d"], seed: int, rng: np.random.Generator) -> InputSide | None:
    """Prepare the inputs; None where there are too few samples, or they do not vary."""
    if len(X) < _LEAST_SAMPLES:
        return None
    raw = input_kernel(X)
    kernel = centred(raw)
    if not kernel.any():
        return None
    part = np.sort(rng.permutation(len(X))[:_PERMUTED_SAMPLES])
    return InputSide(kernel, part, centred(raw[np.ix_(part, part)]), seed)


def audit_independence(data: PathData, inputs: InputSide | None) -> Audit:
    """Audit A5u-m, its p-value to be found by `with_p_values`."""
    about = ASSUMPTIONS["A5u-m"]
    if data.rho == 0:
        return not_applicable(about, "no path is ever open on these samples")
    aligned = Part("alignment with inputs", 0.0, TOLERANCE, *alignment(data, inputs))
    heavy = Part("lift of heavy paths", 0.0, LIFT_TOLERANCE, *lift(data))
    verdict, sentence = ruled([aligned, heavy]), _sentence(aligned, heavy)
    details = {
        "rho": data.rho,
        "alignment": aligned.measured,
        "lift": heavy.measured,
        "corr(pi, |w|) over paths": data.statistics.correlation,
        "effective ratio": data.statistics.effective_ratio,
        "R^2 of the linear network": data.statistics.explained,
    }
    return Audit(about, (aligned, heavy), verdict, sentence, details=details)


def part_kernel(data: PathData, inputs: InputSide) -> Float[ndarray, "m m"]:
    """The centred kernel of the gates on the samples of the permutation test."""
    gates = tuple(a[inputs.part] for a in data.gates)
    part = replace(data, inputs=data.inputs[inputs.part], gates=gates, groups=inputs.part)
    return centred(part.kernel)


def with_p_values(
    audits: Sequence[Audit], kernels: Sequence[Float[ndarray, "m m"]], inputs: InputSide
) -> list[Audit]:
    """The audits of several networks with their p-values, from one permutation test.

    Gates that never change have nothing to test, and a network without open paths no audit.
    """
    if not kernels:
        return list(audits)
    rng = np.random.default_rng(inputs.seed)
    p_values = permutation_p_values(np.stack(kernels), inputs.part_kernel, NUM_PERMUTATIONS, rng)
    test = f"HSIC, {NUM_PERMUTATIONS} permutations of {len(inputs.part)} samples"
    return [
        replace(a, test=test, p_value=float(p)) if a.parts and kernel.any() else a
        for a, p, kernel in zip(audits, p_values, kernels, strict=True)
    ]


def alignment(
    data: PathData, inputs: InputSide | None
) -> tuple[float | None, float | None, float | None]:
    """The alignment of path gates with inputs, and its interval.

    0 where the gates never change: a constant is independent of everything.
    """
    if inputs is None:
        return None, None, None
    gates = centred(data.kernel)
    if not gates.any():
        return 0.0, 0.0, 0.0
    means = PairMeans(data.groups)
    both, own, other = (
        means(a * b)
        for a, b in ((gates, inputs.kernel), (gates, gates), (inputs.kernel, inputs.kernel))
    )
    values = both / np.sqrt(own * other)
    ends = interval(float(values[0]), values[1:])
    return (float(values[0]), *(ends or (None, None)))


def lift(data: PathData) -> tuple[float, float | None, float | None]:
    """How much more often a heavy path is open, and its interval; 0 where no path weighs anything."""
    if not data.heavy_by_sample.any():
        return 0.0, 0.0, 0.0
    both = np.stack([data.heavy_by_sample, data.rho_by_sample], axis=1)
    heavy, plain = without_groups(both, data.groups).T
    with np.errstate(divide="ignore", invalid="ignore"):
        values = heavy / plain - 1
    # a group may hold the only samples on which paths are open: then there is no interval
    ends = interval(float(values[0]), values[1:])
    return (float(values[0]), *(ends or (None, None)))


def _sentence(aligned: Part, heavy: Part) -> str:
    weights = f"paths with large weights are open {_oftener(heavy.measured or 0.0)} the others"
    if aligned.measured is None:
        return (
            "Whether the open paths depend on the input cannot be seen: the inputs do not vary, or "
            f"are fewer than {_LEAST_SAMPLES}. Among the weights, {weights}."
        )
    if aligned.low == aligned.high == 0:
        return f"The gates never change, so they depend on nothing; {weights}."
    start = (
        f"Samples that look alike open the same paths with a correlation of {aligned.measured:.2f}"
    )
    word = {
        Ruling.HOLDS: "which is as good as none",
        Ruling.FAILS: "so which paths are open depends on what is being looked at",
        Ruling.UNDECIDED: "and these samples do not settle whether that is more than a tenth",
    }[aligned.verdict]
    return f"{start}, {word}; {weights}."


def _oftener(lift: float) -> str:
    """How often, in words that say neither "-0%" nor "-5% more"."""
    size = f"{abs(lift):.0%}"
    return "as often as" if size == "0%" else f"{size} {'more' if lift > 0 else 'less'} often than"
