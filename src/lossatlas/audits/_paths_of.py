"""What the audits of paths share: gates, their kernel, and rates, computed once a network."""

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from lossatlas.theory import relu_paths


@final
@dataclass(frozen=True, eq=False)
class PathData:
    """A network as a sum over paths, on the samples of the audit.

    Attributes:
        weights: [W_1, ..., W_H].
        inputs: X.
        gates: Of each hidden layer, whether each unit fires on each sample.
        groups: The samples' groups for intervals.
    """

    weights: tuple[Float[ndarray, "_ _"], ...]
    inputs: Float[ndarray, "n d"]
    gates: relu_paths.Gates
    groups: Int[ndarray, " n"]

    @property
    def num_samples(self) -> int:
        """How many samples."""
        return len(self.groups)

    @cached_property
    def rho_by_sample(self) -> Float[ndarray, " n"]:
        """The share of paths that are open at each sample."""
        return np.asarray(np.prod([a.mean(1) for a in self.gates], axis=0))

    @property
    def rho(self) -> float:
        """The mean rate of a path."""
        return float(self.rho_by_sample.mean())

    @property
    def kernel(self) -> Float[ndarray, "n n"]:
        """K(x, x'), the share of paths that are open at both samples; made anew when asked for."""
        return relu_paths.kernel(self.weights, self.inputs, gates=self.gates)

    @cached_property
    def statistics(self) -> relu_paths.PathStatistics:
        """Everything that is known of the paths on these samples; details are taken from it."""
        return relu_paths.statistics(self.weights, self.inputs, gates=self.gates)

    @cached_property
    def heavy_by_sample(self) -> Float[ndarray, " n"]:
        """The share of the paths' total |product of weights| that is open at each sample.

        A forward pass with |W_k| and the gates; each layer is scaled to its largest entry, which
        leaves the share and keeps it from overflowing. Zero where every path weighs nothing.
        """
        signal = np.ones((1, self.inputs.shape[1]))
        closed = signal
        masks = [*self.gates, np.ones((1, 1), dtype=bool)]
        for W, open_ in zip(self.weights, masks, strict=True):
            size = np.abs(W).T / (np.abs(W).max() or 1.0)
            signal, closed = (signal @ size) * open_, closed @ size
            scale = closed.max() or 1.0
            signal, closed = signal / scale, closed / scale
        total = float(closed.sum())
        share: ndarray = signal.sum(1) / (total or 1.0)
        return np.broadcast_to(share, self.num_samples)
