"""A user's own `nn.Sequential`: looked into where it can be, and left as it was found.

A stack of linear layers and activations is a chain, whatever modules write it. Anything else
(convolution, normalisation, a module with a skip connection) is run as it is, on a copy in float64 on
the processor: it gets the audits that ask only for signals, outputs and weights.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from lossatlas.errors import misuse

from ._chain import IDENTITY, RELU, Activation, Chain, Gating, read_chain
from ._network import Network

_CONVOLUTIONS = nn.modules.conv._ConvNd
_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
_DROPOUTS = nn.modules.dropout._DropoutNd
_PATHS = ("A1p-m", "A3p", "A5u-m", "A6u")


def read_sequential(module: nn.Sequential, X: Float[ndarray, "n ..."]) -> Network:
    """What the audits need of a module.

    Raises:
        ValueError: If it changes from pass to pass, or its weights are not finite.
    """
    frozen = copy.deepcopy(module).cpu().double()
    steps = list(_flattened(frozen))
    name = f"{type(module).__name__} of {len(steps)} modules"
    _check_steady(steps, name)
    chain, remarks = _as_chain(steps)
    if chain is not None:
        flat = X.reshape(len(X), -1)
        _check_inputs(flat, chain)
        return read_chain(chain, flat, name=name, remarks=remarks)
    return _opaque(frozen, steps, torch.from_numpy(np.ascontiguousarray(X)), name)


def activation_of(module: nn.Module) -> Activation:
    """A module's elementwise function as an activation."""
    if isinstance(module, nn.ReLU):
        return RELU
    sloped = isinstance(module, nn.LeakyReLU | nn.PReLU)
    gating = Gating.SLOPES if sloped else Gating.NONE

    def value(z: ndarray) -> ndarray:
        with torch.no_grad():
            found: ndarray = module(torch.from_numpy(np.ascontiguousarray(z))).numpy()
        return found

    return Activation(type(module).__name__, gating, value)


def _as_chain(steps: Sequence[nn.Module]) -> tuple[Chain | None, tuple[str, ...]]:
    """The chain of linear layers and activations that the modules are, if they are one."""
    kept = [s for s in steps if not isinstance(s, nn.Identity | _DROPOUTS)]
    remarks: tuple[str, ...] = ()
    while kept and isinstance(kept[0], nn.Flatten):
        kept = kept[1:]
    if kept and _is_activation(kept[-1]):
        last = type(kept[-1]).__name__
        kept = kept[:-1]
        remarks = (
            f"The {last} after the last layer is left out: outputs are those of that layer.",
        )
    layers: list[tuple[nn.Linear, Activation]] = []
    for step in kept:
        if isinstance(step, nn.Linear):
            layers.append((step, IDENTITY))
        elif layers and _is_activation(step) and layers[-1][1] is IDENTITY:
            layers[-1] = (layers[-1][0], activation_of(step))
        else:
            return None, ()
    if not layers:
        return None, ()
    matrices = tuple(_array(layer.weight) for layer, _ in layers)
    biases = tuple(None if layer.bias is None else _array(layer.bias) for layer, _ in layers)
    return Chain(matrices, biases, tuple(a for _, a in layers[:-1])), remarks


def _opaque(module: nn.Module, steps: Sequence[nn.Module], X: Tensor, name: str) -> Network:
    """The network of modules that are run, not looked into."""
    signals, outputs = _run(steps, X)
    parameters = parameters_to_vector(list(module.parameters())).detach().numpy().copy()
    if not np.isfinite(parameters).all():
        raise misuse(
            "network",
            should="have finite weights",
            got="NaN or infinite ones",
            remedy="A diverged network meets no assumption: leave it out.",
        )

    def predict(flat: Float[ndarray, " N"]) -> Float[ndarray, "n d"]:
        try:
            vector_to_parameters(torch.from_numpy(flat), module.parameters())
            return _run(steps, X)[1]
        finally:
            vector_to_parameters(torch.from_numpy(parameters), module.parameters())

    matrices = tuple(
        _array(s.weight).reshape(len(s.weight), -1)
        for s in steps
        if isinstance(s, nn.Linear | _CONVOLUTIONS)
    )
    obstacles = _obstacles(steps)
    return Network(
        name, None, None, matrices, False, signals, outputs, parameters, predict, obstacles
    )


def _run(steps: Sequence[nn.Module], X: Tensor) -> tuple[tuple[ndarray, ...], ndarray]:
    """What enters each activation and what leaves the last module, samples as rows."""
    signals, h = [], X
    with torch.no_grad():
        for step in steps:
            if _is_activation(step):
                signals.append(h.flatten(1).numpy().copy())
            h = step(h)
    return tuple(signals), h.flatten(1).numpy().copy()


def _obstacles(steps: Sequence[nn.Module]) -> Mapping[str, str]:
    """Why the audits of paths do not apply, module by module."""
    reasons = []
    for step in steps:
        reason = _reason(step)
        if reason and reason not in reasons:
            reasons.append(reason)
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
    if _is_activation(step) or isinstance(step, nn.Linear | nn.Flatten | nn.Identity | _DROPOUTS):
        return ""
    return f"{name} cannot be looked into (a skip connection would be in there)"


def _is_activation(module: nn.Module) -> bool:
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(
        module, nn.MultiheadAttention
    )


def _flattened(module: nn.Module) -> Iterator[nn.Module]:
    """The modules in order, nested `nn.Sequential`s opened."""
    for child in module.children():
        if isinstance(child, nn.Sequential):
            yield from _flattened(child)
        else:
            yield child


def _check_steady(steps: Sequence[nn.Module], name: str) -> None:
    """Refuse what would give other outputs on another pass."""
    for step in steps:
        for part in step.modules():
            random = isinstance(part, _DROPOUTS) and part.p > 0
            if part.training and (random or isinstance(part, nn.modules.batchnorm._NormBase)):
                raise misuse(
                    "network",
                    should="give the same outputs twice",
                    got=f"{name} with {type(part).__name__} in training mode",
                    remedy="Call `.eval()` on it first.",
                )


def _check_inputs(X: Float[ndarray, "n d"], chain: Chain) -> None:
    if X.shape[1] != chain.widths[0]:
        raise misuse(
            "X",
            should=f"have {chain.widths[0]} numbers a sample",
            got=f"shape {X.shape}",
            remedy="They are what the first layer takes.",
        )


def _array(parameter: Any) -> ndarray:
    found: ndarray = parameter.detach().numpy().copy()
    return found
