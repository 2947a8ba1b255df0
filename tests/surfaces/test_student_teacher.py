"""The student and teacher: what its closed form means, where it bends, and what its balls hold."""

from math import pi

import pytest
import torch
from flint import arb, ctx
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.surfaces import StudentTeacher, enclosure
from lossatlas.surfaces._arc_cosine_in_balls import StudentInBalls

STANDARD_ERRORS = 4.0
DRAWS = 200_000


def _rows(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=Generator().manual_seed(seed), dtype=torch.float64)


def _uniform(n: int, seed: int) -> Tensor:
    return torch.rand(n, generator=Generator().manual_seed(seed), dtype=torch.float64)


class TestMeaning:
    """What F is."""

    def test_the_loss_is_half_the_mean_squared_distance(self) -> None:
        V, W = _rows(3, 4), _rows(2, 4, seed=1)
        x = _rows(DRAWS, 4, seed=2)
        distance = (x @ W.T).relu().sum(1) - (x @ V.T).relu().sum(1)
        sample = distance.square() / 2
        error = (StudentTeacher(V, 2).loss(W.flatten()) - sample.mean()).abs()
        assert error < STANDARD_ERRORS * sample.std() / DRAWS**0.5

    @given(k=st.integers(1, 5), d=st.integers(1, 5), seed=st.integers(0, 99))
    def test_the_teacher_and_its_permutations_have_no_loss(self, k: int, d: int, seed: int) -> None:
        V = _rows(k, d, seed=seed)
        surface = StudentTeacher(V, k)
        for w in (V.flatten(), V.flip(0).flatten()):
            assert abs(float(surface.loss(w))) < 1e-13 * (1 + float(V.square().sum()))
            assert float(surface.gradient(w).norm()) < 1e-13 * float(surface.gradient_scale(w))

    @given(k=st.integers(1, 4), d=st.integers(1, 4), seed=st.integers(0, 99))
    def test_scaling_both_scales_the_loss_by_the_square(self, k: int, d: int, seed: int) -> None:
        V, W = _rows(3, d, seed=seed), _rows(k, d, seed=seed + 1)
        plain, larger = StudentTeacher(V, k), StudentTeacher(3 * V, k)
        assert_close(larger.loss(3 * W.flatten()), 9 * plain.loss(W.flatten()))

    def test_on_a_line_the_loss_is_two_parabolas(self) -> None:
        """Half of all inputs reach the units with positive weight, half the others."""
        V, W = torch.tensor([[1.0], [-2.0]]).double(), torch.tensor([[0.5], [1.5], [-1.0]]).double()
        expected = ((0.5 + 1.5 - 1.0) ** 2 + (1.0 - 2.0) ** 2) / 4
        assert float(StudentTeacher(V, 3).loss(W.flatten())) == pytest.approx(expected, abs=1e-14)


