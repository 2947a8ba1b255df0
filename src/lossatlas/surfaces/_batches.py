"""A user's batches: how many samples each holds, and what is in it.

The loss of a data set given in batches has to be said: `loss_fn` returns a mean over the batch's
samples (PyTorch's habit), and means of unequal batches are combined with weights n_b / n, so that
the surface is the mean over all samples, however they are cut. With reduction "sum" the values are
added.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

import torch
from torch import Tensor

from lossatlas.errors import misuse


def check_batches(batches: Iterable[Any]) -> None:
    """Batches that can be passed over again and again."""
    if isinstance(batches, Iterator):  # asking for one would draw a seed, or start workers
        raise misuse(
            "batches",
            should="be a collection that can be passed over many times",
            got=f"an iterator ({type(batches).__name__}), empty after one pass",
            remedy="Pass a list or a DataLoader with shuffle=False.",
        )


def tensors_of(batch: Any) -> Iterator[Tensor]:
    """Every tensor in nested tuples, lists and mappings, in order."""
    if isinstance(batch, Tensor):
        yield batch
    elif isinstance(batch, Mapping):
        for part in batch.values():
            yield from tensors_of(part)
    elif isinstance(batch, Sequence) and not isinstance(batch, str):
        for part in batch:
            yield from tensors_of(part)


def num_samples(batch: Any) -> int:
    """The length of the first tensor's first axis.

    Raises:
        ValueError: If there is no tensor with an axis, or it is empty.
    """
    first = next((tensor for tensor in tensors_of(batch) if tensor.ndim), None)
    if first is None or first.shape[0] == 0:
        raise misuse(
            "batches",
            should="hold tensors with samples in the first axis, at least one",
            got=type(batch).__name__ if first is None else tuple(first.shape),
            remedy="Pass batches like (inputs, targets), and drop empty ones.",
        )
    return first.shape[0]


def check_finite_batch(batch: Any) -> None:
    """No NaN and no infinity in a batch's floating tensors."""
    for tensor in tensors_of(batch):
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            raise misuse(
                "batches",
                should="be finite",
                got=f"NaN or infinity in a tensor of shape {tuple(tensor.shape)}",
                remedy="Drop or impute those samples.",
            )


def fingerprint(batch: Any) -> int:
    """A checksum of the batch's tensors."""
    check = 0
    for tensor in tensors_of(batch):
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        check = crc32(flat.view(torch.uint8).numpy().tobytes(), check)
    return check
