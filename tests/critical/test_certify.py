"""What is certified is there, alone, of that index and energy; what is none never is."""

from dataclasses import replace
from itertools import combinations

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor

from lossatlas import critical
from lossatlas.critical import Certificate, NotCertified, certify, certify_batch
from lossatlas.surfaces import Perceptron, SpinGlass, SquaredError, Tanh
from lossatlas.verification import Outcome


def _glass(order: int, size: int, seed: int = 0) -> SpinGlass:
    return SpinGlass(order, size, generator=Generator().manual_seed(seed))


def _critical_points(surface: SpinGlass, starts: int, seed: int = 0) -> Tensor:
    """Points by plain Newton steps on the sphere in float64, not by the package's search."""
    w = surface.random_point(Generator().manual_seed(seed), (starts,))
    for _ in range(60):
        B = surface.manifold.tangent_basis(w)
        H, g = B.mT @ surface.hessian(w) @ B, (B.mT @ surface.gradient(w)[..., None])
        step = -(B @ torch.linalg.pinv(H, hermitian=True) @ g)[..., 0]
        length = step.norm(dim=-1, keepdim=True)
        w = surface.manifold.retract(w, step * (0.5 / length).clamp(max=1.0))
    return w[surface.gradient(w).norm(dim=-1) < 1e-10 * surface.gradient_scale(w)]


def _proved(surface: SpinGlass, starts: int, seed: int = 0) -> list[Certificate]:
    found = certify_batch(surface, _critical_points(surface, starts, seed))
    return [proof for proof in found if isinstance(proof, Certificate)]


@pytest.mark.parametrize(
    ("order", "size"),
    [(p, n) for p in (2, 3, 4, 5) for n in (2, 3, 5, 7, 10) if n**p < 20_000],
)
def test_every_point_found_is_certified_with_the_index_of_dense_eigenvalues(
    order: int, size: int
) -> None:
    surface = _glass(order, size, seed=size)
    points = _critical_points(surface, 30)
    assert len(points) >= 10
    B = surface.manifold.tangent_basis(points)
    values = torch.linalg.eigvalsh(B.mT @ surface.hessian(points) @ B)
    for w, eigenvalues, proof in zip(points, values, certify_batch(surface, points), strict=True):
        assert isinstance(proof, Certificate), proof
        assert proof.index == int((eigenvalues < 0).sum())
        assert (proof.index, proof.nullity, proof.positive) == (
            proof.index,
            0,
            size - 1 - proof.index,
        )
        low, high = proof.energy or (0.0, 0.0)
        assert low <= high < low + 1e-10 * (1 + abs(low))
        assert abs(float(surface.energy(w)) - low) < 1e-9
        assert proof.radius < 1e-8
        assert proof.verify(surface)


def _exact_root(surface: SpinGlass, w: Tensor) -> tuple[list[mpmath.mpf], mpmath.mpf]:
    """The critical point near w and its energy to sixty digits, by mpmath alone."""
    T, N, p = surface.couplings.numpy(), surface.size, surface.order
    with mpmath.workdps(60):
        y = [mpmath.mpf(float(v)) for v in w]
        norm = mpmath.sqrt(sum(v * v for v in y))
        x = mpmath.matrix([v / norm for v in y])
        entries = [(i, mpmath.mpf(float(t))) for i, t in np.ndenumerate(T)]

        def form(x: mpmath.matrix) -> mpmath.matrix:
            A = mpmath.matrix(N, N)
            for (i, j, *rest), t in entries:
                A[i, j] += t * mpmath.fprod(x[k] for k in rest)
            return A

        mu = (x.T * form(x) * x)[0]
        for _ in range(8):
            A = form(x)
            J, F = mpmath.matrix(N + 1, N + 1), mpmath.matrix(N + 1, 1)
            value = A * x - mu * x
            for i in range(N):
                F[i] = value[i]
                J[i, N] = J[N, i] = -x[i]
                for j in range(N):
                    J[i, j] = (p - 1) * A[i, j] - (mu if i == j else 0)
            F[N] = (1 - sum(v * v for v in x)) / 2
            step = mpmath.lu_solve(J, F)
            x = x - step[:N]
            mu -= step[N]
        return [v * mpmath.sqrt(N) for v in x], mu / mpmath.sqrt(N)


