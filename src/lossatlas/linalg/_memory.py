"""Allocations are forecast before they are tried.

A Hessian or a Krylov basis that does not fit ends a day-long run, or the machine. The forecast is
compared with the memory that the system, the container or the device says is free; what does not
fit is refused with the number and a remedy.
"""

import os
from pathlib import Path

import torch

from lossatlas.errors import MemoryForecastError

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
# Below this nothing is asked: to read what is free costs more than such an allocation.
_SMALL = 2**26


def available_memory(device: torch.device | None = None) -> int:
    """The bytes that can be had now without swapping.

    Args:
        device: Where they would be allocated; the processor's memory when not given.

    Returns:
        The device's free memory, or the least of what the kernel and the container's limit leave.
    """
    if device is not None and device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    return min(_machine_bytes(), _container_bytes())


def forecast(
    num_bytes: int, *, purpose: str, remedy: str, device: torch.device | None = None
) -> None:
    """Refuse an allocation that would not fit.

    Args:
        num_bytes: The bytes at the peak, working space included.
        purpose: What they are for, as the start of "... needs".
        remedy: What to do instead, a full sentence.
        device: Where they would be allocated; the processor's memory when not given.

    Raises:
        MemoryForecastError: If fewer bytes are available.

    Example:
        >>> from lossatlas.linalg import forecast
        >>> forecast(10**6, purpose="A small matrix", remedy="Take a smaller one.")
    """
    if num_bytes <= _SMALL:
        return
    available = available_memory(device)
    if num_bytes > available:
        raise MemoryForecastError(
            f"{purpose} needs {num_bytes / 2**30:.3g} GiB at its peak and "
            f"{available / 2**30:.3g} GiB are free. {remedy}"
        )


def _machine_bytes() -> int:
    """What the system says is available; physical memory where it does not say."""
    try:
        lines = _MEMINFO.read_text().splitlines()
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
