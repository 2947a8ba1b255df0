"""Where something was computed: what a reader needs to know when two runs differ in their bits."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("lossatlas", "numpy", "scipy", "torch", "python-flint")


@cache
def _environment() -> tuple[tuple[str, str], ...]:
    versions = {name: _version(name) for name in _PACKAGES}
    facts = {
        "python": platform.python_version(),
        **{name: number for name, number in versions.items() if number},
        "cpu": cpu_type(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    return tuple(facts.items())


def environment() -> dict[str, str]:
    """The versions of what computes, the type of the CPU, and the system.

    Example:
        >>> from lossatlas.catalogue import environment
        >>> "numpy" in environment()
        True
    """
    return dict(_environment())


@cache
def cpu_type() -> str:
    """The model of the CPU as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