class TestEdges:
    """Parallel rows and rows of zeros."""

    def test_where_rows_are_parallel_the_hessian_is_the_gradients_quotient(self) -> None:
        V = _rows(2, 3)
        W = torch.stack([V[0], 2 * V[0], -V[0], V[1]])
        surface, w, h = StudentTeacher(V, 4), W.flatten(), 1e-6
        H = surface.hessian(w)
        for j in range(len(w)):
            step = torch.zeros_like(w)
            step[j] = h
            quotient = (surface.gradient(w + step) - surface.gradient(w - step)) / (2 * h)
            # The third derivative jumps there, so that the quotient is off by its order, h.
            assert_close(H[j], quotient, atol=1e-5, rtol=0)

    def test_a_silent_unit_adds_nothing_and_has_no_gradient(self) -> None:
        V, W = _rows(2, 3), _rows(2, 3, seed=1)
        silent = torch.cat([W, torch.zeros(1, 3).double()])
        small, large = StudentTeacher(V, 2), StudentTeacher(V, 3)
        assert_close(large.loss(silent.flatten()), small.loss(W.flatten()))
        g = large.gradient(silent.flatten())
        assert_close(g[:6], small.gradient(W.flatten()))
        assert bool(g[6:].isnan().all())
        H = large.hessian(silent.flatten())
        assert bool(H[6:].isnan().all())
        assert not bool(H[:6, :6].isnan().any())
        product = large.hvp(silent.flatten(), torch.ones(9).double())
        assert bool(product[6:].isnan().all())
        assert not bool(product[:6].isnan().any())
        assert not enclosure(large).prove(silent.flatten(), precision=64)

    @given(k=st.integers(1, 3), m=st.integers(1, 3), q=st.integers(0, 3), seed=st.integers(0, 99))
    def test_rotations_around_the_teacher_are_the_symmetry(
        self, k: int, m: int, q: int, seed: int
    ) -> None:
        V = torch.cat([_rows(m, m, seed=seed), torch.zeros(m, q).double()], dim=1)
        surface, W = StudentTeacher(V, k), _rows(k, m + q, seed=seed + 1)
        tangents = []
        for i in range(m, m + q):
            for j in range(m, i):
                A = torch.zeros(m + q, m + q).double()
                A[i, j], A[j, i] = 1.0, -1.0
                tangents.append((W @ A).flatten())
        rank = int(torch.linalg.matrix_rank(torch.stack(tangents))) if tangents else 0
        assert surface.orbit_dimension(W.flatten()) == rank
        for v in tangents:
            assert abs(float(surface.gradient(W.flatten()) @ v)) < 1e-12

    @pytest.mark.parametrize(
        ("teacher", "width", "message"),
        [
            (torch.zeros(2, 2).double(), 1, "no row of zeros"),
            (torch.zeros(0, 2).double(), 1, "a unit a row"),
            (torch.tensor([[float("nan")]]).double(), 1, "finite"),
            (torch.eye(2, dtype=torch.float16), 1, "float32 or float64"),
            (torch.eye(2).double(), 0, "at least 1"),
        ],
    )
    def test_misuse_is_named(self, teacher: Tensor, width: int, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            StudentTeacher(teacher, width)


class TestBalls:
    """The same formulas, enclosed."""

    @given(
        k=st.integers(1, 4),
        m=st.integers(1, 4),
        d=st.integers(1, 4),
        radius=st.sampled_from([0.0, 1e-6, 1e-2]),
        seed=st.integers(0, 99),
        parallel=st.booleans(),
    )
    def test_a_box_holds_the_numbers_of_its_points(
        self, k: int, m: int, d: int, radius: float, seed: int, parallel: bool
    ) -> None:
        V, W = _rows(m, d, seed=seed), _rows(k, d, seed=seed + 1)
        if parallel:
            W[0] = V[0]
        surface = StudentTeacher(V, k)
        inside = W.flatten() + radius * (2 * _uniform(k * d, seed) - 1)
        with ctx.workprec(64):
            rows = [[arb(x, radius) for x in row] for row in W.tolist()]
            balls = StudentInBalls(rows, [[arb(x) for x in row] for row in V.tolist()])
            found = [balls.loss()], balls.gradient().entries(), balls.hessian().entries()
        numbers = (
            surface.loss(inside)[None],
            surface.gradient(inside),
            surface.hessian(inside).flatten(),
        )
        for enclosures, values in zip(found, numbers, strict=True):
            for ball, value in zip(enclosures, values.tolist(), strict=True):
                assert (ball + arb(0, 1e-11)).contains(arb(value))

    def test_away_from_parallel_rows_balls_are_narrow(self) -> None:
        V, W = _rows(2, 3), _rows(2, 3, seed=1)
        with ctx.workprec(96):
            balls = StudentInBalls(
                [[arb(x) for x in row] for row in W.tolist()],
                [[arb(x) for x in row] for row in V.tolist()],
            )
            assert all(float(x.rad()) < 1e-24 for x in balls.hessian().entries())

    def test_the_teacher_is_proved_a_strict_minimum(self) -> None:
        surface = StudentTeacher(torch.eye(4).double(), 4)
        found = enclosure(surface).prove(torch.eye(4).double().flatten(), precision=64)
        assert found.proved
        assert found.inertia == (0, 0, 16)
        assert found.loss[0] == 0.0
        assert found.loss[1] < 1e-8

    def test_a_point_that_rotations_move_is_refused(self) -> None:
        surface = StudentTeacher(torch.tensor([[1.0, 0.0, 0.0]]).double(), 1)
        w = torch.tensor([0.3, 0.4, 0.0]).double()
        assert "rotations" in enclosure(surface).prove(w, precision=64).reason

    def test_a_point_that_is_not_critical_is_not_proved(self) -> None:
        surface = StudentTeacher(torch.eye(3).double(), 3)
        found = enclosure(surface).prove(_rows(9), precision=64)
        assert not found or found.radius > 1e-3


def test_the_kernel_at_a_right_angle_is_one_over_two_pi() -> None:
    V = torch.eye(2).double()
    expected = 0.5 + 1 / (2 * pi)  # two units at their own, and one with the other, twice, halved
    assert float(StudentTeacher(V, 1).loss(torch.zeros(2).double())) == pytest.approx(expected)
