"""Processes looked at from outside."""

import time
from collections.abc import Callable
from pathlib import Path


def worker_processes(pid: int) -> list[int]:
    """The worker processes of a process: its children that run multiprocessing's spawn."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid and b"spawn_main" in command:
            found.append(int(entry.name))
    return found


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and it is more than its exit code."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition: Callable[[], bool], seconds: float = 120) -> bool:
    """Wait for something; whether it came. The time is for a machine that is very busy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()
