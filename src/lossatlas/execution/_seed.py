"""Seeds: every task owns its generator, and its seed follows from what the task is.

The seed is drawn by NumPy's `SeedSequence` from a hash of (study, settings, task). It does not
depend on which worker runs the task, when, or how many there are.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossatlas.catalogue import canonical_json

if TYPE_CHECKING:
    from torch import Generator


def task_seed(study: str, settings: Mapping[str, Any], task: Any) -> tuple[int, ...]:
    """The seed of one task of a study.

    Args:
        study: The study's name.
        settings: All that the study was asked for, the user's seed among it; plain JSON values.
        task: What tells this task from the study's others; a number, or plain JSON values.

    Returns:
        Four 32-bit words, entropy for `numpy_generator` and `torch_generator`.

    Raises:
        ValueError: If the settings or the task are not plain JSON values.

    Example:
        >>> from lossatlas.execution import task_seed
        >>> task_seed("kawaguchi", {"seed": 0}, 7) == task_seed("kawaguchi", {"seed": 0}, 7)
        True
        >>> task_seed("kawaguchi", {"seed": 0}, 7) == task_seed("kawaguchi", {"seed": 1}, 7)
        False
    """
    text = canonical_json([study, dict(settings), task], name="settings")
    digest = hashlib.sha256(text.encode()).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return tuple(int(word) for word in np.random.SeedSequence(words).generate_state(4))


def numpy_generator(seed: Sequence[int]) -> np.random.Generator:
    """The task's generator for NumPy."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))


def torch_generator(seed: Sequence[int]) -> "Generator":
    """The task's generator for PyTorch, on the CPU."""
    from torch import Generator

    (word,) = np.random.SeedSequence(list(seed)).generate_state(1, np.uint64)
    return Generator().manual_seed(int(word >> np.uint64(1)))
