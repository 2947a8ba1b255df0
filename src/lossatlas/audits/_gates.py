"""A1p-m: every path is open equally often.

The rate pi of a path is the share of samples on which all its units fire, and rho its mean over
paths. The number that decides is the squared relative spread Var(pi)/rho^2. From pairs of different
samples it is (mean of K(x, x') / mean of rho_x rho_x') - 1 with K the kernel of path gates, free of the
spread rho (1 - rho)/n that a finite sample gives to paths of equal rates. The dispersion
D = Var(pi)/(rho (1 - rho)) of THEORY is reported beside: in deep networks rho is small and D with it,
whether or not the rates are equal.
"""

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from scipy import special

from lossatlas.evidence import Ruling

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, Part, not_applicable, ruled
from ._jackknife import interval
from ._pairs import PairMeans
from ._paths_of import PathData

TOLERANCE = 0.01
"""Of Var(pi)/rho^2: the rates of paths scatter by at most a tenth of their mean."""


def audit_gates(data: PathData) -> Audit:
    """Audit A1p-m."""
    about = ASSUMPTIONS["A1p-m"]
    if data.rho == 0:
        return not_applicable(
            about,
            "no path is ever open on these samples, so there is no rate to compare and the reduction, "
            "which divides by it, says nothing",
        )
    part = Part("Var(pi)/rho^2", 0.0, TOLERANCE, *relative_spread(data))
    test, p_value = cochran(data.gates)
    verdict = ruled([part])
    details = {
        "rho": data.rho,
        "dispersion D": data.statistics.dispersion,
        "kappa": data.statistics.kappa,
        "rates of the layers": list(data.statistics.layer_rates),
    }
    return Audit(about, (part,), verdict, _sentence(data, part), test, p_value, details)


def relative_spread(data: PathData) -> tuple[float | None, float | None, float | None]:
    """Var(pi)/rho^2 over all paths, unbiased by pairs, with its interval; None for one sample."""
    if data.num_samples < 2:
        return None, None, None
    means = PairMeans(data.groups)
    rates = means.of_product(data.rho_by_sample, data.rho_by_sample)
    if np.nanmin(rates) <= 0:  # open on one sample only: no pair speaks
        return None, None, None
    spread = means(data.kernel) / rates - 1
    ends = interval(float(spread[0]), spread[1:])
    return (float(spread[0]), *(ends or (None, None)))


def cochran(gates: tuple[Bool[ndarray, "n _"], ...]) -> tuple[str, float | None]:
    """Cochran's Q (1950): the units of a layer fire equally often, samples being blocks.

    The smallest p-value over the layers, times their number. A layer in which nothing varies between
    units on any sample has nothing to test.
    """
    values = [_cochran(a.astype(np.float64)) for a in gates]
    tested = [p for p in values if p is not None]
    if not tested:
        return "", None
    return "Cochran's Q over the units of each layer", min(1.0, len(tested) * min(tested))


def _cochran(a: Float[ndarray, "n d"]) -> float | None:
    d = a.shape[1]
    rows, columns = a.sum(1), a.sum(0)
    spread = float((rows * (d - rows)).sum())
    if spread == 0:
        return None
    statistic = d * (d - 1) * float(np.square(columns - columns.mean()).sum()) / spread
    return float(special.chdtrc(d - 1, statistic))


def _sentence(data: PathData, part: Part) -> str:
    if part.measured is None:
        return "Rates cannot be compared: it takes two samples on which paths are open."
    typical = max(part.measured, 0.0) ** 0.5
    rate = f"On average a path is open on {data.rho:.3g} of the samples"
    if data.rho == 1:
        return f"{rate}: every unit fires on every sample, and the network is linear on them."
    scatter = f"from path to path that rate varies by {typical:.0%} of itself"
    tail = {
        Ruling.HOLDS: "which is as good as equal.",
        Ruling.FAILS: "so some routes are used far more than others.",
        Ruling.UNDECIDED: "and these samples do not settle whether that is more than a tenth.",
    }[part.verdict]
    return f"{rate}; {scatter}, {tail}"
