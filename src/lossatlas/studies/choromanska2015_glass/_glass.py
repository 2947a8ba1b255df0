"""Instances by number, so that every method and every task meets the same couplings.

The couplings of a size come from one word of entropy, `base`, and the number of the instance; the
starts on it from the same with one more word. A task's own seed only drives what is random in its
method.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from lossatlas.execution import torch_generator
from lossatlas.surfaces import SpinGlass
from lossatlas.theory.kac_rice import threshold

PRECISIONS = {"float64": torch.float64, "float32": torch.float32}
_STARTS = 1


def draw_glass(
    base: tuple[int, ...],
    disorder: int,
    *,
    order: int,
    size: int,
    replicas: int | None = None,
    precision: str = "float64",
) -> SpinGlass:
    """The instance with a number.

    Args:
        base: The entropy of its size.
        disorder: Its number.
        order: p.
        size: N.
        replicas: A hint for the storage.
        precision: "float64" or "float32"; the two are different instances.

    Returns:
        The spin glass.
    """
    generator = torch_generator((*base, disorder))
    dtype = PRECISIONS[precision]
    return SpinGlass(order, size, generator=generator, dtype=dtype, replicas=replicas)


def draw_starts(
    glass: SpinGlass, base: tuple[int, ...], disorder: int, number: int
) -> Float[Tensor, "R N"]:
    """The same uniform starts on an instance for every method."""
    return glass.random_point(torch_generator((*base, disorder, _STARTS)), (number,))


def eigenvalues(
    glass: SpinGlass, points: Float[Tensor, "R N"]
) -> tuple[Float[Tensor, "R k"], Float[Tensor, " R"]]:
    """The eigenvalues of the Hessian on the tangent spaces, ascending, and a bound on their error.

    The bound is that of forming the Hessian, with as much again for the eigenvalues' own rounding.
    """
    basis = glass.manifold.tangent_basis(points)
    H = basis.mT @ glass.hessian(points) @ basis
    values = torch.linalg.eigvalsh((H + H.mT) / 2)
    rounding = glass.size * torch.finfo(points.dtype).eps * values.abs().amax(-1)
    return values, glass.hessian_error(points) + 10 * rounding


def signs(values: Float[Tensor, "R k"], error: Float[Tensor, " R"]) -> list[tuple[int, int]]:
    """(negative, undecided) eigenvalue counts of each point."""
    negative = (values < -error[:, None]).sum(-1)
    undecided = (values.abs() <= error[:, None]).sum(-1)
    return [(int(k), int(m)) for k, m in zip(negative, undecided, strict=True)]


def about(glass: SpinGlass) -> dict[str, Any]:
    """What every record of an instance says of it."""
    return {"order": glass.order, "size": glass.size, "threshold": threshold(glass.order)}
