"""The spin glass: its law, its symmetries, and what is refused.

That its derivatives are those of H on the sphere is in the contract of every surface.
"""

import math
from fractions import Fraction
from itertools import permutations

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.errors import MemoryForecastError
from lossatlas.surfaces import SpinGlass
from lossatlas.surfaces._compact_couplings import CompactCouplings
from lossatlas.surfaces._multi_indices import multiplicities
from lossatlas.surfaces._pair_couplings import PairCouplings

STANDARD_ERRORS = 4.0


def _glass(order: int, size: int, seed: int = 0) -> SpinGlass:
    return SpinGlass(order, size, generator=Generator().manual_seed(seed))


def _couplings(order: int, size: int, seed: int = 0) -> Tensor:
    g = Generator().manual_seed(seed)
    return torch.randn((size,) * order, generator=g, dtype=torch.float64)


def _points(surface: SpinGlass, *batch: int) -> Tensor:
    return surface.random_point(Generator().manual_seed(9), batch)


shapes = {"order": st.integers(2, 5), "size": st.integers(2, 5), "seed": st.integers(0, 999)}


class TestSymmetries:
    """Identities that hold for each instance."""

    @given(**shapes)
    def test_h_is_homogeneous(self, order: int, size: int, seed: int) -> None:
        s = _glass(order, size, seed)
        w = _points(s, 3)
        g, A = s.euclidean_gradient(w), s.euclidean_hessian(w)
        assert_close((w * g).sum(-1), order * s.loss(w))
        assert_close((A @ w[..., None])[..., 0], (order - 1) * g)
        assert_close(s.loss(2 * w), 2**order * s.loss(w))
        assert_close(s.energy(w), s.loss(w) / size)

    @given(**shapes)
    def test_the_radius_is_a_null_vector(self, order: int, size: int, seed: int) -> None:
        s = _glass(order, size, seed)
        w = _points(s, 3)
        zero = torch.zeros_like(w)
        assert_close((w * s.gradient(w)).sum(-1), zero[..., 0], atol=1e-11, rtol=0)
        assert_close((s.hessian(w) @ w[..., None])[..., 0], zero, atol=1e-11, rtol=0)
        assert_close(s.hvp(w, w), zero, atol=1e-11, rtol=0)

    @given(**shapes)
    def test_antipodes_have_the_same_values_up_to_the_orders_sign(
        self, order: int, size: int, seed: int
    ) -> None:
        s = _glass(order, size, seed)
        w = _points(s, 3)
        sign = (-1) ** order
        assert_close(s.loss(-w), sign * s.loss(w))
        assert_close(s.gradient(-w), -sign * s.gradient(w))
        assert_close(s.hessian(-w), sign * s.hessian(w))

    @given(**shapes)
    def test_turning_couplings_and_point_alike_turns_the_derivatives(
        self, order: int, size: int, seed: int
    ) -> None:
        J = _couplings(order, size, seed)
        R, _ = torch.linalg.qr(_couplings(2, size, seed + 1))
        turned = J
        for _ in range(order):
            turned = torch.tensordot(turned, R, dims=([0], [1]))
        s, t = SpinGlass.from_couplings(J), SpinGlass.from_couplings(turned)
        w = _points(s, 3)
        assert_close(t.loss(w @ R.T), s.loss(w))
        assert_close(t.gradient(w @ R.T), s.gradient(w) @ R.T)
        assert_close(t.hessian(w @ R.T), R @ s.hessian(w) @ R.T)

    @given(**shapes)
    def test_parts_of_the_couplings_average_to_the_gradient(
        self, order: int, size: int, seed: int
    ) -> None:
        s = _glass(order, size, seed)
        w = _points(s, 2, 2)
        rows = torch.randperm(size, generator=Generator().manual_seed(seed))
        cut = max(1, size // 2)
        parts = [(part, s.block_gradient(w, part)) for part in (rows[:cut], rows[cut:])]
        mean = torch.stack([len(part) / size * g for part, g in parts]).sum(0)
        assert_close(mean, s.gradient(w))
        assert_close((w * parts[0][1]).sum(-1), torch.zeros(2, 2).double(), atol=1e-11, rtol=0)

    def test_a_part_is_the_gradient_of_its_own_couplings(self) -> None:
        J = SpinGlass.from_couplings(_couplings(3, 5)).couplings.clone()
        s, w = SpinGlass.from_couplings(J), torch.ones(5).double()
        rows = torch.tensor([3, 1])
        left = torch.zeros_like(J)
        left[rows] = J[rows] * 5 / 2
        assert_close(s.block_gradient(w, rows), SpinGlass.from_couplings(left).gradient(w))


class TestTwoSpins:
    """Order 2: eigenvectors of a symmetric matrix, with every number known."""

    @pytest.mark.parametrize("size", [2, 9])
    def test_critical_points_are_eigenvectors(self, size: int) -> None:
        s = _glass(2, size)
        values, V = torch.linalg.eigh(s.couplings)
        w = math.sqrt(size) * V.T  # (N, N): all of them
        assert bool((s.gradient(w).norm(dim=-1) <= 1e-12 * s.gradient_scale(w)).all())
        assert_close(s.energy(w), values / math.sqrt(size))
        gaps = 2 * (values - values[:, None]) / math.sqrt(size)
        assert_close(torch.linalg.eigvalsh(s.hessian(w)), gaps.sort(-1).values)


class TestRounding:
    """Against rational arithmetic: float64 numbers are exact fractions, and N^{-(p-1)/2} is 1/N."""

    @pytest.mark.parametrize("size", [2, 5])
    def test_the_error_of_the_hessian_is_within_its_bound(self, size: int) -> None:
        s = _glass(3, size)
        w = _points(s, 5)
        bound = s.hessian_error(w)
        for row in range(5):
            exact = _rational_hessian(s.couplings.tolist(), w[row].tolist())
            found = s.hessian(w)[row].tolist()
            error = [
                [float(Fraction(x) - y) for x, y in zip(*rows, strict=True)]
                for rows in zip(found, exact, strict=True)
            ]
            norm = torch.linalg.matrix_norm(torch.tensor(error).double(), 2)
            assert 0 < norm <= bound[row] < 1e-12


def _rational_hessian(T: list, w: list) -> list[list[Fraction]]:
    """P A P - (w.g / |w|^2) P with A = 6 T w / N and w.g = w.A w / 2, in fractions."""
    n, w = len(w), [Fraction(x) for x in w]
    square = sum(x * x for x in w)
    A = [
        [Fraction(6, n) * sum(Fraction(T[i][j][k]) * w[k] for k in range(n)) for j in range(n)]
        for i in range(n)
    ]
    P = [[(i == j) - w[i] * w[j] / square for j in range(n)] for i in range(n)]
    slope = sum(w[i] * A[i][j] * w[j] for i in range(n) for j in range(n)) / 2 / square
    inner = [[A[i][j] - (i == j) * slope for j in range(n)] for i in range(n)]
    return _multiplied(P, _multiplied(inner, P))


def _multiplied(A: list, B: list) -> list[list[Fraction]]:
    columns = list(zip(*B, strict=True))
    return [[sum(a * b for a, b in zip(row, c, strict=True)) for c in columns] for row in A]


def _drawn(order: int, size: int, g: Generator) -> SpinGlass:
    return SpinGlass(order, size, generator=g)


def _symmetrised(order: int, size: int, g: Generator) -> SpinGlass:
    J = torch.randn((size,) * order, generator=g, dtype=torch.float64)
    return SpinGlass.from_couplings(J)


def _agree(sample: Tensor, expected: float) -> None:
    """The mean of independent draws is within four standard errors of a number."""
    error = sample.std() / len(sample) ** 0.5
    assert abs(sample.mean() - expected) <= STANDARD_ERRORS * error


LAWS = pytest.mark.parametrize("make", [_drawn, _symmetrised], ids=["drawn", "symmetrised"])


class TestLaw:
    """Auffinger, Ben Arous and Cerny (2013), lemma 3.2, over draws of both ways to make one."""

    @LAWS
    @pytest.mark.parametrize(("order", "size"), [(2, 3), (3, 3), (4, 2)])
    def test_law_at_a_point(self, make: object, order: int, size: int) -> None:
        """Energy, gradient and Hessian at w, and the energy's covariance with another point."""
        g, p, N = Generator().manual_seed(5), order, size
        glasses = [make(order, size, g) for _ in range(600)]  # ty: ignore[call-non-callable]
        w, v = _points(glasses[0]), glasses[0].random_point(Generator().manual_seed(2))
        Q = glasses[0].manifold.tangent_basis(w)
        H, H_v = (torch.stack([s.loss(x) for s in glasses]) for x in (w, v))
        gradient = torch.stack([s.gradient(w) @ Q for s in glasses])
        hessian = torch.stack([Q.T @ s.hessian(w) @ Q for s in glasses])
        free = hessian + p * (H / N)[:, None, None] * torch.eye(N - 1)
        overlap = float(w @ v / N)
        _agree(H, 0.0)
        _agree(H.square(), N)
        _agree(H * H_v, N * overlap**p)
        for k in range(N - 1):
            _agree(gradient[:, k].square(), p)
            _agree(gradient[:, k] * H, 0.0)
            _agree(free[:, k, k].square(), 2 * p * (p - 1) / N)
            _agree(free[:, k, k] * H, 0.0)
            _agree(free[:, k, k] * gradient[:, k], 0.0)
        if N > 2:
            _agree(gradient[:, 0] * gradient[:, 1], 0.0)
            _agree(free[:, 0, 1].square(), p * (p - 1) / N)
            _agree(free[:, 0, 0] * free[:, 1, 1], 0.0)

    @pytest.mark.parametrize("order", [2, 3, 4, 5])
    def test_entries_have_the_variance_of_a_mean(self, order: int) -> None:
        size = {2: 300, 3: 50, 4: 18, 5: 11}[order]
        entries, shared = _glass(order, size).entries, multiplicities(size, order)
        for m in shared.unique():
            _agree((entries[shared == m] * m.sqrt()).square(), 1.0)
            _agree(entries[shared == m], 0.0)

    def test_the_bulk_of_the_hessian_is_a_semicircle(self) -> None:
        """Centre -p u, radius 2 sqrt(p (p-1) (N-1) / N), by its first four moments."""
        N, p = 150, 3
        s = _glass(p, N)
        w = _points(s)
        Q = s.manifold.tangent_basis(w)
        radius = 2 * math.sqrt(p * (p - 1) * (N - 1) / N)
        values = torch.linalg.eigvalsh(Q.T @ s.hessian(w) @ Q)
        scaled = (values + p * s.energy(w)) / radius
        moments = [float((scaled**k).mean()) for k in range(1, 5)]
        # A linear statistic of a GOE moves by O(1/N) about its limit.
        assert_close(moments, [0.0, 1 / 4, 0.0, 1 / 8], atol=3 / N, rtol=0)

    def test_random_points_are_uniform_on_the_sphere(self) -> None:
        s = _glass(3, 4)
        w = _points(s, 4000)
        assert_close(w.square().sum(-1), torch.full((4000,), 4.0).double())
        for k in range(4):
            _agree(w[:, k], 0.0)
            _agree(w[:, k].square(), 1.0)
            _agree(w[:, k] * w[:, (k + 1) % 4], 0.0)


class TestCouplings:
    """What is stored, and how it is given."""

    @given(**shapes)
    def test_any_tensor_is_replaced_by_its_mean_over_permutations(
        self, order: int, size: int, seed: int
    ) -> None:
        J = _couplings(order, size, seed)
        mean = torch.stack([J.permute(axes) for axes in permutations(range(order))]).mean(0)
        T = SpinGlass.from_couplings(J).couplings
        assert_close(T, mean)
        assert all(torch.equal(T, T.permute(axes)) for axes in permutations(range(order)))

    @given(**shapes)
    def test_symmetric_tensors_and_entries_keep_their_bits(
        self, order: int, size: int, seed: int
    ) -> None:
        s = _glass(order, size, seed)
        again = SpinGlass.from_couplings(s.couplings)
        given_entries = SpinGlass(order, size, given=s.entries)
        for other in (again, given_entries):
            assert torch.equal(other.entries, s.entries)
            assert torch.equal(other.couplings, s.couplings)

    def test_a_high_order_takes_no_factorial_of_passes(self) -> None:
        J = _couplings(12, 2)
        s, w = SpinGlass.from_couplings(J), torch.ones(2).double()
        assert_close(s.loss(w), J.sum() / 2**5.5)

    def test_same_seed_same_bits_however_they_are_stored(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stored = _glass(3, 30)
        monkeypatch.setattr("lossatlas.surfaces._choose_couplings._LARGE", 100)
        tiled, many = (
            SpinGlass(3, 30, generator=Generator().manual_seed(0), replicas=r) for r in (1, 500)
        )
        assert isinstance(stored._couplings, PairCouplings)
        assert isinstance(tiled._couplings, CompactCouplings)
        assert torch.equal(tiled.entries, stored.entries)
        assert torch.equal(many.entries, stored.entries)
        w = _points(stored, 5)
        assert_close(tiled.gradient(w), stored.gradient(w))
        assert_close(tiled.hessian(w), stored.hessian(w))

    def test_the_hint_moves_the_size_from_which_on_there_are_tiles(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lossatlas.surfaces._choose_couplings._LARGE", 400)
        kinds = [
            type(SpinGlass(3, size, generator=Generator(), replicas=r)._couplings)
            for size in (9, 10, 13)
            for r in (None, 500)
        ]
        pairs, tiles = PairCouplings, CompactCouplings
        assert kinds == [tiles, pairs, tiles, pairs, tiles, tiles]

    def test_the_scale_of_the_gradient_is_the_couplings(self) -> None:
        J = _couplings(3, 6)
        s, t = SpinGlass.from_couplings(J), SpinGlass.from_couplings(1e-8 * J)
        w = _points(s, 4)
        assert_close(t.gradient_scale(w), 1e-8 * s.gradient_scale(w))
        assert_close(s.gradient_scale(2 * w), 4 * s.gradient_scale(w))
        assert bool((s.gradient_scale(w) >= s.gradient(w).norm(dim=-1)).all())

    def test_no_couplings_no_gradient(self) -> None:
        s = SpinGlass.from_couplings(torch.zeros(3, 3, 3).double())
        w = _points(s, 2)
        assert not s.loss(w).any()
        assert not s.gradient(w).any()
        assert not s.gradient_scale(w).any()
        assert not s.hessian_error(w).any()

    def test_symmetry_forces_no_zeros(self) -> None:
        s = _glass(3, 4)
        assert s.orbit_dimension(_points(s)) == 0


class TestRefusals:
    """Misuse and what does not fit."""

    @pytest.mark.parametrize(
        ("order", "size", "message"),
        [
            (1, 4, r"`order` should be an integer from 2 to 170\. Got 1"),
            (171, 2, r"`order` should be an integer from 2"),
            (3, 1, r"`size` should be an integer, at least 2\. Got 1"),
        ],
    )
    def test_orders_and_sizes(self, order: int, size: int, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            SpinGlass(order, size, generator=Generator())

    def test_other_arguments(self) -> None:
        with pytest.raises(ValueError, match=r"`replicas` should be at least 1\. Got 0"):
            SpinGlass(3, 4, generator=Generator(), replicas=0)
        with pytest.raises(ValueError, match="`dtype` should be float32 or float64"):
            SpinGlass(3, 4, generator=Generator(), dtype=torch.float16)
        with pytest.raises(ValueError, match=r"`generator` should be given, .* Got neither"):
            SpinGlass(3, 4)
        with pytest.raises(ValueError, match=r"`generator` should be given, .* Got both"):
            SpinGlass(3, 4, generator=Generator(), given=torch.zeros(20).double())
        with pytest.raises(ValueError, match=r"`given` should have shape \(20,\)"):
            SpinGlass(3, 4, given=torch.zeros(21).double())

    @pytest.mark.parametrize(
        ("J", "message"),
        [
            (torch.zeros(4), r"`J` should have shape \(N, ..., N\)"),
            (torch.zeros(3, 3, 4), r"`J` should have shape \(N, ..., N\).* Got \(3, 3, 4\)"),
            (torch.zeros(1, 1, 1), "`size` should be an integer, at least 2"),
            (torch.zeros(3, 3, dtype=torch.long), "`J` should be float32 or float64"),
            (torch.tensor([[0.0, torch.nan], [0.0, 1.0]]), "1 of 4 entries NaN or infinite"),
            (torch.tensor([[0.0, torch.inf], [0.0, 1.0]]), "1 of 4 entries NaN or infinite"),
        ],
    )
    def test_couplings(self, J: Tensor, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            SpinGlass.from_couplings(J)

    @pytest.mark.parametrize("rows", [[], [0, 0], [-1], [4], [0.5]])
    def test_rows(self, rows: list[float]) -> None:
        s = _glass(3, 4)
        with pytest.raises(ValueError, match="`rows` should be distinct integers"):
            s.block_gradient(_points(s), torch.tensor(rows))

    @pytest.mark.parametrize("order", [2, 3, 4, 7])
    def test_what_does_not_fit_is_refused_with_the_largest_size_that_does(
        self, order: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for room in ("surfaces._choose_couplings", "linalg._memory"):
            monkeypatch.setattr(f"lossatlas.{room}.available_memory", lambda _=None: 2**27)
        with pytest.raises(MemoryForecastError, match=r"The largest size .* that fits is") as error:
            SpinGlass(order, 10**5, generator=Generator())
        largest = int(str(error.value).rpartition(" ")[2].rstrip("."))
        assert SpinGlass(order, largest, generator=Generator()).size == largest
        with pytest.raises(MemoryForecastError, match=f"that fits is {largest}"):
            SpinGlass(order, largest + 1, generator=Generator())

    def test_the_full_tensor_and_hessians_are_forecast(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        s = _glass(3, 200)
        monkeypatch.setattr("lossatlas.linalg._memory.available_memory", lambda _=None: 2**20)
        with pytest.raises(MemoryForecastError, match="`entries` are its independent entries"):
            _ = s.couplings
        with pytest.raises(MemoryForecastError, match="The Hessian of 200 parameters"):
            s.hessian(_points(s, 200))
