"""Gradients and Hessians of a 3-spin at many replicas against what one writes first.

N = 500, 128 replicas, float32, one thread. The peers hold the symmetrised tensor in full: a loop over
replicas with automatic differentiation (four of them are run, and counted each), and `torch.einsum`
for all replicas at once. The goals are 50 times the loop and twice the einsum. The Hessians of 32
replicas are one matrix product, against one contraction a replica. Peak memory is about 1.7 GiB.
"""

import torch
from _timing import Act, compare
from torch import Generator, Tensor

from lossatlas.surfaces import SpinGlass

SIZE, REPLICAS, LOOPED, HESSIANS = 500, 128, 4, 32


def loop_of_gradients(T: Tensor, w: Tensor) -> Tensor:
    """The gradient on the sphere by automatic differentiation, one replica after the other."""
    rows = []
    for point in w:
        leaf = point.clone().requires_grad_()
        energy = torch.dot((T @ leaf) @ leaf, leaf) / SIZE
        (gradient,) = torch.autograd.grad(energy, leaf)
        rows.append(gradient - torch.dot(gradient, point) / SIZE * point)
    return torch.stack(rows)


def einsum_gradients(T: Tensor, w: Tensor) -> Tensor:
    """The gradient on the sphere of all replicas, as the formula is written."""
    gradient = 3 / SIZE * torch.einsum("ijk,rj,rk->ri", T, w, w)
    return gradient - (gradient * w).sum(-1, keepdim=True) / SIZE * w


def loop_of_hessians(T: Tensor, w: Tensor) -> Tensor:
    """The Hessian of H in R^N, one contraction a replica."""
    return torch.stack([6 / SIZE * (T @ point) for point in w])


def gradients(surface: SpinGlass, T: Tensor, w: Tensor) -> None:
    some = w[:LOOPED]
    for peer in (loop_of_gradients, einsum_gradients):
        torch.testing.assert_close(peer(T, some), surface.gradient(some), atol=1e-3, rtol=1e-3)
    compare(
        f"3-spin gradient, N = {SIZE}, {REPLICAS} replicas, float32, seconds a replica",
        Act("lossatlas", lambda: surface.gradient(w), per=REPLICAS),
        [
            Act("autograd loop", lambda: loop_of_gradients(T, some), per=LOOPED, at_least=50),
            Act("einsum, symmetrised", lambda: einsum_gradients(T, w), per=REPLICAS, at_least=2),
        ],
    )


def hessians(surface: SpinGlass, T: Tensor, w: Tensor) -> None:
    found = surface.euclidean_hessian(w[:LOOPED])
    torch.testing.assert_close(loop_of_hessians(T, w[:LOOPED]), found, atol=1e-3, rtol=1e-3)
    some = w[:HESSIANS]
    compare(
        f"3-spin Hessians, N = {SIZE}, {HESSIANS} replicas, float32, seconds a replica",
        Act("lossatlas, in R^N", lambda: surface.euclidean_hessian(some), per=HESSIANS),
        [
            Act("lossatlas, on the sphere", lambda: surface.hessian(some), per=HESSIANS),
            Act("one contraction each", lambda: loop_of_hessians(T, some), per=HESSIANS),
            Act("lossatlas, gradients", lambda: surface.gradient(some), per=HESSIANS),
        ],
    )


if __name__ == "__main__":
    generator = Generator().manual_seed(0)
    surface = SpinGlass(3, SIZE, generator=generator, dtype=torch.float32, replicas=REPLICAS)
    points = surface.random_point(generator, (REPLICAS,))
    full = surface.couplings
    gradients(surface, full, points)
    hessians(surface, full, points)
