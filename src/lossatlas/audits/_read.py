"""A network in any of the forms it may be given in: matrices, a perceptron's point, a module."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor, nn

from lossatlas.errors import misuse
from lossatlas.surfaces import Identity, LeakyReLU, Perceptron, ReLU

from ._chain import IDENTITY, RELU, Activation, Chain, Gating, leaky, plain_chain, read_chain
from ._module import read_module
from ._network import Network

Given: TypeAlias = Sequence[ndarray] | Sequence[Tensor] | tuple[Perceptron, Tensor] | nn.Module
"""A list of matrices [W_1, ..., W_H], a perceptron with one of its points, or a module."""


def read(
    network: Given, X: Float[ndarray, "n ..."], gates: Sequence[ndarray] | None = None
) -> Network:
    """What the audits need of a network.

    Raises:
        ValueError: If it is none of these, does not fit the samples, or is not finite.
    """
    if isinstance(network, nn.Module):
        _refuse(gates, "a module")
        return read_module(network, X)
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
    name = type(activation).__name__
    if isinstance(activation, LeakyReLU):
        return leaky(name, activation.slope, activation.value)
    return Activation(name, Gating.NONE, activation.value)


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
        W = W.detach().cpu().double().numpy()
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
        should="be matrices [W_1, ..., W_H], (Perceptron, point), or an nn.Module",
        got=_described(network),
        remedy="A network of another library can be given as its matrices, W_k of shape (d_k, d_{k-1}).",
    )


def _described(network: object) -> str:
    name = type(network).__name__
    if isinstance(network, str) or not isinstance(network, Sequence):
        return name
    return f"{name} with {next(type(W).__name__ for W in network if not isinstance(W, ndarray | Tensor))}"
