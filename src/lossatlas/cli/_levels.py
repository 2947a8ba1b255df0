"""What theory says of spherical spin glasses of any size: levels, complexities, shares."""

from math import inf, log
from typing import Any

from ._provenance import Source, fact, rounded

FORM = Source("Auffinger, Ben Arous and Cerny 2013", "closed form in float64")
LEVELS = Source(
    "Auffinger, Ben Arous and Cerny 2013, Theorems 2.5 and 2.8", "closed form in float64"
)
ROOT = Source(
    "Auffinger, Ben Arous and Cerny 2013, Theorem 2.8", "root by Brent's method in float64"
)
PATHS = Source("Choromanska et al. 2015, section 4 (mountain pass)", ROOT.method)
SHARE = Source("Bray and Dean 2007; the semicircle law", "closed form in float64")
NUM_LAYERS = 6


def levels(order: int, index: int | None) -> list[dict[str, Any]]:
    """Thresholds and rates of an order; of one index where it is given, else of the first few.

    Raises:
        ValueError: If the order is below 2 or the index negative.
    """
    from lossatlas.theory import kac_rice

    edge = kac_rice.threshold(order)
    indices = range(NUM_LAYERS) if index is None else sorted({0, index})
    rows = [fact("E_inf", edge, "2 sqrt((p-1)/p)", FORM, rounded(edge))]
    for k in indices:
        value = kac_rice.layer(order, k)
        formula = f"-u at which Theta_{k}(u) = 0" if order > 2 else "E_inf: order 2 has no layers"
        rows.append(fact(f"E_{k}", value, formula, ROOT, rounded(value)))
    if index != 0:
        k = index or 1
        bound = kac_rice.barrier_bound(order, k)
        name = f"barrier E_0 - E_{k} per spin"
        what = "what a path from the ground state climbs to meet that index, at least"
        rows.append(fact(name, bound, what, PATHS, rounded(bound, edge)))
    return [*rows, *_rates(order, edge, index)]


def _rates(order: int, edge: float, index: int | None) -> list[dict[str, Any]]:
    from lossatlas.theory import kac_rice

    size = 0.5 * log(order)
    total, fixed = kac_rice.complexity(inf, order), kac_rice.complexity(inf, order, index or 0)
    at_edge = kac_rice.complexity(-edge, order)
    return [
        fact("Theta(inf)", total, "ln(p-1)/2", LEVELS, rounded(total)),
        fact(
            f"Theta_{index or 0}(inf)",
            fixed,
            "ln(p-1)/2 - (p-2)/p, for every fixed index",
            LEVELS,
            rounded(fixed, size),
        ),
        fact(
            "Theta(-E_inf)",
            at_edge,
            "rate of all points below -E_inf",
            LEVELS,
            rounded(at_edge, size),
        ),
    ]


def at_energy(
    order: int, energy: float, index: int | None, size: int | None
) -> list[dict[str, Any]]:
    """Rates, share of negative directions and bulk at an energy.

    Raises:
        ValueError: If order, index or size is out of range.
    """
    from lossatlas.theory import kac_rice

    rows = []
    for k in (None, index or 0):
        value = kac_rice.complexity(energy, order, k)
        name = "Theta" if k is None else f"Theta_{k}"
        what = "(1/N) ln of the mean number below u" + ("" if k is None else f", of index {k}")
        scale = 0.5 * log(order) + energy * energy
        rows.append(fact(f"{name}({energy:g})", value, what, LEVELS, rounded(value, scale)))
    share = kac_rice.index_fraction(energy, order)
    what = "limit of index/N at energy u"
    rows.append(fact(f"alpha({energy:g})", share, what, SHARE, rounded(share)))
    if size is not None:
        centre, radius = kac_rice.bulk(energy, order, size)
        source = Source("the semicircle law", "closed form in float64")
        rows.append(fact("centre of the bulk", centre, "-p u", source, rounded(centre)))
        formula = "2 sqrt(p(p-1)(N-1)/N)"
        rows.append(fact("radius of the bulk", radius, formula, source, rounded(radius)))
    return rows


def at_fraction(order: int, fraction: float) -> dict[str, Any]:
    """The energy of critical points with a share of negative directions.

    Raises:
        ValueError: If the order is below 2 or the fraction outside 0..1.
    """
    from lossatlas.theory import kac_rice

    energy = kac_rice.energy_at_index_fraction(fraction, order)
    what = f"u at which alpha(u) = {fraction:g}"
    source = Source(SHARE.theorem, ROOT.method)
    # at one half the root is zero up to rounding
    return fact("energy", energy, what, source, rounded(energy, 1e-3))