@given(
    st.integers(3, 4),
    st.integers(2, 4),
    st.integers(0, 20),
    st.floats(-16, -6.5),
)
def test_whatever_is_certified_contains_the_root_to_sixty_digits(
    order: int, size: int, seed: int, power: float
) -> None:
    surface = _glass(order, size, seed)
    points = _critical_points(surface, 3, seed)
    noise = torch.randn(points.shape, generator=Generator().manual_seed(seed), dtype=points.dtype)
    for w in points + 10**power * noise:
        proof = certify(surface, w)
        assert isinstance(proof, Certificate), proof
        root, energy = _exact_root(surface, w)
        with mpmath.workdps(60):
            away = mpmath.norm([mpmath.mpf(float(v)) - r for v, r in zip(w, root, strict=True)])
            assert away <= proof.radius
            low, high = proof.energy or (0.0, 0.0)
            assert low <= energy <= high


@pytest.mark.parametrize("order", [2, 3, 4])
def test_no_other_critical_point_is_within_the_solitude(order: int) -> None:
    surface = _glass(order, 4, seed=3)
    proofs = _proved(surface, 40)
    proofs += [proof.antipode() for proof in proofs]  # type: ignore[misc]
    seen = 0
    for one, other in combinations(proofs, 2):
        away = float((one.point - other.point).norm())
        if one.is_same_as(other):
            assert away <= 2 * (one.radius + other.radius)
            assert not one.differs_from(other)
        elif one.differs_from(other):
            seen += 1
            assert away + other.radius >= one.alone_within
    assert seen > 10


def test_a_point_that_is_not_critical_is_never_certified() -> None:
    surface = _glass(3, 6)
    generator = Generator().manual_seed(1)
    for w in surface.random_point(generator, (100,)):
        found = certify(surface, w)
        assert not found
        assert isinstance(found, NotCertified)
        assert found.reason
    for w in _critical_points(surface, 20):
        for off in (1e-1, 1e-2, 1e-3, 1e-5):
            noise = torch.randn(6, generator=generator, dtype=w.dtype)
            assert not certify(surface, w + off * noise / noise.norm())


def test_a_point_within_a_wider_distance_says_how_far_the_critical_point_is() -> None:
    surface = _glass(3, 4)
    w = _critical_points(surface, 5)[0]
    near = certify(surface, w)
    moved = w + torch.tensor([1e-4, 0.0, 0.0, 0.0], dtype=w.dtype)
    refused, found = certify(surface, moved), certify(surface, moved, within=1e-3)
    assert isinstance(refused, NotCertified)
    assert "no critical point" in refused.reason
    assert refused.bound_reached is not None
    assert isinstance(found, Certificate)
    assert isinstance(near, Certificate)
    assert 1e-5 < found.radius < 1e-3
    assert found.is_same_as(near)
    assert not found.differs_from(near)


def _circle(*angles: float) -> SpinGlass:
    """p = 3, N = 2, critical exactly at three angles and their antipodes, up to rounding.

    On the circle f' = product of sin(t - t_i), a cubic form in x = (cos t, sin t).
    """
    t = np.array([0.1, 0.9, 1.7, 2.5])
    order = 64
    nodes, weights = np.polynomial.legendre.leggauss(order)

    def f(end: float) -> float:
        s = end / 2 * (nodes + 1)
        return float(end / 2 * weights @ np.prod([np.sin(s - a) for a in angles], axis=0))

    # f is known up to a constant that must make it odd: f(t + pi) = -f(t).
    constant = -f(np.pi) / 2
    c, s = np.cos(t), np.sin(t)
    rows = np.stack([c**3, 3 * c**2 * s, 3 * c * s**2, s**3], axis=1)
    a, b, d, e = np.linalg.solve(rows, [f(end) + constant for end in t])
    T = np.array([[[a, b], [b, d]], [[b, d], [d, e]]])
    return SpinGlass.from_couplings(torch.from_numpy(T))


def _at(angle: float) -> Tensor:
    return torch.tensor([np.cos(angle), np.sin(angle)], dtype=torch.float64) * 2**0.5


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-5])
def test_a_near_degenerate_pair_is_told_apart_only_by_proof(gap: float) -> None:
    surface = _circle(1.0, 1.0 + gap, 2.3)
    one, other = certify(surface, _at(1.0)), certify(surface, _at(1.0 + gap))
    assert isinstance(one, Certificate), one
    assert isinstance(other, Certificate), other
    assert one.differs_from(other)
    assert {one.index, other.index} == {0, 1}
    assert one.alone_within < 2**0.5 * gap
    assert one.verify(surface)
    wider = replace(one, alone_within=1.1 * 2**0.5 * gap)
    assert wider.verify(surface).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("gap", [0.0, 1e-9, 1e-10, 1e-12])
