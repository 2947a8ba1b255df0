"""What the audits need of a network, whatever it was given as.

An audit that asks for something a network has not does not apply to it; `obstacles` says which and
why, in words that end a sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import final

from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from lossatlas.theory import relu_paths


@final
@dataclass(frozen=True, eq=False)
class Network:
    """A network on samples.

    Attributes:
        name: In words.
        weights: [W_1, ..., W_H] where the output is a sum over paths of them; else None.
        gates: The gates of its hidden layers where they are open or closed; else None.
        matrices: Its weight matrices, for their spectra.
        chained: Whether the matrices follow each other unit by unit.
        signals: What enters each activation, samples as rows.
        outputs: What leaves the network.
        parameters: All weights and biases, flat.
        predict: The outputs with other parameters in their place.
        trace: The outputs of c networks with other parameters, each on the samples whose places are
            given for it, differentiable.
        obstacles: Why an audit does not apply, by the assumption's id.
        remarks: What a reader should know.
    """

    name: str
    weights: tuple[Float[ndarray, "_ _"], ...] | None
    gates: relu_paths.Gates | None
    matrices: tuple[Float[ndarray, "_ _"], ...]
    chained: bool
    signals: tuple[Float[ndarray, "n _"], ...]
    outputs: Float[ndarray, "n d"]
    parameters: Float[ndarray, " N"]
    predict: Callable[[Float[ndarray, " N"]], Float[ndarray, "n d"]]
    trace: Callable[[Float[Tensor, "c N"], Int[Tensor, "c m"]], Float[Tensor, "c m d"]]
    obstacles: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
