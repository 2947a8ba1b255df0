"""Nobody's random state moves because a loss was looked at.

A data loader draws a seed for every pass even without shuffling, and a user's augmentation may draw
from Python's or NumPy's global generators; all are put back as they were.
"""

import random
from collections.abc import Generator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def untouched_randomness(device: torch.device) -> Generator[None]:
    """Restore the global random states of Python, NumPy and PyTorch on leaving."""
    python, array = random.getstate(), np.random.get_state()
    devices = [device] if device.type == "cuda" else []
    try:
        with torch.random.fork_rng(devices=devices):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(array)
