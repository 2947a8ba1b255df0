"""A module that is run and not looked into: signals before its activations, outputs, weights.

For convolution, normalisation, skip connections and whatever else a user's module does. Each activation
module in it, however deep, shows what enters it; one that is called as a function does not.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor, nn
from torch.func import functional_call

from lossatlas.errors import misuse

from ._chain import check_outputs, check_parameters
from ._frozen import DROPOUTS, said
from ._network import Network

_CONVOLUTIONS = nn.modules.conv._ConvNd
_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
_PATHS = ("A1p-m", "A3p", "A5u-m", "A6u")
_AT_ONCE = 250  # samples in a pass
_MOST_COLUMNS = 1000  # of what enters one activation: a picture has many alike


def read_opaque(
    body: nn.Sequential, X: Float[ndarray, "n ..."], *, name: str, remarks: tuple[str, ...]
) -> Network:
    """What the audits need of a module that `frozen` copied.

    Raises:
        ValueError: If it does not take the samples, changes from pass to pass, or is not finite.
    """
    rows = torch.from_numpy(np.ascontiguousarray(X))
    named = dict(body.named_parameters())
    if not named:
        raise misuse(
            "network", should="have weights", got=name, remedy="There is nothing to audit in it."
        )
    parameters = np.concatenate([p.numpy().ravel() for p in named.values()])
    check_parameters(parameters)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        with _watched(body) as signals:
            outputs = _run(body, rows, name)
        again = _run(body, rows[:_AT_ONCE], name)
    check_outputs(outputs.numpy())
    if not torch.equal(again, outputs[:_AT_ONCE]):
        raise misuse(
            "network",
            should="give the same outputs twice",
            got=f"{name} that does not",
            remedy="Call `.eval()` on it, or take what is random out of it.",
        )

    def with_parameters(flat: Tensor, X: Tensor) -> Tensor:
        parts = flat.split([p.numel() for p in named.values()])
        shaped = {k: v.view_as(p) for (k, p), v in zip(named.items(), parts, strict=True)}
        found: Tensor = functional_call(body, shaped, (X.clone(),))
        return found.reshape(len(X), -1)

    def predict(flat: Float[ndarray, " N"]) -> Float[ndarray, "n d"]:
        with torch.no_grad():
            given = torch.from_numpy(flat)
            found = [with_parameters(given, part) for part in rows.split(_AT_ONCE)]
        return np.asarray(torch.cat(found).numpy())

    def trace(flat: Float[Tensor, "c N"], at: Int[Tensor, "c m"]) -> Float[Tensor, "c m _"]:
        # one after the other: a foreign module need not be fit for vmap, and gains little by it
        pairs = zip(flat, at, strict=True)
        return torch.stack([with_parameters(one, rows[places]) for one, places in pairs])

    return Network(
        name,
        None,
        None,
        _matrices(body),
        False,
        _columns(signals, len(rows)),
        outputs.numpy(),
        parameters,
        predict,
        trace,
        _obstacles(body),
        remarks,
    )


def is_activation(module: nn.Module) -> bool:
    """Whether a module is one of PyTorch's activations."""
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(
        module, nn.MultiheadAttention
    )


def _run(body: nn.Sequential, rows: Tensor, name: str) -> Float[Tensor, "n d"]:
    """The outputs, samples as rows; what the module says of the samples is passed on."""
    outputs = []
    for part in rows.split(_AT_ONCE):
        try:
            found = body(part.clone())
        except Exception as error:
            raise misuse(
                "X",
                should="be samples as the network takes them, in float64 on the processor",
                got=f"shape {tuple(rows.shape)}, of which {name} says: {said(error)}",
                remedy="Give them as they go into the network, and let it make no use of its "
                "parameters' type or place.",
            ) from error
        if not isinstance(found, Tensor) or found.ndim == 0 or len(found) != len(part):
            shape = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
            raise misuse(
                "network",
                should="give one row of outputs a sample",
                got=f"{shape} for {len(part)} samples",
                remedy="Wrap it in a module that returns a tensor (n, d).",
            )
        outputs.append(found.detach().double().reshape(len(part), -1))
    return torch.cat(outputs)


@contextmanager
def _watched(body: nn.Module) -> Generator[dict[int, list[Tensor]]]:
    """What enters each call of an activation, by the call's place in a pass."""
    signals: dict[int, list[Tensor]] = {}
    calls: list[int] = []

    def begin(module: nn.Module, given: tuple[Tensor, ...]) -> None:  # noqa: ARG001
        calls.clear()

    def see(module: nn.Module, given: tuple[Tensor, ...]) -> None:  # noqa: ARG001
        flat = given[0].detach().reshape(len(given[0]), -1)
        stride = -(-flat.shape[1] // _MOST_COLUMNS)
        signals.setdefault(len(calls), []).append(flat[:, ::stride].double().clone())
        calls.append(1)

    seen = [m for m in body.modules() if is_activation(m)]
    handles = [body.register_forward_pre_hook(begin)]
    handles += [m.register_forward_pre_hook(see) for m in seen]
    try:
        yield signals
    finally:
        for handle in handles:
            handle.remove()


def _columns(signals: Mapping[int, Sequence[Tensor]], n: int) -> tuple[ndarray, ...]:
    """The signals that have a row for each sample."""
    whole = [
        torch.cat(list(parts))
        for parts in signals.values()
        if len({p.shape[1] for p in parts}) == 1
    ]
    return tuple(z.numpy() for z in whole if len(z) == n)


def _matrices(body: nn.Module) -> tuple[ndarray, ...]:
    return tuple(
        m.weight.detach().numpy().reshape(len(m.weight), -1).copy()
        for m in body.modules()
        if isinstance(m, nn.Linear | _CONVOLUTIONS)
    )


def _obstacles(body: nn.Sequential) -> Mapping[str, str]:
    """Why the audits of paths do not apply, module by module."""
    reasons = dict.fromkeys(reason for step in body if (reason := _reason(step)))
    why = (
        "; ".join(reasons) or "its modules do not form linear layers with activations between them"
    )
    return dict.fromkeys(_PATHS, why)


def _reason(step: nn.Module) -> str:
    name = type(step).__name__
    if isinstance(step, _CONVOLUTIONS):
        return f"{name} uses one weight at many positions, so that paths share weights"
    if isinstance(step, _NORMS):
        return (
            f"{name} rescales signals between the layers, so that a path is no product of weights"
        )
    known = isinstance(step, nn.Linear | nn.Flatten | nn.Unflatten | nn.Identity | DROPOUTS)
    if is_activation(step) or known or type(step).__module__.startswith("torch.nn.modules.pooling"):
        return ""
    return f"{name} cannot be looked into (a skip connection would be in there)"
