"""Newton's method for all critical points of a spin glass, thousands of starts at once.

A critical point is an eigenvector of the tensor, T x^{p-1} = mu x. One contraction A = T x^{p-2}
gives everything: the residual r = A x - mu x with mu = x.A x at a unit vector x, and Newton's step on
the sphere, the tangent v that solves ((p-1) A - mu I) v = c x - r for some c (the orthogonal method of
Jaffe, Weiss and Nadler 2018; for p = 2 Rayleigh's iteration). Two right sides, r and x, and one
factorisation, without any basis of the tangent space. Steps are cut, never judged: a start wanders
until a basin catches it. How far apart critical points lie does not grow with the sphere, so that
neither does the longest step. While a start wanders no digits are needed, and everything is computed
in single precision; what is caught arrives in the surface's own.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.linalg import forecast
from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._eliminate import eliminate
from ._method import AbstractMethod, Arrival
from ._pool import Pool

_CAUGHT, _ARRIVED = 1e-2, 1e-8
_CLOSING = 10
# A block of matrices should stay near the processor, and be long enough for acts on all of it.
_ENTRIES, _LEAST, _MOST = 2**20, 128, 2048


@final
@dataclass(frozen=True)
class TensorNewton(AbstractMethod):
    """Newton steps on a spin glass, cut to a length.

    A search is over after a step shorter than 1e-8 of the radius: its square, the error that such a
    step leaves, is below rounding. The first iterations, while steps are longer than a hundredth of
    the radius, are in float32; the points are not. Meant for N up to about 50, and for thousands of
    starts.

    Args:
        max_iterations: Iterations at most until a step is that short; 10 more may follow.
        reach: The longest step on the sphere of radius sqrt(N). Longer ones escape from cycles more
            often and take more iterations to be caught.

    Raises:
        ValueError: On searching, if the surface is not a spin glass.
        MemoryForecastError: On searching, if the tensor does not fit.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces
        >>> glass = surfaces.SpinGlass(3, 6, generator=torch.Generator().manual_seed(0))
        >>> starts = glass.random_point(torch.Generator().manual_seed(1), (2000,))
        >>> found = critical.find(glass, starts, method=critical.TensorNewton())
        >>> len(critical.distinct(glass, found.critical))
        26
    """

    max_iterations: int = 30
    reach: float = 2.7

    def search(self, surface: AbstractSurface, starts: Float[Tensor, "B P"]) -> Arrival:
        if not isinstance(surface, SpinGlass):
            raise misuse(
                "surface",
                should="be a SpinGlass",
                got=type(surface).__name__,
                remedy="`Newton()` searches any surface.",
            )
        exact = _Contraction.of(surface)
        pool = Pool(starts)
        caught = self._move(exact.to(torch.float32), pool, self.max_iterations, _CAUGHT)
        pool.index = caught
        self._move(exact, pool, _CLOSING, _ARRIVED)
        return pool.arrival()

    def _move(
        self, contraction: "_Contraction", pool: Pool, iterations: int, share: float
    ) -> Int[Tensor, " A"]:
        """Move all until their steps are at most a share of the radius; the rows where they are."""
        done, radius = [pool.index[:0]], contraction.size**0.5
        for _ in range(iterations):
            if not len(pool):
                break
            x = pool.moving / radius
            p = contraction.steps(x)
            length = torch.linalg.vector_norm(p, dim=-1, keepdim=True)
            p *= (self.reach / radius / length).clamp(max=1)
            sane = length.isfinite()
            moved = torch.nn.functional.normalize(x + p, dim=-1)
            pool.place(radius * torch.where(sane, moved, x))
            short = (length <= share)[:, 0]
            done.append(pool.index[short])
            pool.retire(short | ~sane[:, 0])
        return torch.cat(done)


@final
@dataclass(frozen=True, eq=False)
class _Contraction:
    """(p-1) T, scaled, as a matrix with room for two right sides: rows (i, j), j < N + 2."""

    matrix: Float[Tensor, "R K"]
    order: int
    size: int

    @classmethod
    def of(cls, surface: SpinGlass) -> "_Contraction":
        """From the couplings; a factor common to all of them leaves every step alone."""
        p, N = surface.order, surface.size
        forecast(
            3 * N ** (p - 1) * (N + 2) * surface.dtype.itemsize,
            purpose=f"The tensor of {N} spins of order {p}",
            remedy="`Newton()` and `ModeFollowing` do without it.",
            device=surface.device,
        )
        T = surface.couplings.reshape(N, N, -1)
        T = (p - 1) / T.abs().max() * T  # within the range of single precision
        return cls(torch.cat([T, T.new_zeros(N, 2, T.shape[-1])], dim=1).flatten(0, 1), p, N)

    def to(self, dtype: torch.dtype) -> "_Contraction":
        """The same, computed in another floating type."""
        return _Contraction(self.matrix.to(dtype), self.order, self.size)

    def steps(self, x: Float[Tensor, "B N"]) -> Float[Tensor, "B N"]:
        """Newton's step from each unit vector; not finite where the matrix is singular."""
        rows = min(_MOST, max(_LEAST, _ENTRIES // self.size**2))
        blocks = x.chunk(-(-len(x) // rows))
        columns = (block.T.to(self.matrix.dtype).contiguous() for block in blocks)
        return torch.cat([self._step(block).T for block in columns]).to(x.dtype)

    def _step(self, x: Float[Tensor, "N b"]) -> Float[Tensor, "N b"]:
        N = self.size
        system = (self.matrix @ self._powers(x)).reshape(N, N + 2, -1)
        gradient = (system[:, :N] * x).sum(1) / (self.order - 1)
        slope = (x * gradient).sum(0)
        system[:, :N].diagonal().sub_(slope[:, None])
        system[:, N], system[:, N + 1] = gradient - slope * x, x
        u, v = self._solved(system).unbind(1)
        step: Tensor = (x * u).sum(0) / (x * v).sum(0) * v - u
        return step

    def _powers(self, x: Float[Tensor, "N b"]) -> Float[Tensor, "K b"]:
        """The outer powers x^{p-2}."""
        powers = torch.ones_like(x[:1])
        for _ in range(self.order - 2):
            powers = (powers[:, None] * x).flatten(0, 1)
        return powers

    def _solved(self, system: Float[Tensor, "N M b"]) -> Float[Tensor, "N r b"]:
        if system.shape[-1] >= _LEAST:
            return eliminate(system)
        A, R = system.movedim(-1, 0).split([self.size, 2], dim=-1)
        X: Tensor = torch.linalg.solve_ex(A, R)[0]
        return X.movedim(0, -1)
