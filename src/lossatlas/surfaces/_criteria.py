"""Criteria: the loss of outputs f against targets, with two derivatives in f.

Outputs and targets come with samples last, (*b, d_y, n), the layout that makes every layer one
matrix product. The second derivative couples the outputs of one sample only, as the matrix
diag(s) - s s^T (softmax) or diag(s) (all others), so the vector s stands for it. At a kink the
derivative is the middle one, 0 for the absolute error, and 0 for the hinge.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from lossatlas.errors import misuse

from ._validate import check_same_dtype, check_samples


class AbstractCriterion(ABC):
    """A sum over samples of a function of the outputs."""

    @property
    @abstractmethod
    def coupled(self) -> bool:
        """Whether the second derivative is diag(s) - s s^T; else it is diag(s).

        Coupled criteria do not change when one number is added to all outputs of a sample.
        """

    @property
    @abstractmethod
    def subtracts_targets(self) -> bool:
        """Whether the derivative is a difference from the targets, and can cancel."""

    @abstractmethod
    def prepare(self, targets: Tensor, inputs: Tensor, width: int) -> Tensor:
        """The targets checked, as real rows (n, d_y).

        Raises:
            ValueError: If they are not what this criterion can be held against.
        """

    @abstractmethod
    def loss(self, f: Tensor, y: Tensor) -> Tensor:
        """The sum over samples: (*b,)."""

    @abstractmethod
    def derivatives(self, f: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """The derivative in f, and the vector s of the second derivative."""


@final
@dataclass(frozen=True)
class SquaredError(AbstractCriterion):
    """1/2 ||f - y||^2."""

    @property
    def coupled(self) -> bool:
        return False

    @property
    def subtracts_targets(self) -> bool:
        return True

    def prepare(self, targets: Tensor, inputs: Tensor, width: int) -> Tensor:
        return _real_targets(targets, inputs, width)

    def loss(self, f: Tensor, y: Tensor) -> Tensor:
        return (f - y).square().sum((-2, -1)) / 2

    def derivatives(self, f: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        return f - y, torch.ones_like(f)


@final
@dataclass(frozen=True)
class CrossEntropy(AbstractCriterion):
    """log sum exp f - <y, f>: minus the logarithm of the softmax at the target class.

    Targets are class numbers (n,) or rows (n, d_y) of probabilities, one-hot rows among them.
    """

    @property
    def coupled(self) -> bool:
        return True

    @property
    def subtracts_targets(self) -> bool:
        return True

    def prepare(self, targets: Tensor, inputs: Tensor, width: int) -> Tensor:
        if targets.ndim == 1 and not targets.is_floating_point():
            return _one_hot(targets, width).to(inputs.dtype)
        rows = _real_targets(targets, inputs, width)
        worst = float((rows.sum(1) - 1).abs().max())
        if float(rows.min()) < 0 or worst > 1e-5:
            raise misuse(
                "targets",
                should="be rows of probabilities, or class numbers (n,)",
                got=f"a smallest entry of {float(rows.min()):.3g} and a row sum off by {worst:.3g}",
                remedy="Pass one-hot rows or integer labels.",
            )
        return rows / rows.sum(1, keepdim=True)

    def loss(self, f: Tensor, y: Tensor) -> Tensor:
        return -(f.log_softmax(-2) * y).sum((-2, -1))

    def derivatives(self, f: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        p = f.softmax(-2)
        return p - y, p


@final
@dataclass(frozen=True)
class Hinge(AbstractCriterion):
    """sum_j max(0, 1 - y_j f_j), with targets of -1 and 1."""

    @property
    def coupled(self) -> bool:
        return False

    @property
    def subtracts_targets(self) -> bool:
        return False

    def prepare(self, targets: Tensor, inputs: Tensor, width: int) -> Tensor:
        rows = _real_targets(targets, inputs, width)
        if not bool((rows.abs() == 1).all()):
            raise misuse(
                "targets",
                should="hold -1 and 1 only",
                got=f"values from {float(rows.min()):.3g} to {float(rows.max()):.3g}",
                remedy="Pass 2 * one_hot - 1.",
            )
        return rows

    def loss(self, f: Tensor, y: Tensor) -> Tensor:
        return (1 - y * f).relu().sum((-2, -1))

    def derivatives(self, f: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        return torch.where(y * f < 1, -y, 0.0), torch.zeros_like(f)


@final
@dataclass(frozen=True)
class AbsoluteError(AbstractCriterion):
    """sum_j |f_j - y_j|."""

    @property
    def coupled(self) -> bool:
        return False

    @property
    def subtracts_targets(self) -> bool:
        return False

    def prepare(self, targets: Tensor, inputs: Tensor, width: int) -> Tensor:
        return _real_targets(targets, inputs, width)

    def loss(self, f: Tensor, y: Tensor) -> Tensor:
        return (f - y).abs().sum((-2, -1))

    def derivatives(self, f: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        return (f - y).sign(), torch.zeros_like(f)


def second_product(
    s: Tensor,
    u: Tensor,
    *,
    coupled: bool,
    sign: float = -1.0,
    weighted: Tensor | None = None,
) -> Tensor:
    """diag(s) u + sign s (s^T u), sample by sample; sign 1 gives the majorant.

    With `weighted`, s times the weight of the samples, the product is that of the weighted loss.
    """
    su = (s if weighted is None else weighted) * u
    return su.addcmul_(s, su.sum(-2, keepdim=True), value=sign) if coupled else su


def second_matrices(s: Tensor, *, coupled: bool) -> Tensor:
    """The second derivative of each sample: (*b, d_y, d_y, n)."""
    eye = torch.eye(s.shape[-2], dtype=s.dtype, device=s.device)
    diagonal = eye[:, :, None] * s[..., :, None, :]
    return diagonal - s[..., :, None, :] * s[..., None, :, :] if coupled else diagonal


def _real_targets(targets: Tensor, inputs: Tensor, width: int) -> Tensor:
    check_samples("targets", targets, width)
    check_same_dtype(inputs, targets)
    return targets


def _one_hot(labels: Tensor, width: int) -> Tensor:
    if labels.numel() and not (int(labels.min()) >= 0 and int(labels.max()) < width):
        raise misuse(
            "targets",
            should=f"hold class numbers from 0 to {width - 1}",
            got=f"numbers from {int(labels.min())} to {int(labels.max())}",
            remedy="Number the classes from 0, or widen the output.",
        )
    return torch.nn.functional.one_hot(labels.long(), width)
