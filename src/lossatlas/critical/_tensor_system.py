"""The equations T y^{p-1} = y of many symmetric tensors at once, along a line that ends in T.

A critical point x of T x^p on the unit sphere with T x^{p-1} = mu x, mu != 0, is a solution
y = |mu|^{-1/(p-2)} x of T y^{p-1} = sign(mu) y. Over the complex numbers the equations have (p-1)^N
solutions, the origin among them, and y and zeta y with zeta^{p-2} = 1 go together (Cartwright and
Sturmfels 2013). The line starts in a diagonal tensor with entries c, whose solutions have
y_i^{p-2} = 1 / c_i or y_i = 0; both ends have the same symmetry, and so has every tensor between.
"""

from dataclasses import dataclass
from itertools import product
from typing import final

import torch
from jaxtyping import Complex, Float
from torch import Generator, Tensor

Paths = Complex[Tensor, "D K N"]
Times = Float[Tensor, "D K"]


def num_classes(order: int, size: int) -> int:
    """((p-1)^N - 1) / (p-2), the solutions other than the origin up to y -> zeta y."""
    return int((order - 1) ** size - 1) // (order - 2)


@final
@dataclass(frozen=True, eq=False)
class TensorSystem:
    """F(y, t) = ((1 - t) diag(c) + t T) y^{p-1} - y for D tensors, t in [0, 1] for each path.

    Attributes:
        tensors: The symmetric tensors, unfolded to (D, N, N^(p-1)).
        diagonal: The entries c of the diagonal tensor at t = 0.
        order: p, at least 3.
    """

    tensors: Complex[Tensor, "D N M"]
    diagonal: Complex[Tensor, " N"]
    order: int

    @property
    def size(self) -> int:
        return self.tensors.shape[1]

    def only(self, instances: Tensor) -> "TensorSystem":
        """The system of some of the tensors."""
        return TensorSystem(self.tensors[instances], self.diagonal, self.order)

    def contracted(self, Y: Paths) -> Complex[Tensor, "D K N N"]:
        """T y^{p-2} for every path, a symmetric matrix each."""
        D, K, N = Y.shape
        A = torch.bmm(Y, self.tensors)  # (D, K, N^(p-1))
        for _ in range(self.order - 3):
            A = A.reshape(D * K, -1, N) @ Y.reshape(D * K, N, 1)
        return A.reshape(D, K, N, N)

    def equations(self, Y: Paths, t: Times) -> tuple[Paths, Paths, Complex[Tensor, "D K N N"]]:
        """F, its derivative by t, and its Jacobian in y."""
        p, t = self.order, t[..., None]
        A = self.contracted(Y)
        a = self.diagonal * Y ** (p - 2)
        here, there = a * Y, (A @ Y[..., None])[..., 0]
        J = A * ((p - 1) * t[..., None])
        J.diagonal(dim1=-2, dim2=-1).add_((p - 1) * (1 - t) * a - 1)
        return here + t * (there - here) - Y, there - here, J

    def starts(self) -> Complex[Tensor, "K N"]:
        """One solution at t = 0 of each class but the origin's."""
        p, N = self.order, self.size
        angles = 2 * torch.pi * torch.arange(p - 2, dtype=torch.float64) / (p - 2)
        roots = torch.polar(torch.ones_like(angles), angles)
        base = self.diagonal ** (-1 / (p - 2))
        # The first coordinate that is not zero takes the principal root: one of a class.
        rows = [
            [0] * first + [1, *rest]
            for first in range(N)
            for rest in product(range(p - 1), repeat=N - first - 1)
        ]
        choice = torch.tensor(rows)
        factors = torch.cat([torch.zeros(1, dtype=roots.dtype), roots])
        return factors[choice] * base


def random_diagonal(generator: Generator, size: int, scale: float = 1.0) -> Complex[Tensor, " N"]:
    """Entries of one modulus with independent random phases.

    A common random phase alone makes the line miss every singular tensor with probability one:
    their set is a hypersurface, closed under scaling, and meets the plane of the two ends in finitely
    many lines.
    """
    angle = 2 * torch.pi * torch.rand(size, generator=generator, dtype=torch.float64)
    return torch.polar(torch.full_like(angle, scale), angle)