def test_a_pair_that_rounding_may_have_destroyed_is_never_certified_as_two(gap: float) -> None:
    surface = _circle(1.0, 1.0 + gap, 2.3)
    one, other = certify(surface, _at(1.0)), certify(surface, _at(1.0 + gap))
    if isinstance(one, Certificate) and isinstance(other, Certificate):
        assert not one.differs_from(other) or one.index != other.index


def test_a_degenerate_point_is_never_certified() -> None:
    """f = sin^3: at angle 0 the gradient vanishes to second order."""
    T = torch.zeros(2, 2, 2, dtype=torch.float64)
    T[1, 1, 1] = 1.0
    surface = SpinGlass.from_couplings(T)
    assert certify(surface, _at(np.pi / 2))
    for angle in (0.0, 1e-9, 1e-6):
        found = certify(surface, _at(angle))
        assert not found
    nothing = SpinGlass.from_couplings(torch.zeros(3, 3, 3, dtype=torch.float64))
    assert not certify(nothing, nothing.random_point(Generator().manual_seed(0)))


def test_a_planted_duplicate_is_never_certified_as_another_point() -> None:
    surface = _glass(3, 5)
    for proof in _proved(surface, 20):
        twin = certify(surface, proof.point * (1 + 1e-15))
        assert isinstance(twin, Certificate)
        assert not proof.differs_from(twin)
        assert proof.is_same_as(twin)


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_the_antipode_is_what_a_certificate_of_its_own_says(order: int) -> None:
    surface = _glass(order, 4)
    for proof in _proved(surface, 10):
        derived, own = proof.antipode(), certify(surface, -proof.point)
        assert isinstance(derived, Certificate)
        assert isinstance(own, Certificate)
        assert derived.index == own.index == (3 - proof.index if order % 2 else proof.index)
        assert derived.is_same_as(own)
        assert derived.loss == pytest.approx(own.loss, abs=1e-12)
        assert derived.verify(surface)


def test_every_changed_statement_is_caught_by_verify() -> None:
    surface = _glass(3, 5)
    for proof in _proved(surface, 20):
        low, high = proof.loss
        changed = [
            replace(proof, index=proof.index + 1, positive=proof.positive - 1),
            replace(proof, index=proof.index - 1, positive=proof.positive + 1),
            replace(proof, radius=0.0),
            replace(proof, radius=proof.radius * 1e-6),
            replace(proof, radius=float("nan")),
            replace(proof, alone_within=float("inf")),
            replace(proof, alone_within=2 * 5**0.5),
            replace(proof, loss=(low - 1e-6, high - 1e-6)),
            replace(proof, loss=(high + 1e-9, high + 1e-6)),
            replace(proof, point=proof.point + 1e-7),
            replace(proof, point=-proof.point),
        ]
        assert proof.verify(surface)
        assert not any(claim.verify(surface) for claim in changed)
        assert not proof.verify(_glass(3, 5, seed=1))


def test_raised_precision_certifies_what_64_bits_do_not() -> None:
    """Two eigenvalues 1e-12 apart: |J^-1| is 1e12, so that at 64 bits rounding alone fails h < 1/2."""
    Q = torch.linalg.qr(torch.randn(4, 4, generator=Generator().manual_seed(0)).double()).Q
    T = Q @ torch.diag(torch.tensor([1.0, 1.0 + 1e-12, 0.1, 2.0], dtype=torch.float64)) @ Q.T
    surface = SpinGlass.from_couplings((T + T.T) / 2)
    with mpmath.workdps(50):
        _, vectors = mpmath.eigsy(mpmath.matrix(surface.couplings.tolist()))
        w = torch.tensor([float(2 * vectors[i, 2]) for i in range(4)], dtype=torch.float64)
    few, many = certify(surface, w, most_bits=64), certify(surface, w)
    assert isinstance(few, NotCertified)
    assert few.precision == 64
    assert isinstance(many, Certificate)
    assert many.precision == 128
    assert (many.index, many.positive) == (2, 1)
    assert many.alone_within < 1e-11
    assert many.verify(surface)


