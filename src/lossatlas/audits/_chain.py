"""A fully connected network layer by layer, in NumPy: matrices, biases where there are, activations.

What a chain of layers has decides which audits apply. Gates that are open or closed take ReLU (or no
activation, whose gate is always open); a sum over paths takes an activation that is linear on either
side of zero; and paths that all carry H weights take layers without biases.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import final

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from lossatlas.errors import misuse
from lossatlas.theory import relu_paths

from ._network import Network


class Gating(Enum):
    """What an activation does to a path."""

    OPEN = "always open"
    COIN = "open or closed"
    SLOPES = "one slope or another"
    NONE = "neither open nor closed"


@final
@dataclass(frozen=True, eq=False)
class Activation:
    """A hidden layer's function, its name for the reader, and what it does to a path."""

    name: str
    gating: Gating
    apply: Callable[[Tensor], Tensor]

    def value(self, z: ndarray) -> ndarray:
        """The function of an array."""
        with torch.no_grad():
            found: ndarray = self.apply(torch.from_numpy(np.ascontiguousarray(z))).numpy()
        return found


RELU = Activation("ReLU", Gating.COIN, torch.relu)
IDENTITY = Activation("identity", Gating.OPEN, lambda z: z)


def leaky(name: str, slope: float, apply: Callable[[Tensor], Tensor]) -> Activation:
    """A leaky ReLU: of slope 0 it is ReLU and closes paths, of slope 1 it is no activation."""
    gating = {0.0: Gating.COIN, 1.0: Gating.OPEN}.get(float(slope), Gating.SLOPES)
    return Activation(name, gating, apply)


