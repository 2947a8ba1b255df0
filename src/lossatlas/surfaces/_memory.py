"""Memory is forecast before it is asked for.

A Hessian of P parameters holds P^2 numbers a point. Asked for blindly it ends the process, so the
size is computed first and refused by name, with the number and the remedy.
"""

import os
from math import prod
from pathlib import Path

import torch
from torch import Tensor

from lossatlas.errors import MemoryForecastError

_CGROUP = Path("/sys/fs/cgroup")


def require_memory(num_bytes: int, device: torch.device, *, what: str, remedy: str) -> None:
    """Refuse an allocation that would not fit.

    Args:
        num_bytes: The bytes at the peak, working space included.
        device: Where they would be allocated.
        what: The thing that would be allocated, as the start of a sentence.
        remedy: What to do instead, a full sentence.

    Raises:
        MemoryForecastError: If more is asked for than is free.
    """
    free = available_bytes(device)
    if num_bytes > free:
        raise MemoryForecastError(
            f"{what} needs {num_bytes / 2**30:.3g} GiB at its peak and "
            f"{free / 2**30:.3g} GiB are free. {remedy}"
        )


def require_hessian(w: Tensor, dimension: int, *, working: int = 0) -> None:
    """Refuse the Hessians at a batch of points if they and the working space would not fit.

    Args:
        w: The points (*b, P).
        dimension: P.
        working: Bytes of working space beyond the Hessians and one copy of their largest block.
    """
    num_points = prod(w.shape[:-1])
    require_memory(
        2 * num_points * dimension**2 * w.element_size() + working,
        w.device,
        what=f"The Hessian of {dimension} parameters at {num_points} point(s)",
        remedy="Use products (`hvp`) or pass fewer points in one call.",
    )


def available_bytes(device: torch.device) -> int:
    """The bytes that can be allocated on a device now."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    return min(_machine_bytes(), _container_bytes())


def _machine_bytes() -> int:
    """What the system says is available; physical memory where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    available = next(line for line in lines if line.startswith("MemAvailable"))
    return int(available.split()[1]) * 1024


def _container_bytes() -> int:
    """What is left below the container's limit; the page cache counts as free."""
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
        statistics = dict(
            line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines()
        )
    except (OSError, ValueError):  # no such file, or the word "max": no limit
        return 2**63 - 1
    return limit - used + int(statistics.get("inactive_file", 0))