@pytest.mark.parametrize("w", [[0.0, 0.0, 0.0], [float("nan"), 1.0, 1.0], [float("inf"), 1.0, 1.0]])
def test_what_is_no_point_is_not_certified(w: list[float]) -> None:
    found = certify(_glass(3, 3), torch.tensor(w, dtype=torch.float64))
    assert isinstance(found, NotCertified)
    assert "not finite, or zero" in found.reason


def test_a_surface_that_nobody_enclosed_says_so() -> None:
    X, Y = torch.eye(2).double(), torch.eye(2).double()
    surface = Perceptron((2, 2, 2), Tanh(), SquaredError(), X, Y)
    found = certify(surface, torch.zeros(surface.dimension).double())
    assert isinstance(found, NotCertified)
    assert "Perceptron" in found.reason


def test_float32_points_are_taken_as_the_exact_numbers_that_they_are() -> None:
    single = SpinGlass(3, 4, generator=Generator().manual_seed(0), dtype=torch.float32)
    double = SpinGlass.from_couplings(single.couplings.double())
    for w in _critical_points(double, 10):
        proof = certify(single, w.float(), within=1e-5)
        assert isinstance(proof, Certificate)
        assert 1e-9 < proof.radius < 1e-5
        assert proof.verify(single)


def test_misuse_is_named() -> None:
    surface = _glass(3, 3)
    w = surface.random_point(Generator().manual_seed(0))
    with pytest.raises(ValueError, match="`within` should be positive"):
        certify(surface, w, within=0.0)
    with pytest.raises(ValueError, match="`most_bits` should be at least 64"):
        certify(surface, w, most_bits=32)


def test_it_prints_and_serialises() -> None:
    proof = _proved(_glass(3, 4), 5)[0]
    assert repr(proof).startswith("Certificate(-")
    assert set(proof.attributes()) <= set(proof.to_dict())
    assert "<table>" in proof._repr_html_()
    assert certify(_glass(3, 3), torch.ones(3).double()).to_dict()["certified"] is False
    assert critical.NotCertified("why", None, 64).attributes() == {
        "certified": False,
        "reason": "why",
    }


def test_classify_brings_the_certificate_that_was_asked_for() -> None:
    surface = _glass(3, 5)
    w = _critical_points(surface, 5)
    with_proofs = critical.classify_batch(surface, w, certified=True)
    for point, own in zip(with_proofs, certify_batch(surface, w), strict=True):
        assert isinstance(point.certificate, Certificate)
        assert isinstance(own, Certificate)
        assert point.certificate.index == own.index == point.index[0] == point.index[1]
        assert point.to_dict()["certificate"] == own.to_dict()
    asked = critical.classify(surface, surface.random_point(Generator()), certified=True)
    assert isinstance(asked.certificate, NotCertified)
    assert critical.classify(surface, w[0]).certificate is None


@pytest.mark.parametrize(("order", "size"), [(3, 4), (4, 3)])
def test_the_checker_is_sharp_to_a_millionth_of_the_distance(order: int, size: int) -> None:
    """The true distance and energy to sixty digits: a claim just short of them is refuted."""
    surface = _glass(order, size, seed=5)
    noise = Generator().manual_seed(2)
    for w in _critical_points(surface, 4):
        w = w + 1e-7 * torch.randn(size, generator=noise, dtype=w.dtype)
        proof = certify(surface, w)
        assert isinstance(proof, Certificate)
        root, energy = _exact_root(surface, w)
        with mpmath.workdps(60):
            away = mpmath.norm([mpmath.mpf(float(v)) - r for v, r in zip(w, root, strict=True)])
        short, enough = float(away) * (1 - 1e-6), float(away) * (1 + 1e-6)
        assert replace(proof, radius=short).verify(surface).outcome is Outcome.REFUTED
        assert replace(proof, radius=enough).verify(surface)
        loss, width = float(energy) * size, 1e-12 * (1 + abs(float(energy)))
        above, below = (loss + width, loss + 1), (loss - 1, loss - width)
        assert replace(proof, loss=above).verify(surface).outcome is Outcome.REFUTED
        assert replace(proof, loss=below).verify(surface).outcome is Outcome.REFUTED
        assert replace(proof, loss=(loss - width, loss + width)).verify(surface)
