"""The spherical pure p-spin Hamiltonian, for any number of replicas at once.

H(w) = N^{-(p-1)/2} sum J_{i_1..i_p} w_{i_1} .. w_{i_p} on the sphere |w|^2 = N, with J independent
normal (Choromanska et al. 2015, equation 10; Auffinger, Ben Arous and Cerny 2013). Only the
symmetrised tensor T enters, and it is drawn directly: an entry that stands for m of J's is their
mean, of variance 1/m. With g = p N^{-(p-1)/2} T w^{p-1} and A = p (p-1) N^{-(p-1)/2} T w^{p-2} the
derivatives on the sphere are P g and P (A - (w.g / |w|^2) I) P, P the projection orthogonal to w.
Energies per spin are u = H / N.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, InitVar, dataclass, field
from functools import cached_property
from math import prod, sqrt
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Hessians, Points, Values
from lossatlas.errors import misuse
from lossatlas.linalg import forecast

from ._check_spin_glass import (
    check_couplings,
    check_entries,
    check_rows,
    check_spin_glass,
)
from ._choose_couplings import choose_couplings, require_couplings
from ._couplings import AbstractCouplings
from ._memory import require_hessian
from ._multi_indices import multiplicities
from ._rounding import accumulated, perron_bound
from ._sample_couplings import full_tensor, sample_entries, symmetrise
from ._sphere import Sphere
from ._surface import AbstractSurface
from ._validate import check_point


@final
@dataclass(frozen=True, eq=False)
class SpinGlass(AbstractSurface):
    """A p-spin glass of N spins on the sphere of radius sqrt(N).

    Args:
        order: p, at least 2.
        size: N, at least 2.
        generator: The source of the couplings; they live on its device.
        dtype: float64 or float32.
        replicas: About how many points are asked for in one call, a hint for how the couplings
            are stored; their values do not depend on it.
        given: Instead of a generator, the independent entries of T themselves, as `entries` has
            them.

    Raises:
        ValueError: If order or size is below 2, the entries given are not C(N + p - 1, p) finite
            numbers of that type, or neither them nor a generator is given.
        MemoryForecastError: If the couplings do not fit; the message names the largest size.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import SpinGlass
        >>> surface = SpinGlass(order=3, size=20, generator=torch.Generator().manual_seed(0))
        >>> w = surface.random_point(torch.Generator().manual_seed(1), (100,))
        >>> surface.energy(w).shape, bool(((w * surface.gradient(w)).sum(-1).abs() < 1e-12).all())
        (torch.Size([100]), True)
    """

    order: int
    size: int
    _: KW_ONLY
    generator: InitVar[Generator | None] = None
    dtype: torch.dtype = torch.float64
    replicas: int | None = None
    given: InitVar[Tensor | None] = None
    _couplings: AbstractCouplings = field(init=False, repr=False)

    def __post_init__(self, generator: Generator | None, given: Tensor | None) -> None:
        check_spin_glass(self.order, self.size, self.dtype, self.replicas)
        entries = self._independent(generator, given)
        couplings = choose_couplings(
            entries, order=self.order, size=self.size, replicas=self.replicas
        )
        object.__setattr__(self, "_couplings", couplings)

    @classmethod
    def from_couplings(cls, J: Tensor, *, replicas: int | None = None) -> "SpinGlass":
        """The spin glass of given couplings.

        Args:
            J: Any N x ... x N tensor of order p, which is symmetrised; one that is symmetric keeps
                its numbers to the last bit.
            replicas: As in the constructor.

        Raises:
            ValueError: If J is not such a tensor of finite float32 or float64 numbers.
        """
        check_couplings(J)
        require_couplings(J.ndim, len(J), replicas, J.dtype, J.device)
        return cls(J.ndim, len(J), dtype=J.dtype, replicas=replicas, given=symmetrise(J))

    @property
    def dimension(self) -> int:
        return self.size

    @property
    def device(self) -> torch.device:
        return self._couplings.device

    @property
    def manifold(self) -> Sphere:
        return Sphere(self.size)

    @property
    def entries(self) -> Float[Tensor, " K"]:
        """The C(N + p - 1, p) independent entries of T, i_1 <= ... <= i_p, lexicographically."""
        return self._couplings.entries()

    @cached_property
    def couplings(self) -> Tensor:
        """The symmetric tensor T of shape (N,) * p.

        Raises:
            MemoryForecastError: If it does not fit.
        """
        forecast(
            2 * self.size**self.order * self.dtype.itemsize,
            purpose=f"The full tensor of order {self.order} and size {self.size}",
            remedy="`entries` are its independent entries.",
            device=self.device,
        )
        return full_tensor(self.entries, self.order, self.size)

    def loss(self, w: Points) -> Values:
        """H(w), extensive; off the sphere the same homogeneous polynomial."""
        return (w * self.euclidean_gradient(w)).sum(-1) / self.order

    def energy(self, w: Points) -> Values:
        """H(w) / N, the energy per spin."""
        return self.loss(w) / self.size

    def euclidean_gradient(self, w: Points) -> Points:
        """The gradient of H in R^N, g = p N^{-(p-1)/2} T w^{p-1}; w.g = p H."""
        self._check("w", w)
        return self._scale * self._rows(self._couplings.vectors, w)

    def euclidean_hessian(self, w: Points) -> Hessians:
        """The Hessian of H in R^N, A = p (p-1) N^{-(p-1)/2} T w^{p-2}; A w = (p-1) g.

        Raises:
            MemoryForecastError: If the matrices do not fit.
        """
        self._check("w", w)
        require_hessian(w, self.size)
        return self._scale * (self.order - 1) * self._rows(self._couplings.matrices, w)

    def gradient(self, w: Points) -> Points:
        """P g, the gradient on the sphere."""
        return self.manifold.project(w, self.euclidean_gradient(w))

    def hvp(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        self._check("w", w)
        self._check("v", v)
        shape = torch.broadcast_shapes(w.shape, v.shape)
        if prod(w.shape) < prod(shape):
            return (self.hessian(w) @ v[..., None])[..., 0]
        w, v = w.expand(shape), self.manifold.project(w, v)
        product = (self.order - 1) * self._scale * self._rows(self._couplings.products, w, v)
        return self.manifold.project(w, product - self._slope(w, self.euclidean_gradient(w)) * v)

    def hessian(self, w: Points) -> Hessians:
        """P (A - (w.g / |w|^2) I) P in coordinates of R^N: w is a null vector."""
        self._check("w", w)
        require_hessian(w, self.size, working=w.numel() * self.size * w.element_size())
        A = self.euclidean_hessian(w)
        x = w / torch.linalg.vector_norm(w, dim=-1, keepdim=True)
        A_x = (A @ x[..., None])[..., 0]
        # A x = (p - 1) g / |w|, so that x.A x is (p - 1) w.g / |w|^2.
        x_A_x = (x * A_x).sum(-1, keepdim=True)
        slope = x_A_x / (self.order - 1)
        crossed = x[..., :, None] * (A_x - (x_A_x + slope) / 2 * x)[..., None, :]
        A -= crossed + crossed.mT
        A.diagonal(dim1=-2, dim2=-1).sub_(slope)
        return A

    def block_gradient(self, w: Points, rows: Tensor) -> Points:
        """The gradient on the sphere of N/m times the couplings with first index among m `rows`.

        Its mean over uniformly drawn rows is the gradient, at m/N of the cost: a step of stochastic
        descent.

        Args:
            w: The points.
            rows: Distinct indices (m,).

        Raises:
            ValueError: If they are not such indices.
        """
        self._check("w", w)
        check_rows(rows, self.size)
        wt = w.reshape(-1, self.size).T.contiguous()
        part = self._couplings.rows(wt.T, rows)  # (m, N, b)
        shared = (part * wt).sum(1)  # (m, b)
        crossed = (self.order - 1) * (part * wt[rows, None]).sum(0)
        crossed.index_add_(0, rows, shared)
        # of N/m times p/N^{(p-1)/2}, each of the p slots has its share
        scale = self._scale / self.order * self.size / len(rows)
        return self.manifold.project(w, scale * crossed.T.reshape(w.shape))

    def gradient_scale(self, w: Points) -> Values:
        """The root of |g|^2 + p N s^2 (|w|^2 / N)^{p-1}, s^2 the mean square of m^{1/2} T.

        The second term is what |g|^2 is on average over couplings of that size: a gradient that
        cancels to less is rounding on its scale.
        """
        g = self.euclidean_gradient(w)
        typical = self._mean_square * self.order * self.size
        radius = w.square().sum(-1) / self.size
        return (g.square().sum(-1) + typical * radius ** (self.order - 1)).sqrt()

    def hessian_error(self, w: Points) -> Values:
        """The norm of the same contraction of absolute values, times what roundings build up to.

        With n the roundings in an entry of A, x = w / |w| and every norm bounded by that of the
        majorant, A contributes n of them, both x (A x - ..)^T together 4 n + 12 N + 65 and the
        slope n + 3 N + 15.
        """
        require_hessian(w, self.size)
        A = self._scale * (self.order - 1) * self._rows(self._couplings.majorants, w)
        norm = perron_bound(lambda v: (A @ v[..., None])[..., 0], torch.ones_like(w))
        entry = self._couplings.num_terms + self.order + 6
        return accumulated(6 * entry + 15 * self.size + 80, self.dtype) * norm

    def orbit_dimension(self, w: Float[Tensor, " P"]) -> int:
        """0: only -1 can be a symmetry of couplings in general position."""
        self._check("w", w)
        return 0

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Points:
        """Uniform on the sphere."""
        w = torch.randn(
            (*batch, self.size), generator=generator, dtype=self.dtype, device=self.device
        )
        return self.manifold.retract(w, torch.zeros_like(w))

    @property
    def _scale(self) -> float:
        return self.order / sqrt(self.size) ** (self.order - 1)

    @cached_property
    def _mean_square(self) -> float:
        entries = self.entries.double()
        shared = multiplicities(self.size, self.order).to(entries.device)
        return float((shared * entries.square()).mean())

    def _slope(self, w: Tensor, g: Tensor) -> Tensor:
        return ((w * g).sum(-1) / w.square().sum(-1))[..., None]

    def _rows(self, act: Callable[..., Tensor], *points: Tensor) -> Tensor:
        """An act on rows, at points with any batch axes."""
        batch = points[0].shape[:-1]
        result = act(*(point.reshape(-1, self.size) for point in points))
        return result.reshape(*batch, *result.shape[1:])

    def _independent(self, generator: Generator | None, given: Tensor | None) -> Tensor:
        """The entries, drawn or checked."""
        if given is not None and generator is None:
            check_entries(given, self.order, self.size, self.dtype)
            return given
        if generator is not None and given is None:
            require_couplings(self.order, self.size, self.replicas, self.dtype, generator.device)
            return sample_entries(self.order, self.size, generator, self.dtype)
        raise misuse(
            "generator",
            should="be given, or else the entries themselves",
            got="neither" if given is None else "both",
            remedy="Pass `generator=torch.Generator().manual_seed(0)` for a random instance.",
        )

    def _check(self, name: str, w: Tensor) -> None:
        remedy = "`surface.random_point(generator)` gives a point."
        check_point(name, w, self.size, self.dtype, remedy=remedy)
