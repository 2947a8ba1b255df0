"""Newton's method for all critical points of a spin glass, thousands of starts at once.

A critical point is an eigenvector of the tensor, T x^{p-1} = mu x. One contraction A = T x^{p-2}
gives everything: the residual r = A x - mu x with mu = x.A x at a unit vector x, and Newton's step on
the sphere, the tangent v that solves ((p-1) A - mu I) v = c x - r for some c (the orthogonal method of
Jaffe, Weiss and Nadler 2018; for p = 2 Rayleigh's iteration). Two right sides, r and x, and one
factorisation, without any basis of the tangent space. Steps are cut, never judged: a start wanders
until a basin catches it. How far apart critical points lie does not grow with the sphere, so that
neither does the longest step.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.linalg import forecast
from lossatlas.surfaces import AbstractSurface, SpinGlass

from ._eliminate import eliminate
from ._method import AbstractMethod, Arrival
from ._pool import Pool

_ARRIVED = 1e-8
# A block of matrices should stay near the processor, and be long enough for acts on all of it.
_ENTRIES, _LEAST, _MOST = 2**19, 128, 2048


@final
@dataclass(frozen=True)
class TensorNewton(AbstractMethod):
    """Newton steps on a spin glass, cut to a length.

    A search is over after a step shorter than 1e-8 of the radius: its square, the error that such a
    step leaves, is below rounding. Meant for N up to about 50, and for thousands of starts.

    Args:
        max_iterations: Iterations at most.
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
        contraction = _Contraction.of(surface)
        pool = Pool(starts)
        radius: float = surface.size**0.5
        for _ in range(self.max_iterations):
            if not len(pool):
                break
            w = pool.moving
            p = radius * contraction.steps(w / torch.linalg.vector_norm(w, dim=-1, keepdim=True))
            length = torch.linalg.vector_norm(p, dim=-1, keepdim=True)
            sane = length.isfinite()
            p *= (self.reach / length).clamp(max=1)
            pool.place(torch.where(sane, surface.manifold.retract(w, p), w))
            pool.retire(~(sane & (length > _ARRIVED * radius))[:, 0])
        return pool.arrival()


@final
@dataclass(frozen=True, eq=False)
class _Contraction:
    """(p-1) T as a matrix that makes room for two right sides: rows (i, j), j < N + 2."""

    matrix: Float[Tensor, "R K"]
    order: int
    size: int

    @classmethod
    def of(cls, surface: SpinGlass) -> "_Contraction":
        """From the couplings; a factor common to all of them leaves every step alone."""
        p, N = surface.order, surface.size
        forecast(
            2 * N ** (p - 1) * (N + 2) * surface.couplings.element_size(),
            purpose=f"The tensor of {N} spins of order {p}",
            remedy="`Newton()` and `ModeFollowing` do without it.",
            device=surface.device,
        )
        T = surface.couplings.reshape(N, N, -1)
        room = T.new_zeros(N, 2, T.shape[-1])
        return cls((p - 1) * torch.cat([T, room], dim=1).flatten(0, 1), p, N)

    def steps(self, x: Float[Tensor, "B N"]) -> Float[Tensor, "B N"]:
        """Newton's step from each unit vector; not finite where the matrix is singular."""
        rows = min(_MOST, max(_LEAST, _ENTRIES // self.size**2))
        blocks = x.chunk(-(-len(x) // rows))
        return torch.cat([self._step(block.T.contiguous()).T for block in blocks])

    def _step(self, x: Float[Tensor, "N b"]) -> Float[Tensor, "N b"]:
        N, p = self.size, self.order
        system = (self.matrix @ self._powers(x)).reshape(N, N + 2, -1)
        gradient = (system[:, :N] * x).sum(1) / (p - 1)
        slope = (x * gradient).sum(0)
        system[:, :N].diagonal().sub_(slope[:, None])
        system[:, N], system[:, N + 1] = gradient - slope * x, x
        u, v = self._solved(system).unbind(1)
        p: Tensor = (x * u).sum(0) / (x * v).sum(0) * v - u
        return p

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
        return torch.linalg.solve_ex(A, R)[0].movedim(0, -1)
