"""All critical points of small spin glasses, against counts that must hold and other ways to find them."""

from collections import Counter
from itertools import product
from math import comb, sqrt

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy.optimize import root
from torch import Generator, Tensor

from lossatlas.critical import (
    Completeness,
    Enumeration,
    MultiStart,
    Tracking,
    enumerate_points,
    enumerate_points_batch,
)
from lossatlas.surfaces import SpinGlass
from lossatlas.theory.kac_rice import mean_count
from lossatlas.verification import Couplings, PointClaim, check_complete, check_point

SHAPES = [(2, 3), (3, 3), (4, 3), (5, 3), (2, 4), (3, 4), (4, 4), (2, 5), (3, 5), (4, 5), (3, 6)]


def glass(size: int, order: int, seed: int = 0) -> SpinGlass:
    return SpinGlass(order, size, generator=Generator().manual_seed(seed))


def draws(size: int, order: int, count: int, seed: int = 0) -> list[SpinGlass]:
    generator = Generator().manual_seed(seed)
    return [SpinGlass(order, size, generator=generator) for _ in range(count)]


def rows(points: Tensor) -> set[tuple[float, ...]]:
    return {tuple(row) for row in (points + 0.0).tolist()}


def assert_lawful(surface: SpinGlass, found: Enumeration) -> None:
    """What every enumeration keeps, proved or not."""
    N, p, w = surface.size, surface.order, found.points
    assert found.energy.tolist() == sorted(found.energy.tolist())
    assert rows(w) == rows(-w)
    assert len(rows(w)) == len(w) == 2 * found.real_pairs
    norms = surface.gradient(w).norm(dim=-1)
    assert bool((norms <= 1e-12 * surface.gradient_scale(w)).all())
    torch.testing.assert_close(w.norm(dim=-1), torch.full((len(w),), sqrt(N)).double())
    torch.testing.assert_close(surface.energy(w), found.energy)
    for k in range(N):
        other = k if p % 2 == 0 else N - 1 - k
        assert rows(found.having(k)) == rows(-found.having(other))
    eigenvalues = torch.linalg.eigvalsh(surface.hessian(w))
    # The radial eigenvalue is zero to rounding, the tangent ones are not.
    below = eigenvalues < -1e-9 * eigenvalues.abs().amax(1, keepdim=True)
    assert (below.sum(1) == found.index).all()


def assert_complete(surface: SpinGlass, found: Enumeration) -> None:
    """What only a complete enumeration keeps."""
    N, p = surface.size, surface.order
    assert found.completeness is Completeness.PROVED, found.reason
    assert found.found_pairs == found.expected_pairs == sum((p - 1) ** k for k in range(N))
    assert found.real_pairs + 2 * len(found.roots) == found.expected_pairs
    assert (
        found.euler == found.euler_expected == sum((-1) ** k * n for k, n in found.counts.items())
    )
    for proof, index, energy in zip(found.certificates, found.index, found.energy, strict=True):
        assert proof is not None
        assert proof.index == index
        assert proof.energy is not None
        assert proof.energy[0] <= energy <= proof.energy[1]


@pytest.mark.parametrize(("size", "order"), SHAPES)
def test_proved_enumerations_obey_bezout_euler_and_antipodes(size: int, order: int) -> None:
    surfaces = draws(size, order, 3, seed=1)
    for surface, found in zip(surfaces, enumerate_points_batch(surfaces), strict=True):
        assert_lawful(surface, found)
        assert_complete(surface, found)


@pytest.mark.parametrize(("size", "order"), [(2, 3), (5, 3), (4, 4), (3, 5), (4, 2)])
def test_the_independent_checker_proves_the_same_again(size: int, order: int) -> None:
    surface = glass(size, order, seed=2)
    found = enumerate_points(surface)
    couplings = Couplings(order, size, surface.entries.tolist())
    claims = []
    for w, proof in zip(found.points.tolist(), found.certificates, strict=True):
        assert proof is not None
        bounds = proof.energy or (1.0, -1.0)
        claim = PointClaim(proof.index, *bounds, proof.radius, proof.alone_within)
        assert check_point(couplings, w, claim)
        claims.append((w, claim))
    roots = found.roots.tolist()
    assert check_complete(couplings, claims, roots)
    if roots:
        assert not check_complete(couplings, claims, roots[1:])
        assert not check_complete(couplings, claims, [*roots[1:], roots[1]])
    fewer = [(w, claim) for w, claim in claims if w not in (claims[0][0], claims[-1][0])]
    assert not check_complete(couplings, fewer, roots)


