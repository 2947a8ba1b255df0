"""Allocations are forecast before they are tried.

A Hessian or a Krylov basis that does not fit ends a day-long run, or the machine. The forecast is
compared with the memory that the system says is free; what does not fit is refused with the number
and a remedy.
"""

import os
from pathlib import Path

from lossatlas.errors import MemoryForecastError

_MEMINFO = Path("/proc/meminfo")


def available_memory() -> int:
    """The bytes that can be had without swapping, as the system says.

    Returns:
        The kernel's own estimate where there is one, all physical memory elsewhere.
    """
    if _MEMINFO.exists():
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def forecast(num_bytes: int, *, purpose: str, remedy: str) -> None:
    """Refuse an allocation that would not fit.

    Args:
        num_bytes: The bytes about to be asked for.
        purpose: What they are for, as the end of "... needs".
        remedy: What to do instead, a full sentence.

    Raises:
        MemoryForecastError: If fewer bytes are available.

    Example:
        >>> from lossatlas.linalg import forecast
        >>> forecast(10**6, purpose="A small matrix", remedy="Take a smaller one.")
    """
    available = available_memory()
    if num_bytes > available:
        raise MemoryForecastError(
            f"{purpose} needs {num_bytes / 2**30:.2f} GiB and {available / 2**30:.2f} GiB are "
            f"available. {remedy}"
        )
