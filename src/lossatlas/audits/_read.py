"""A network in any of the forms it may be given in: matrices, a perceptron's point, a module."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor, nn

from lossatlas.errors import misuse
from lossatlas.surfaces import Identity, LeakyReLU, Perceptron, ReLU

from ._chain import IDENTITY, RELU, Activation, Chain, Gating, plain_chain, read_chain
from ._network import Network
from ._sequential import read_sequential

Given: TypeAlias = Sequence[ndarray] | Sequence[Tensor] | tuple[Perceptron, Tensor] | nn.Sequential
"""A list of matrices [W_1, ..., W_H], a perceptron with one of its points, or a module."""


def read(
    network: Given, X: Float[ndarray, "n ..."], gates: Sequence[ndarray] | None = None
) -> Network:
    """What the audits need of a network.

    Raises:
        ValueError: If it is none of these, does not fit the samples, or is not finite.
    """
    if isinstance(network, nn.Module):
        if not isinstance(network, nn.Sequential):
            raise _unknown(network)
        _refuse(gates, "a module")
        return read_sequential(network, X)
    if not isinstance(network, Sequence):
        raise _unknown(network)
    first, last = (network[0], network[-1]) if network else (None, None)
    if isinstance(first, Perceptron) and isinstance(last, Tensor) and len(network) == 2:
        return _read_perceptron(first, last, X, gates)
    matrices = [_array(W) for W in network if isinstance(W, ndarray | Tensor)]
    if len(matrices) == len(network):
        chain = plain_chain(matrices)
        return read_chain(chain, _rows(X, chain), name=_named(chain, "network"), gates=gates)
    raise _unknown(network)


def _read_perceptron(
    surface: Perceptron, point: Tensor, X: ndarray, gates: Sequence[ndarray] | None
) -> Network:
    if point.shape != (surface.dimension,):
        raise misuse(
            "network",
            should=f"be a perceptron and one of its points, of {surface.dimension} numbers",
            got=f"a point of shape {tuple(point.shape)}",
            remedy="Audit the points of a batch one by one, or use `along`.",
        )
    parts = [_array(part) for part in surface.weights(point)]
    step = 2 if surface.biases else 1
    matrices = tuple(parts[::step])
    biases = tuple(parts[1::2]) if surface.biases else (None,) * len(matrices)
    chain = Chain(matrices, biases, (_activation(surface),) * (len(matrices) - 1))
    if surface.biases:
        _refuse(gates, "a network with biases")
    name = _named(chain, type(surface.activation).__name__ + " network")
    return read_chain(chain, _rows(X, chain), name=name, gates=gates)


def _activation(surface: Perceptron) -> Activation:
    activation = surface.activation
    if isinstance(activation, ReLU):
        return RELU
    if isinstance(activation, Identity):
        return IDENTITY
    gating = Gating.SLOPES if isinstance(activation, LeakyReLU) else Gating.NONE

    def value(z: ndarray) -> ndarray:
        found: ndarray = activation.value(torch.from_numpy(np.ascontiguousarray(z))).numpy()
        return found

    return Activation(type(activation).__name__, gating, value)


def _rows(X: ndarray, chain: Chain) -> ndarray:
    flat = X.reshape(len(X), -1)
    if flat.shape[1] != chain.widths[0]:
        raise misuse(
            "X",
            should=f"have {chain.widths[0]} numbers a sample",
            got=f"shape {X.shape}",
            remedy="They are what the first matrix acts on.",
        )
    return flat


def _named(chain: Chain, kind: str) -> str:
    return f"{'-'.join(map(str, chain.widths))} {kind}"


def _array(W: ndarray | Tensor) -> ndarray:
    if isinstance(W, Tensor):
        W = W.detach().cpu().numpy()
    return np.array(W, dtype=np.float64)


def _refuse(gates: object, what: str) -> None:
    if gates is not None:
        raise misuse(
            "gates",
            should="be left out",
            got=f"gates for {what}",
            remedy="Gates from outside go with a list of matrices.",
        )


def _unknown(network: object) -> ValueError:
    return misuse(
        "network",
        should="be matrices [W_1, ..., W_H], (Perceptron, point), or an nn.Sequential",
        got=type(network).__name__,
        remedy="Wrap another module: nn.Sequential(module) gets the audits that need no look inside.",
    )