@settings(max_examples=10)
@given(st.sampled_from(SHAPES[:7]), st.integers(0, 10**6), st.sampled_from([1e-6, 1.0, 1e6]))
def test_any_couplings_of_any_scale(shape: tuple[int, int], seed: int, scale: float) -> None:
    size, order = shape
    J = scale * torch.randn([size] * order, generator=Generator().manual_seed(seed)).double()
    surface = SpinGlass.from_couplings(J)
    found = enumerate_points(surface)
    assert_lawful(surface, found)
    if found.proved:
        assert_complete(surface, found)


@pytest.mark.parametrize("order", [3, 4, 5, 6])
def test_on_a_circle_the_points_are_roots_of_one_polynomial(order: int) -> None:
    for seed in range(5):
        surface = glass(2, order, seed)
        T = surface.couplings.numpy()
        # H along (1, t): its derivative by the angle is a polynomial in t = tan(angle).
        a = np.array([comb(order, k) * T[(0,) * (order - k) + (1,) * k] for k in range(order + 1)])
        slope = np.zeros(order + 1)
        for k in range(order + 1):
            if k < order:
                slope[k + 1] -= (order - k) * a[k]
            if k > 0:
                slope[k - 1] += k * a[k]
        t = np.roots(slope[::-1])
        t = np.sort(t[np.abs(t.imag) < 1e-9].real)
        found = enumerate_points(surface).points
        mine = np.sort((found[:, 1] / found[:, 0])[found[:, 0] > 0].numpy())
        np.testing.assert_allclose(mine, t, rtol=1e-9)


@pytest.mark.parametrize(("size", "order", "seed"), [(3, 3, 0), (3, 4, 1), (4, 3, 2)])
def test_another_search_finds_the_same_points(size: int, order: int, seed: int) -> None:
    surface = glass(size, order, seed)
    T = surface.couplings.numpy()

    def equations(z: np.ndarray) -> np.ndarray:
        form = T
        for _ in range(order - 1):
            form = form @ z[:-1]
        return np.append(form - z[-1] * z[:-1], (1 - z[:-1] @ z[:-1]) / 2)

    rng = np.random.default_rng(seed)
    met: list[np.ndarray] = []
    for _ in range(400):
        end = root(equations, np.append(rng.standard_normal(size), rng.standard_normal()))
        x = end.x[:-1]
        new = all(np.abs(x - y).max() > 1e-6 for y in met)
        if end.success and np.abs(equations(end.x)).max() < 1e-9 and new:
            met += [x, -x]
    found = enumerate_points(surface).points.numpy() / sqrt(size)
    assert len(met) == len(found)
    for x in met:
        assert np.abs(found - x).max(1).min() < 1e-8


def test_a_diagonal_tensor_has_a_point_for_every_set_of_coordinates() -> None:
    N, c = 4, torch.tensor([1.0, 2.0, 3.0, 5.0], dtype=torch.float64)
    J = torch.zeros(N, N, N, dtype=torch.float64)
    J[range(N), range(N), range(N)] = c
    found = enumerate_points(SpinGlass.from_couplings(J))
    assert found.proved
    expected = Counter[tuple[float, int]]()
    for chosen in product([0.0, 1.0], repeat=N):
        y = torch.tensor(chosen, dtype=torch.float64) / c
        if bool(y.any()):
            # J = 2 diag(c y) - I is +1 on the set and -1 off it; one of the +1 is radial.
            u, k = 1 / (float(y.norm()) * sqrt(N)), N - int(sum(chosen))
            expected[round(u, 9), k] += 1
            expected[round(-u, 9), N - 1 - k] += 1
    mine = zip(found.energy.tolist(), found.index.tolist(), strict=True)
    assert Counter((round(u, 9), k) for u, k in mine) == expected


@pytest.mark.parametrize("size", [2, 3, 6])
def test_two_spins_have_their_eigenvectors(size: int) -> None:
    surface = glass(size, 2)
    found = enumerate_points(surface)
    assert found.proved
    assert_lawful(surface, found)
    assert found.counts == dict.fromkeys(range(size), 2)
    values = np.linalg.eigvalsh(surface.couplings.numpy()) / sqrt(size)
    np.testing.assert_allclose(found.energy.numpy()[::2], values, rtol=1e-12)


def test_equal_eigenvalues_prove_nothing() -> None:
    found = enumerate_points(SpinGlass.from_couplings(torch.eye(3).double()))
    assert found.completeness is Completeness.INCOMPLETE


def test_proved_points_depend_on_neither_batch_nor_generator() -> None:
    surfaces = draws(4, 3, 7)
    together = enumerate_points_batch(surfaces)
    careful = Tracking(tolerance=1e-3)
    for surface, found in zip(surfaces, together, strict=True):
        alone = enumerate_points(surface, generator=Generator().manual_seed(5), tracking=careful)
        assert found.proved
        assert alone.proved
        for name in ("points", "energy", "index", "roots"):
            assert torch.equal(getattr(found, name), getattr(alone, name))


