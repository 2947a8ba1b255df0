"""Whether a module with its data is a function of its parameters at all.

Two passes over the data at one point must see the same batches, give the same losses and leave the
buffers alone. Dropout in training mode fails the second, a shuffled loader the first, batch
normalisation in training mode the third. What fails is refused by name: critical points of a
function that changes between two looks are not defined.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor, nn

from ._batches import check_finite_batch, fingerprint, num_samples

_ROUNDINGS = 64


class NondeterministicLossError(ValueError):
    """The loss is not a function of the parameters; the message says why and what to do."""


@final
@dataclass(frozen=True)
class Pass:
    """What one pass over the data saw."""

    fingerprints: tuple[int, ...]
    sizes: tuple[int, ...]
    losses: tuple[float, ...]
    buffers: int


def take_pass(
    batches: Iterable[Any],
    loss: Callable[[Any], Tensor],
    buffers: dict[str, Tensor],
) -> Pass:
    """Go over the data once.

    Args:
        batches: The batches.
        loss: The loss of a batch.
        buffers: The buffers that `loss` reads and may write.
    """
    prints: list[int] = []
    sizes: list[int] = []
    losses: list[float] = []
    for batch in batches:
        check_finite_batch(batch)
        prints.append(fingerprint(batch))
        sizes.append(num_samples(batch))
        losses.append(float(loss(batch)))
    return Pass(tuple(prints), tuple(sizes), tuple(losses), fingerprint(buffers))


def check_passes(first: Pass, second: Pass, before: int, module: nn.Module) -> None:
    """Refuse a loss that two passes found to change.

    Args:
        first: What the first pass saw.
        second: What the second saw.
        before: The buffers' checksum before both.
        module: The module, to name what in it is random.

    Raises:
        NondeterministicLossError: If batches, losses or buffers changed.
    """
    if first.fingerprints != second.fingerprints:
        raise NondeterministicLossError(
            "`batches` should give the same samples in the same order on every pass. Got other "
            "batches on the second pass. Pass a list, or a DataLoader with shuffle=False and no "
            "random augmentation."
        )
    if first.buffers != before:
        raise NondeterministicLossError(
            "`module` should leave its buffers alone. A forward pass changed them"
            f"{_named(module, nn.modules.batchnorm._NormBase)}. Call `module.eval()`."
        )
    if not _same(first.losses, second.losses):
        raise NondeterministicLossError(
            "`module` should give the same loss twice. Got "
            f"{first.losses[0]:.9g} and {second.losses[0]:.9g} for the first batch"
            f"{_named(module, nn.modules.dropout._DropoutNd)}. Call `module.eval()`."
        )


def _same(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    """Equal up to a reordered sum, NaN equal to NaN."""
    a, b = torch.tensor(first), torch.tensor(second)
    close = (a - b).abs() <= _ROUNDINGS * torch.finfo(a.dtype).eps * a.abs()
    return bool((close | (a == b) | (a.isnan() & b.isnan())).all())


def _named(module: nn.Module, kind: type[nn.Module]) -> str:
    """The training submodules of a kind, as a remark."""
    names = [n or "itself" for n, m in module.named_modules() if isinstance(m, kind) and m.training]
    return f" (in training mode: {', '.join(names[:5])})" if names else ""
