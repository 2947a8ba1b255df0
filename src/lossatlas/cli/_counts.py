"""What theory says of spherical spin glasses of one size: mean numbers, laws, energies."""

from math import exp, inf
from typing import Any

from ._digits import good_digits
from ._provenance import Source, fact, rounded

WINDOW = "E #{{critical points{index}, {window}}}, w and -w both counted"
LAW = Source(
    "Kac-Rice formula with the index kept; derived in docs/theory/kac_rice.md",
    "Pfaffians at the roots of unity",
)
MOMENTS = Source(
    "Auffinger, Ben Arous and Cerny 2013, Theorem 2.1", "Gauss-Legendre over Pfaffians"
)
POISSON = Source(
    "Subag and Zeitouni 2017 (points at the bottom as good as independent)",
    "exp(-mean number below), the mean number exact",
)
GUMBEL = Source("Subag and Zeitouni 2017", "closed form, for large size")
SHARP = Source("Auffinger, Ben Arous and Cerny 2013, Theorem 2.17", "closed form, for large size")
NEGLIGIBLE = 1e-12
Window = tuple[float, float]


def counts(size: int, order: int, index: int | None, window: Window) -> list[dict[str, Any]]:
    """The mean number in a window, and its asymptotic form where the theorem has one.

    Raises:
        ValueError: If an argument is out of range.
    """
    from lossatlas.theory import kac_rice

    report = kac_rice.mean_count_report(size, order, index=index, between=window)
    source, formula = Source(report.theorem, report.method), described(index, window)
    logs = good_digits(report.log_value, 10.0**-report.digits)
    rows = [fact("ln of the mean number", report.log_value, formula, source, logs)]
    if report.value < inf:
        rows.insert(0, fact("mean number", report.value, formula, source, report.digits))
    if index is None:
        rows += _sharp(size, order, window, report.log_value)
    return rows


def described(index: int | None, window: Window) -> str:
    """What is counted, in words."""
    named = "" if index is None else f" of index {index}"
    low, high = window
    if window == (-inf, inf):
        return WINDOW.format(index=named, window="any energy")
    if low == -inf:
        return WINDOW.format(index=named, window=f"u < {high:g}")
    return WINDOW.format(index=named, window=f"{low:g} < u < {high:g}")


def _sharp(size: int, order: int, window: Window, exact: float) -> list[dict[str, Any]]:
    """The asymptotic number, with how far the exact one is from it."""
    from lossatlas.theory import kac_rice

    low, high = window
    known = high == inf or (high < 0 and high != -kac_rice.threshold(order))
    if order == 2 or low != -inf or not known:
        return []
    value = kac_rice.sharp_count(size, order, high, log=True)
    what = f"leading term with its constant; {exp(value - exact):.4g} times the exact number"
    return [fact("ln of the asymptotic number", value, what, SHARP, rounded(value, float(size)))]


def minima(size: int, order: int) -> list[dict[str, Any]]:
    """Mean and spread of the energies of minima, where they are computed exactly."""
    from lossatlas.theory import kac_rice

    mean, deviation = kac_rice.mean_energy_of_minima(size, order)
    error = 1e-15 * size * size + 1e-13
    return [
        fact("mean energy of minima", mean, "E sum u / E #", MOMENTS, good_digits(mean, error)),
        fact(
            "their standard deviation",
            deviation,
            "over the minima of all draws",
            MOMENTS,
            good_digits(deviation, 10 * error),
        ),
    ]


def ground_state(size: int, order: int) -> list[dict[str, Any]]:
    """The law of the lowest energy at this size, and in the limit; none for order 2."""
    from lossatlas.theory import kac_rice

    if order == 2:
        return []
    law = kac_rice.ground_state_law(size, order)
    what = "mean and spread of min u if points below were a Poisson process"
    limit = "-E_0 + (ln N / 2 - ln C_0 - gamma) / (c_p N), and pi / (sqrt 6 c_p N)"
    # Simpson's rule on 4001 nodes, held against the derivative of the law
    return [
        fact("mean ground state (Poisson)", law.mean, what, POISSON, 7),
        fact("its standard deviation", law.deviation, what, POISSON, 5),
        fact("mean ground state (limit)", law.limit_mean, limit, GUMBEL, rounded(law.limit_mean)),
        fact("its standard deviation", law.limit_deviation, limit, GUMBEL, 13),
    ]


def index_law(size: int, order: int, energy: float) -> list[dict[str, Any]]:
    """The probability of each index that is not negligible, given the energy.

    Raises:
        ValueError: If an argument is out of range.
    """
    from lossatlas.theory import kac_rice

    law = kac_rice.index_law(size, order, energy)
    return [
        {
            "index": k,
            "probability": value,
            "good_digits": good_digits(value, 1e-15 * size),
            "theorem": LAW.theorem,
            "method": LAW.method,
        }
        for k, value in enumerate(law.tolist())
        if value > NEGLIGIBLE
    ]


def by_index(size: int, order: int, window: Window) -> list[dict[str, Any]]:
    """The mean number of every index in a window.

    Raises:
        ValueError: If an argument is out of range.
    """
    from lossatlas.theory import kac_rice

    reports = kac_rice.mean_counts_by_index(size, order, between=window)
    return [
        {
            "index": k,
            "mean_number": report.value,
            "ln": report.log_value,
            "good_digits": report.digits,
            "theorem": report.theorem,
            "method": report.method,
        }
        for k, report in enumerate(reports)
    ]


def estimate(
    size: int, order: int, index: int, window: Window, samples: int, seed: int
) -> list[dict[str, Any]]:
    """The mean number by Monte Carlo, with its standard error.

    Raises:
        ValueError: If an argument is out of range.
    """
    import numpy as np

    from lossatlas.theory import kac_rice

    count = kac_rice.mean_count_estimate(
        size, order, index=index, between=window, samples=samples, rng=np.random.default_rng(seed)
    )
    effective = f"{count.effective_samples:.3g} effective of {samples} samples, seed {seed}"
    method = f"Monte Carlo over tridiagonal matrices: {effective}"
    source = Source("Auffinger, Ben Arous and Cerny 2013, Theorem 2.1", method)
    error, formula = count.standard_error, described(index, window)
    share = exp(count.log_standard_error - count.log_value) if count.log_value > -inf else inf
    digits, logs = good_digits(1.0, share), good_digits(count.log_value, share)
    return [
        fact("mean number, estimated", count.value, formula, source, digits),
        fact("its standard error", error, "of the estimate", source, 2 if error else "all"),
        fact("ln of the estimate", count.log_value, formula, source, logs),
    ]