@pytest.mark.parametrize(
    ("size", "order", "count"),
    [
        (2, 3, 150),
        (3, 4, 80),
        (4, 3, 100),
        pytest.param(4, 4, 300, marks=pytest.mark.slow),
        pytest.param(6, 3, 500, marks=pytest.mark.slow),
        pytest.param(8, 3, 100, marks=pytest.mark.slow),
    ],
)
def test_mean_counts_are_those_of_kac_and_rice(size: int, order: int, count: int) -> None:
    found = enumerate_points_batch(draws(size, order, count, seed=3))
    assert all(one.proved for one in found)
    numbers = np.array([[one.counts[k] for k in range(size)] for one in found])
    samples = [(numbers.sum(1), mean_count(size, order))]
    samples += [(numbers[:, k], mean_count(size, order, index=k)) for k in range(size)]
    for sample, mean in samples:
        error = sample.std(ddof=1) / sqrt(count)
        assert abs(sample.mean() - mean) <= 4 * error


# c^3 - 3 c s^2 + 2 s^3 = (c - s)^2 (c + 2 s): a double critical point at 45 degrees, in exact numbers.
DOUBLE = {(0, 0, 0): -4.0, (0, 0, 1): 1.0, (0, 1, 1): -2.0, (1, 1, 1): -1.0}


def on_a_circle(entries: dict[tuple[int, ...], float], change: float = 0.0) -> SpinGlass:
    J = torch.zeros(2, 2, 2, dtype=torch.float64)
    for place in product(range(2), repeat=3):
        ones = sum(place)
        J[place] = entries[(0,) * (3 - ones) + (1,) * ones]
    J[0, 0, 0] += change
    return SpinGlass.from_couplings(J)


def test_a_double_point_is_never_proved() -> None:
    found = enumerate_points(on_a_circle(DOUBLE), starts=MultiStart(batch=50, most=100))
    assert not found.proved
    assert "complex solutions" in found.reason


@pytest.mark.parametrize(("change", "pairs"), [(-1e-6, 1), (1e-6, 3), (-1e-12, 1), (1e-12, 3)])
def test_next_to_a_double_point_there_are_two_real_points_or_none(
    change: float, pairs: int
) -> None:
    found = enumerate_points(on_a_circle(DOUBLE, change))
    assert found.proved
    assert found.real_pairs == pairs
    if pairs == 3:
        w = found.points
        apart = (w[:, None] - w).norm(dim=-1) + 9 * torch.eye(len(w))
        assert float(apart.min()) < 100 * abs(change) ** 0.5


@pytest.mark.parametrize(
    "J", [torch.zeros(3, 3, 3), torch.ones(2, 2, 2, 2)], ids=["zero", "rank one"]
)
def test_couplings_with_curves_of_critical_points_are_not_proved(J: Tensor) -> None:
    found = enumerate_points(
        SpinGlass.from_couplings(J.double()), starts=MultiStart(batch=20, most=20), attempts=1
    )
    assert found.completeness is Completeness.INCOMPLETE


@pytest.mark.parametrize(("size", "order"), [(5, 3), (4, 4)])
def test_random_starts_find_points_that_are_there_and_claim_no_proof(size: int, order: int) -> None:
    surface = glass(size, order)
    everything = enumerate_points(surface)
    found = enumerate_points(surface, most_paths=1)
    assert found.completeness is Completeness.SATURATED
    assert_lawful(surface, found)
    assert rows(found.points) == rows(everything.points)
    assert found.starts > 0
    assert found.unseen == 0


def test_too_few_starts_leave_points_unseen_and_say_so() -> None:
    surface = glass(6, 3)
    few = MultiStart(batch=30, most=30)
    found = enumerate_points(surface, most_paths=1, starts=few)
    assert found.completeness is Completeness.INCOMPLETE
    assert found.unseen is not None
    assert found.unseen > 0
    assert len(found) < len(enumerate_points(surface))


def test_results_print_as_counts_and_as_plain_values() -> None:
    found = enumerate_points(glass(3, 3))
    numbers = ", ".join(f"{n} of index {k}" for k, n in found.counts.items() if n)
    assert repr(found) == f"Enumeration({len(found)} critical points, proved complete: {numbers})"
    assert found.to_dict()["certified"] == len(found)
    assert "proved complete" in found._repr_html_()


def test_misuse_is_named() -> None:
    single = SpinGlass(3, 3, generator=Generator().manual_seed(0), dtype=torch.float32)
    with pytest.raises(ValueError, match="`surface` should be a spin glass in float64"):
        enumerate_points(single)
    with pytest.raises(ValueError, match="`surfaces` should be of one order"):
        enumerate_points_batch([glass(2, 3), glass(3, 3)])
    with pytest.raises(ValueError, match="`attempts` should be at least 1"):
        enumerate_points(glass(2, 3), attempts=0)
    assert enumerate_points_batch([]) == []
