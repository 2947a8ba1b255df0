"""The sphere: what every manifold keeps, and what only this one has."""

import math

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor
from torch.testing import assert_close

from lossatlas.surfaces import Sphere


def _points(size: int, seed: int, *batch: int) -> tuple[Tensor, Tensor]:
    """A point of the sphere and a tangent vector at it, for each of a batch."""
    g = Generator().manual_seed(seed)
    w, v = torch.randn(2, *batch, size, generator=g, dtype=torch.float64)
    w = w / w.norm(dim=-1, keepdim=True) * math.sqrt(size)
    return w, Sphere(size).project(w, v)


sizes, seeds = st.integers(2, 12), st.integers(0, 2**31)


@given(size=sizes, seed=seeds)
def test_the_basis_is_orthonormal_and_tangent(size: int, seed: int) -> None:
    w, _ = _points(size, seed, 3, 2)
    Q = Sphere(size).tangent_basis(w)
    assert Q.shape == (3, 2, size, size - 1)
    assert_close(Q.mT @ Q, torch.eye(size - 1).double().expand(3, 2, -1, -1))
    assert_close((w[..., None, :] @ Q), torch.zeros(3, 2, 1, size - 1).double())


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_basis_keeps_its_digits_on_the_first_axis(sign: float) -> None:
    w = torch.zeros(5).double()
    w[0] = sign * math.sqrt(5)
    assert torch.equal(Sphere(5).tangent_basis(w), torch.eye(5).double()[:, 1:])
    w[1] = 1e-9
    Q = Sphere(5).tangent_basis(w)
    assert (w @ Q).abs().max() < 1e-15


@given(size=sizes, seed=seeds)
def test_projection_is_what_the_basis_spans(size: int, seed: int) -> None:
    w, _ = _points(size, seed, 4)
    v = torch.randn(4, size, generator=Generator().manual_seed(1), dtype=torch.float64)
    Q = Sphere(size).tangent_basis(w)
    assert_close(Sphere(size).project(w, v), (Q @ (Q.mT @ v[..., None]))[..., 0])


@given(size=sizes, seed=seeds)
def test_a_step_stays_on_the_sphere_and_follows_the_geodesic_to_second_order(
    size: int, seed: int
) -> None:
    w, v = _points(size, seed, 3)
    length = v.norm(dim=-1, keepdim=True)
    for h in (1e-2, 1e-3):
        angle = h * length / math.sqrt(size)
        geodesic = w * angle.cos() + v / length * math.sqrt(size) * angle.sin()
        end = Sphere(size).retract(w, h * v)
        assert_close(end.square().sum(-1), torch.full((3,), float(size)).double())
        assert bool(((end - geodesic).norm(dim=-1) <= (h * length[:, 0]) ** 3).all())


@given(size=sizes, seed=seeds)
def test_transport_is_an_isometry_to_the_tangent_space_and_goes_back(size: int, seed: int) -> None:
    sphere = Sphere(size)
    w, v = _points(size, seed, 3)
    to, _ = _points(size, seed + 1, 3)
    u = sphere.transport(w, to, v)
    assert_close((u * to).sum(-1), torch.zeros(3).double(), atol=1e-9, rtol=0)
    assert_close(u.norm(dim=-1), v.norm(dim=-1), atol=1e-7, rtol=1e-7)
    assert_close(sphere.transport(to, w, u), v, atol=1e-6, rtol=1e-6)


def test_a_geodesics_velocity_is_transported_along_it() -> None:
    w, v = _points(6, 0)
    length = v.norm()
    angle = 0.7
    to = w * math.cos(angle) + v / length * math.sqrt(6) * math.sin(angle)
    velocity = -w / math.sqrt(6) * length * math.sin(angle) + v * math.cos(angle)
    assert_close(Sphere(6).transport(w, to, v), velocity)


def test_nothing_is_transported_to_the_antipode() -> None:
    w, v = _points(4, 0)
    assert Sphere(4).transport(w, -w, v).isnan().all()


def test_points_off_the_sphere_are_as_good_as_their_directions() -> None:
    w, v = _points(5, 0)
    assert_close(Sphere(5).project(3 * w, v + w), v)
    assert_close(Sphere(5).tangent_basis(3 * w), Sphere(5).tangent_basis(w))


def test_dimension_is_one_less_and_a_sphere_without_directions_is_refused() -> None:
    assert Sphere(7).dimension == 6
    with pytest.raises(ValueError, match=r"`size` should be at least 2\. Got 1"):
        Sphere(1)
