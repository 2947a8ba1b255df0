"""`lossatlas theory random-matrix`: densities, edges and rates of random matrices at a point."""

from math import sqrt
from typing import Annotated, Any

import typer

from ._app import AsJson, example
from ._output import print_json
from ._provenance import Source, fact, print_facts, rounded
from ._usage import judging, refuse

EXAMPLE = example(
    "lossatlas theory random-matrix --goe 20 --at 0",
    "lossatlas theory random-matrix --marchenko-pastur 0.25 --at 1",
    "lossatlas theory random-matrix --signal 2 --noise 1",
    "lossatlas theory random-matrix --pennington-bahri 0.25 --loss 0.2 --at 0.5",
    "lossatlas theory random-matrix --spacings",
)
CLOSED = "closed form in float64"


def random_matrix(
    goe: Annotated[
        int | None,
        typer.Option(metavar="N", help="GOE of N rows, diagonal variance 1, others 1/2."),
    ] = None,
    marchenko_pastur: Annotated[
        float | None,
        typer.Option(metavar="G", help="Z Z^T / m, Z of P x m standard normals, G = P/m."),
    ] = None,
    signal: Annotated[
        float | None,
        typer.Option(metavar="T", help="A rank-one signal of strength T in a Wigner matrix."),
    ] = None,
    noise: Annotated[
        float, typer.Option(metavar="S", help="With --signal: half the semicircle's radius.")
    ] = 1.0,
    pennington_bahri: Annotated[
        float | None,
        typer.Option(metavar="PHI", help="Wishart plus Wigner, PHI parameters a sample."),
    ] = None,
    loss: Annotated[
        float | None,
        typer.Option(metavar="EPS", help="With --pennington-bahri: the energy eps."),
    ] = None,
    spacings: Annotated[
        bool, typer.Option("--spacings", help="Mean ratios of consecutive spacings.")
    ] = False,
    at: Annotated[
        float | None, typer.Option(metavar="X", help="The density at this point.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Densities, edges and rates of random matrices: what Hessians are held against.

    Each number comes with its theorem, the method it was computed by, and how many of its digits
    are good.
    """
    rows: list[dict[str, Any]] = []
    if goe is not None:
        with judging("--goe"):
            rows += _goe(goe, at)
    if marchenko_pastur is not None:
        with judging("--marchenko-pastur"):
            rows += _marchenko_pastur(marchenko_pastur, at)
    if signal is not None:
        with judging("--noise"):
            rows += _signal(signal, noise)
    if pennington_bahri is not None:
        with judging("--pennington-bahri"):
            rows += _pennington_bahri(pennington_bahri, loss, at)
    if spacings:
        rows += _spacings()
    if not rows:
        asked = "--goe, --marchenko-pastur, --signal, --pennington-bahri or --spacings"
        refuse(f"no matrix is asked about. Give {asked}.", hint="--goe")
    if as_json:
        print_json({"results": rows})
    else:
        print_facts(rows, title="Random matrices")


def _goe(size: int, at: float | None) -> list[dict[str, Any]]:
    from lossatlas.theory.random_matrix import edge_rate, one_point_density, semicircle

    edge = sqrt(2 * size) if size > 0 else 0.0
    limit = Source("Wigner 1955, the semicircle law", CLOSED)
    exact = Source("Mehta, Random Matrices, chapter 7", "Hermite functions by recurrence")
    large = Source("Ben Arous, Dembo and Guionnet 2001", CLOSED)
    value = one_point_density(0.0 if at is None else at, size)
    rows = [fact("edge of the bulk", edge, "sqrt(2N), asymptotically", limit, rounded(edge))]
    if at is None:
        return rows
    bulk = size * semicircle(at, radius=edge)
    rate = edge_rate(abs(at) / sqrt(size))
    formula = f"mean number of eigenvalues per unit length at {at:g}"
    pulled = "-(1/N) ln of the probability of an eigenvalue beyond, asymptotically"
    return [
        *rows,
        fact("exact density", value, formula, exact, 13 - len(str(size)) // 2),
        fact("semicircle's density", bulk, formula, limit, rounded(bulk)),
        fact("rate", rate, pulled, large, rounded(rate)),
    ]


def _marchenko_pastur(ratio: float, at: float | None) -> list[dict[str, Any]]:
    from lossatlas.theory.random_matrix import (
        marchenko_pastur,
        marchenko_pastur_edges,
        zero_share,
    )

    source = Source("Marchenko and Pastur 1967", CLOSED)
    low, high = marchenko_pastur_edges(ratio)
    share = zero_share(ratio)
    rows = [
        fact("left edge", low, "(1 - sqrt(G))^2", source, rounded(low, sqrt(low))),
        fact("right edge", high, "(1 + sqrt(G))^2", source, rounded(high)),
        fact(
            "share of zeros",
            share,
            "max(0, 1 - 1/G)",
            source,
            rounded(share, 1.0) if share else "all",
        ),
    ]
    if at is not None:
        value = marchenko_pastur(at, ratio)
        formula = "sqrt((b-x)(x-a)) / (2 pi G x)"
        rows.append(fact(f"density at {at:g}", value, formula, source, rounded(value)))
    return rows


def _signal(strength: float, noise: float) -> list[dict[str, Any]]:
    from lossatlas.theory.random_matrix import outlier

    source = Source("Baik, Ben Arous and Peche 2005", CLOSED)
    found = outlier(strength, noise)
    if found is None:
        return [fact("outlier", "none", "the signal is not above the noise S", source, "all")]
    place, overlap = found.location, found.overlap
    return [
        fact("outlier", place, "T + S^2/T", source, rounded(place)),
        fact("squared overlap", overlap, "1 - S^2/T^2", source, rounded(overlap, 1.0)),
    ]


def _pennington_bahri(ratio: float, energy: float | None, at: float | None) -> list[dict[str, Any]]:
    from lossatlas.theory import random_matrix as theory

    theorem, rows = "Pennington and Bahri 2017", []
    if ratio <= 1:
        value = theory.critical_energy(ratio)
        formula = "(1 - 20 PHI - 8 PHI^2 + (1 + 8 PHI)^(3/2)) / 16"
        rows.append(fact("eps_c", value, formula, Source(theorem, CLOSED), rounded(value)))
    if energy is None:
        if at is not None or not rows:
            refuse("the density needs an energy. Add --loss.", hint="--pennington-bahri")
        return rows
    root = Source(theorem, "root by Brent's method in float64")
    edge, share = theory.left_edge(ratio, energy), theory.negative_share(ratio, energy)
    rows.append(fact("left edge", edge, "smallest eigenvalue", root, rounded(edge, 1.0)))
    measured = Source(theorem, "adaptive quadrature over roots of the cubic")
    rows.append(fact("share of negative", share, "index over P", measured, 9 if share else "all"))
    if at is not None:
        value = theory.wishart_plus_wigner(at, ratio, energy)
        cubic = Source(theorem, "roots of the cubic for the Stieltjes transform")
        rows.append(fact(f"density at {at:g}", value, "-Im G / pi", cubic, 10 if value else "all"))
    return rows


def _spacings() -> list[dict[str, Any]]:
    from lossatlas.theory import random_matrix as theory

    source = Source("Atas, Bogomolny, Giraud and Roux 2013", CLOSED)
    surmise, free = theory.GOE_SURMISE_MEAN_RATIO, theory.POISSON_MEAN_RATIO
    measured = Source(source.theorem, "measured there on large matrices")
    formula = "mean of min(s, s') / max(s, s')"
    return [
        fact("GOE", theory.GOE_MEAN_RATIO, formula, measured, 4),
        fact("GOE, 3 x 3 surmise", surmise, "4 - 2 sqrt(3)", source, rounded(surmise)),
        fact("independent levels", free, "2 ln 2 - 1", source, rounded(free)),
    ]
