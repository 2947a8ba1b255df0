"""The arc-cosine kernel of order one, with its two derivatives, for batches of pairs of vectors.

For a standard Gaussian x,  kappa(u, v) = E[relu(u.x) relu(v.x)] = |u| |v| (s + (pi - t) c) / 2 pi, where t is
the angle of u and v, s its sine and c its cosine (Cho & Saul 2009). With the unit vectors a = u/|u|,
b = v/|v| and their normals p = (b - c a)/s, q = (a - c b)/s in the plane of both,

    d kappa/du      = (|v| s a + (pi - t) v) / 2 pi
    d2 kappa/du du  = |v| s / (2 pi |u|)  (I - a a^T + p p^T)
    d2 kappa/du dv  = ((pi - t) I + a p^T + b q^T) / 2 pi.

All three are continuous where u and v are parallel, and there the terms with p and q vanish. The angle
comes from |a - b| and |a + b|, so that it keeps its digits at 0 and at pi, where the inverse cosine
loses half of them.
"""

from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor


@final
@dataclass(frozen=True, eq=False)
class Pairs:
    """Every u with every v; a zero vector is at a right angle to all, where kappa is 0 anyway.

    Attributes:
        first: The vectors u.
        second: The vectors v.
    """

    first: Float[Tensor, "*#b k d"]
    second: Float[Tensor, "*#b m d"]

    @cached_property
    def first_units(self) -> Float[Tensor, "*b k d"]:
        """A."""
        return _units(self.first)

    @cached_property
    def second_units(self) -> Float[Tensor, "*b m d"]:
        """B."""
        return _units(self.second)

    @cached_property
    def second_norms(self) -> Float[Tensor, "*b 1 m"]:
        """|v|."""
        norms: Tensor = self.second.norm(dim=-1)[..., None, :]
        return norms

    @cached_property
    def angle(self) -> Float[Tensor, "*b k m"]:
        """T."""
        return 2 * torch.atan2(self._apart, self._together)

    @cached_property
    def sine(self) -> Float[Tensor, "*b k m"]:
        """S."""
        return self._apart * self._together / 2

    @cached_property
    def cosine(self) -> Float[Tensor, "*b k m"]:
        """C."""
        return (self._together - self._apart) * (self._together + self._apart) / 4

    @cached_property
    def first_normals(self) -> Float[Tensor, "*b k m d"]:
        """p, and zero where u and v are parallel."""
        return self._normals(self.first_units[..., :, None, :], -self._difference)

    @cached_property
    def second_normals(self) -> Float[Tensor, "*b k m d"]:
        """q, and zero where u and v are parallel."""
        return self._normals(self.second_units[..., None, :, :], self._difference)

    def kernel(self) -> Float[Tensor, "*b k m"]:
        """Kappa."""
        sizes = self.first.norm(dim=-1)[..., None] * self.second_norms
        kappa: Tensor = sizes * (self.sine + (pi - self.angle) * self.cosine) / (2 * pi)
        return kappa

    @cached_property
    def _difference(self) -> Tensor:
        return self.first_units[..., :, None, :] - self.second_units[..., None, :, :]

    @cached_property
    def _sum(self) -> Tensor:
        return self.first_units[..., :, None, :] + self.second_units[..., None, :, :]

    @cached_property
    def _apart(self) -> Tensor:
        length: Tensor = self._difference.norm(dim=-1)
        return length

    @cached_property
    def _together(self) -> Tensor:
        length: Tensor = self._sum.norm(dim=-1)
        return length

    def _normals(self, units: Tensor, towards: Tensor) -> Tensor:
        """(other - c unit) / s, from the shorter of other - unit and other + unit."""
        near = towards + units * (self._apart.square() / 2)[..., None]
        far = self._sum - units * (self._together.square() / 2)[..., None]
        normals = torch.where((self.cosine >= 0)[..., None], near, far) / self.sine[..., None]
        return torch.where((self.sine > 0)[..., None], normals, 0.0)


def _units(vectors: Tensor) -> Tensor:
    norms = vectors.norm(dim=-1, keepdim=True)
    return torch.where(norms == 0, 0.0, vectors / norms)
