"""Which engine takes the steps: the one place that knows them all."""

from typing import Literal, TypeAlias

from lossatlas.errors import misuse
from lossatlas.surfaces import Perceptron

from ._engine import AbstractEngine
from ._kernel import KernelEngine
from ._torch_engine import TorchEngine

Engine: TypeAlias = AbstractEngine | Literal["auto", "kernel", "torch"]


def choose_engine(surface: Perceptron, engine: Engine) -> AbstractEngine:
    """The engine of that name, or the one handed over.

    Args:
        surface: The training loss.
        engine: "torch", "kernel", or "auto": the kernel where it can, torch elsewhere.

    Raises:
        ValueError: If there is no such engine, or the kernel cannot train this surface.
    """
    if isinstance(engine, AbstractEngine):
        return engine
    if engine not in ("auto", "kernel", "torch"):
        raise misuse(
            "engine",
            should='be "auto", "kernel", "torch" or an engine made for this surface',
            got=repr(engine),
            remedy='"auto" takes the kernel where it can.',
        )
    if engine == "kernel" or (engine == "auto" and KernelEngine.supports(surface) is None):
        return KernelEngine(surface)
    return TorchEngine(surface)
