"""A two-layer ReLU student that learns from a two-layer ReLU teacher, on all inputs at once.

The student sums max(0, w_i.x) over its k units, the teacher max(0, v_j.x) over its m; x is a standard
Gaussian of d coordinates. Their mean squared distance is a closed form in the arc-cosine kernel,

    F(W) = 1/2 E (student - teacher)^2 = 1/2 sum_ij e_i e_j kappa(u_i, u_j),

over the rows u of W and V together, e = 1 for a student's row and -1 for a teacher's. F is 0 at W = V and
at its permutations; Safran & Shamir (2018) prove that it has other minima from k = m = 6 orthonormal
rows on. Both second layers are fixed at ones, so that no unit can be scaled against its output, and F is
twice continuously differentiable wherever no row is zero.
"""

from dataclasses import dataclass
from math import pi
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Hessians, Points, Values
from lossatlas.errors import misuse

from ._arc_cosine import Pairs
from ._manifold import Flat
from ._memory import require_hessian
from ._rounding import accumulated
from ._surface import AbstractSurface
from ._validate import check_finite, check_point, check_samples

_RANK_CUT = 1e-8
# Roundings that an entry of one pair's block goes through beside those of norms and products of length d.
_ROUNDINGS = 40


@final
@dataclass(frozen=True, eq=False)
class StudentTeacher(AbstractSurface):
    """The population loss of a student with `width` units, for one teacher.

    A point is W row by row. A row that is exactly zero has no gradient: its entries are NaN there, the
    loss is not.

    Args:
        teacher: V, a unit a row, none of them zero.
        width: The number k of the student's units.

    Raises:
        ValueError: If the teacher is empty, not finite, or has a row of zeros, or the width is below 1.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import StudentTeacher
        >>> surface = StudentTeacher(torch.eye(2).double(), 2)
        >>> rows = torch.tensor([[1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]]).double()
        >>> [f"{abs(loss):.4f}" for loss in surface.loss(rows).tolist()]
        ['0.0000', '0.3408']
    """

    teacher: Float[Tensor, "m d"]
    width: int

    def __post_init__(self) -> None:
        if self.teacher.ndim != 2 or 0 in self.teacher.shape:
            raise misuse(
                "teacher",
                should="have shape (m, d), a unit a row",
                got=tuple(self.teacher.shape),
                remedy="`torch.eye(6).double()` is an orthonormal teacher of six units.",
            )
        check_samples("teacher", self.teacher, self.teacher.shape[1])
        check_finite("teacher", self.teacher)
        silent = int((self.teacher == 0).all(-1).sum())
        if silent:
            raise misuse(
                "teacher",
                should="have no row of zeros",
                got=f"{silent} of them",
                remedy="Drop these units: they add nothing to the teacher.",
            )
        if self.width < 1:
            raise misuse(
                "width", should="be at least 1", got=self.width, remedy="Give the student a unit."
            )

    @property
    def dimension(self) -> int:
        return self.width * self.teacher.shape[1]

    @property
    def dtype(self) -> torch.dtype:
        return self.teacher.dtype

    @property
    def device(self) -> torch.device:
        return self.teacher.device

    @property
    def manifold(self) -> Flat:
        return Flat(self.dimension)

    def weights(self, w: Points) -> Float[Tensor, "*b k d"]:
        """The rows of a point."""
        check_point("w", w, self.dimension, self.dtype, remedy="Flatten W row by row.")
        return w.reshape(*w.shape[:-1], self.width, self.teacher.shape[1])

    def loss(self, w: Points) -> Values:
        """F, with an absolute rounding error near machine epsilon times its three sums."""
        W = self.weights(w)
        own, cross = Pairs(W, W).kernel(), Pairs(W, self.teacher).kernel()
        teacher = Pairs(self.teacher, self.teacher).kernel()
        return own.sum((-2, -1)) / 2 - cross.sum((-2, -1)) + teacher.sum() / 2

    def gradient(self, w: Points) -> Points:
        W = self.weights(w)
        own, cross = Pairs(W, W), Pairs(W, self.teacher)
        g = _slopes(own) - _slopes(cross)
        return torch.where(_zero_rows(W), torch.nan, g).flatten(-2)

    def hvp(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        check_point("v", v, self.dimension, self.dtype)
        W, D = self.weights(w), self.weights(v)
        own = Pairs(W, W)
        image = self._own_curvature(own, Pairs(W, self.teacher), D) + _mixed_product(own, D)
        return torch.where(_zero_rows(W), torch.nan, image).flatten(-2)

    def hessian(self, w: Points) -> Hessians:
        k, d = self.width, self.teacher.shape[1]
        num_pairs = k * (k + len(self.teacher))
        points = w[..., 0].numel()
        require_hessian(w, self.dimension, working=8 * points * num_pairs * d * w.element_size())
        W = self.weights(w)
        own = Pairs(W, W)
        blocks = _mixed_blocks(own)  # (*b, k, k, d, d)
        diagonal = blocks.diagonal(dim1=-4, dim2=-3)  # (*b, d, d, k)
        diagonal += self._own_blocks(own, Pairs(W, self.teacher)).movedim(-3, -1)
        H = blocks.transpose(-3, -2).reshape(*w.shape, self.dimension)
        H = (H + H.mT) / 2
        bad = _zero_rows(W).expand_as(W).flatten(-2)
        return torch.where(bad[..., :, None] | bad[..., None, :], torch.nan, H)

    def gradient_scale(self, w: Points) -> Values:
        """sqrt(k) / 2 times the sum of all rows' norms: no term of the gradient is larger."""
        rows = self.weights(w).norm(dim=-1).sum(-1) + self.teacher.norm(dim=-1).sum()
        scale: Tensor = self.width**0.5 * rows / 2
        return scale

    def hessian_error(self, w: Points) -> Values:
        """The roundings of one entry times a bound on the sum of all terms' norms in a block row.

        A term of the second derivative in one row is at most |v| / (pi |u|), a mixed one 1/2 + 1/pi; each
        is formed without cancellation, so its error is a number of roundings times that.
        """
        norms = self.weights(w).norm(dim=-1)
        others = norms.sum(-1) + self.teacher.norm(dim=-1).sum()
        size = others / (pi * norms.amin(-1)) + self.width * (0.5 + 1 / pi)
        terms = self.width + len(self.teacher) + 2 * self.teacher.shape[1] + _ROUNDINGS
        bound: Tensor = accumulated(terms, self.dtype) * size
        return bound

    def orbit_dimension(self, w: Float[Tensor, " P"]) -> int:
        """Rotations that fix every row of the teacher move a student that leaves its span.

        With q directions outside the span and the student's part there of rank r the orbit has
        r q - r (r + 1) / 2 dimensions. Singular values below 1e-8 of the largest count as zero.
        """
        _, sizes, basis = torch.linalg.svd(self.teacher)
        rank = int((sizes > _RANK_CUT * sizes[0]).sum())
        outside = self.weights(w) @ basis[rank:].T
        q = int(outside.shape[-1])
        largest = _RANK_CUT * self.weights(w).norm()
        r = int((torch.linalg.svdvals(outside) > largest).sum()) if q else 0
        return r * q - r * (r + 1) // 2

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Points:
        """Independent normal entries of variance 1 / d."""
        shape = (*batch, self.dimension)
        draw = torch.randn(shape, generator=generator, dtype=self.dtype, device=self.device)
        point: Tensor = draw / self.teacher.shape[1] ** 0.5
        return point

    def _own_curvature(self, own: Pairs, cross: Pairs, D: Tensor) -> Tensor:
        """The product of the second derivatives in one row with the rows of D."""
        size = own.first.norm(dim=-1, keepdim=True)
        image: Tensor = (_row_product(own, D) - _row_product(cross, D)) / size
        return image

    def _own_blocks(self, own: Pairs, cross: Pairs) -> Float[Tensor, "*b k d d"]:
        size = own.first.norm(dim=-1)[..., None, None]
        blocks: Tensor = (_row_blocks(own) - _row_blocks(cross)) / size
        return blocks


def _zero_rows(W: Tensor) -> Tensor:
    return (W == 0).all(-1, keepdim=True)


def _slopes(pairs: Pairs) -> Float[Tensor, "*b k d"]:
    """sum_v d kappa(u, v)/du for each u."""
    along = (pairs.second_norms * pairs.sine).sum(-1, keepdim=True) * pairs.first_units
    across: Tensor = (pi - pairs.angle) @ pairs.second
    return (along + across) / (2 * pi)


def _row_product(pairs: Pairs, D: Tensor) -> Tensor:
    """sum_v |u| d2 kappa/du du times a row of D, for each u."""
    weight = pairs.second_norms * pairs.sine / (2 * pi)
    a, p = pairs.first_units, pairs.first_normals
    flat = D - a * (a * D).sum(-1, keepdim=True)
    along = weight * torch.einsum("...kmd,...kd->...km", p, D)
    return weight.sum(-1, keepdim=True) * flat + torch.einsum("...km,...kmd->...kd", along, p)


def _row_blocks(pairs: Pairs) -> Float[Tensor, "*b k d d"]:
    weight = pairs.second_norms * pairs.sine / (2 * pi)
    a, p = pairs.first_units, pairs.first_normals
    flat = (
        torch.eye(a.shape[-1], dtype=a.dtype, device=a.device) - a[..., :, None] * a[..., None, :]
    )
    along = torch.einsum("...km,...kmd,...kme->...kde", weight, p, p)
    return weight.sum(-1)[..., None, None] * flat + along


def _mixed_product(own: Pairs, D: Tensor) -> Tensor:
    """sum_j d2 kappa/dw_i dw_j times the j-th row of D."""
    a = own.first_units
    turned: Tensor = (pi - own.angle) @ D
    first = torch.einsum("...kmd,...md->...k", own.first_normals, D)[..., None] * a
    second = torch.einsum("...kmd,...md->...km", own.second_normals, D) @ own.second_units
    return (turned + first + second) / (2 * pi)


def _mixed_blocks(own: Pairs) -> Float[Tensor, "*b k k d d"]:
    a, b = own.first_units, own.second_units
    eye = torch.eye(a.shape[-1], dtype=a.dtype, device=a.device)
    blocks = (pi - own.angle)[..., None, None] * eye
    blocks = blocks + a[..., :, None, :, None] * own.first_normals[..., None, :]
    blocks = blocks + b[..., None, :, :, None] * own.second_normals[..., None, :]
    return blocks / (2 * pi)