@final
@dataclass(frozen=True, eq=False)
class Chain:
    """Matrices W_1, ..., W_H, a bias or none for each, an activation after each but the last."""

    matrices: tuple[Float[ndarray, "_ _"], ...]
    biases: tuple[Float[ndarray, " _"] | None, ...]
    activations: tuple[Activation, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """(d_0, ..., d_H)."""
        return (self.matrices[0].shape[1], *map(len, self.matrices))

    def forward(self, X: Float[ndarray, "n d"]) -> tuple[list[ndarray], ndarray]:
        """What enters each activation, and the outputs."""
        signals, h = [], X
        # what overflows is refused by `read_chain`, in words
        with np.errstate(over="ignore", invalid="ignore"):
            for W, b, activation in zip(
                self.matrices, self.biases, (*self.activations, IDENTITY), strict=True
            ):
                z = h @ W.T if b is None else h @ W.T + b
                signals.append(z)
                h = activation.value(z)
        return signals[:-1], h

    def trace(
        self, flat: Float[Tensor, "c N"], X: Float[Tensor, "c m d"], masks: Sequence[Tensor] | None
    ) -> Float[Tensor, "c m _"]:
        """The outputs of c networks of these layers, each on samples of its own, differentiable."""
        h, at = X, 0
        for k, (W, b) in enumerate(zip(self.matrices, self.biases, strict=True)):
            h = h @ flat[:, at : at + W.size].reshape(-1, *W.shape).mT
            at += W.size
            if b is not None:
                h = h + flat[:, None, at : at + b.size]
                at += b.size
            if k < len(self.activations):
                h = self.activations[k].apply(h) if masks is None else h * masks[k]
        return h

    def parameters(self) -> Float[ndarray, " N"]:
        """All weights and biases: W_1, b_1, W_2, ..."""
        return np.concatenate([part.ravel() for part in self._parts()])

    def with_parameters(self, flat: Float[ndarray, " N"]) -> "Chain":
        """The same layers with other parameters."""
        matrices, biases, at = [], [], 0
        for W, b in zip(self.matrices, self.biases, strict=True):
            matrices.append(flat[at : at + W.size].reshape(W.shape))
            at += W.size
            biases.append(None if b is None else flat[at : at + b.size])
            at += 0 if b is None else b.size
        return Chain(tuple(matrices), tuple(biases), self.activations)

    def _parts(self) -> list[ndarray]:
        pairs = zip(self.matrices, self.biases, strict=True)
        return [part for pair in pairs for part in pair if part is not None]


def plain_chain(weights: Sequence[ndarray]) -> Chain:
    """The chain of a list of matrices: ReLU between them, no biases."""
    matrices = tuple(np.asarray(W, dtype=np.float64) for W in weights)
    shapes = [W.shape for W in matrices]
    fits = bool(matrices) and all(len(s) == 2 and min(s) > 0 for s in shapes)
    if not fits or any(a[0] != b[1] for a, b in pairwise(shapes)):
        raise misuse(
            "network",
            should="be matrices [W_1, ..., W_H], each (d_k, d_{k-1})",
            got=f"shapes {shapes}",
            remedy="The first acts on the inputs. A network with biases can be given as a Perceptron "
            "or an nn.Sequential.",
        )
    return Chain(matrices, (None,) * len(matrices), (RELU,) * (len(matrices) - 1))


def read_chain(
    chain: Chain,
    X: Float[ndarray, "n d"],
    *,
    name: str,
    gates: Sequence[ndarray] | None = None,
    remarks: tuple[str, ...] = (),
) -> Network:
    """What the audits need of a chain, with gates from outside where they are given."""
    check_parameters(chain.parameters())
    obstacles = chain_obstacles(chain)
    signals, outputs = chain.forward(X)
    weights = None if "A6u" in obstacles else chain.matrices
    masks = None if "A1p-m" in obstacles else _gates(chain, signals)
    own = gates is None or weights is None
    if gates is not None and weights is not None:
        masks, signals, outputs = _gated(chain, X, gates)
    check_outputs(outputs)
    given = None if own else masks
    rows, opened = torch.from_numpy(X), None if given is None else [*map(torch.from_numpy, given)]

    def trace(flat: Float[Tensor, "c N"], at: Int[Tensor, "c m"]) -> Float[Tensor, "c m _"]:
        return chain.trace(flat, rows[at], None if opened is None else [a[at] for a in opened])

    return Network(
        name,
        weights,
        masks,
        chain.matrices,
        True,
        tuple(signals),
        outputs,
        chain.parameters(),
        lambda flat: _outputs(chain.with_parameters(flat), X, given),
        trace,
        obstacles,
        (*remarks, *_remarks(chain)),
    )


def chain_obstacles(chain: Chain) -> Mapping[str, str]:
    """Which audits do not apply to a chain, and why."""
    if not chain.activations:
        none = "the network has no hidden layer, so its paths have no gates"
        return dict.fromkeys(("A1p-m", "A3p", "A5u-m", "A6u"), none)
    curved = _named(chain, Gating.NONE)
    if curved:
        why = f"with {curved} the output is no sum over paths, since a unit is neither on nor off"
        return dict.fromkeys(("A1p-m", "A3p", "A5u-m", "A6u"), why)
    obstacles = {}
    sloped = _named(chain, Gating.SLOPES)
    if sloped:
        why = f"with {sloped} a path is never closed, only weakened, and has no gate of 0 or 1"
        obstacles = dict.fromkeys(("A1p-m", "A5u-m"), why)
    if any(b is not None for b in chain.biases):
        obstacles["A3p"] = (
            "biases add shorter paths, so that not every path carries a weight a layer"
        )
    return obstacles


def _remarks(chain: Chain) -> tuple[str, ...]:
    remarks = []
    if any(b is not None for b in chain.biases):
        remarks.append(
            "The network has biases. They move the gates and add shorter paths that neither paper's "
            "model has; the audits of paths speak of the paths that begin at an input."
        )
    if chain_is_mixed(chain):
        bare = [str(k) for k, a in enumerate(chain.activations, 1) if a.gating is Gating.OPEN]
        remarks.append(f"No activation follows layer {', '.join(bare)}: its gates are always open.")
    return tuple(remarks)


def chain_is_mixed(chain: Chain) -> bool:
    """Whether some layers have an activation and others none, which may be an oversight."""
    bare = [a.gating is Gating.OPEN for a in chain.activations]
    return any(bare) and not all(bare)


def _named(chain: Chain, gating: Gating) -> str:
    names = dict.fromkeys(a.name for a in chain.activations if a.gating is gating)
    return ", ".join(names)


def _gates(chain: Chain, signals: Sequence[ndarray]) -> relu_paths.Gates:
    pairs = zip(chain.activations, signals, strict=True)
    return tuple((z > 0) | (a.gating is Gating.OPEN) for a, z in pairs)


def _gated(
    chain: Chain, X: ndarray, gates: Sequence[ndarray]
) -> tuple[relu_paths.Gates, list[ndarray], ndarray]:
    """The forward pass with gates from outside instead of the network's own."""
    masks = tuple(np.asarray(a) for a in gates)
    wanted = [(len(X), d) for d in chain.widths[1:-1]]
    if [a.shape for a in masks] != wanted or any(a.dtype != np.bool_ for a in masks):
        raise misuse(
            "gates",
            should=f"be boolean arrays of shapes {wanted}, one a hidden layer",
            got=[(a.shape, str(a.dtype)) for a in masks],
            remedy="Leave them out to take the network's own.",
        )
    signals, h = [], X
    for W, a in zip(chain.matrices, masks, strict=False):
        signals.append(h @ W.T)
        h = signals[-1] * a
    return masks, signals, h @ chain.matrices[-1].T


def _outputs(chain: Chain, X: ndarray, masks: relu_paths.Gates | None) -> ndarray:
    return chain.forward(X)[1] if masks is None else _gated(chain, X, masks)[2]


def check_parameters(flat: Float[ndarray, " N"]) -> None:
    """Refuse a network that has diverged."""
    if not np.isfinite(flat).all():
        raise misuse(
            "network",
            should="have finite weights",
            got="NaN or infinite ones",
            remedy="A diverged network meets no assumption: leave it out.",
        )


def check_outputs(outputs: Float[ndarray, "n d"]) -> None:
    """Refuse a network whose outputs are beyond the floats."""
    if not np.isfinite(outputs).all():
        raise misuse(
            "network",
            should="have finite outputs on the samples",
            got=f"NaN or infinite ones on {int((~np.isfinite(outputs)).any(1).sum())} samples",
            remedy="Scale weights or inputs down: the products are beyond the largest float.",
        )
