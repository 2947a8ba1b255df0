"""A perceptron's data as exact balls, and its points as matrices [W_k b_k]."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from flint import arb, arb_mat
from jaxtyping import Float
from torch import Tensor

from ._activations import AbstractActivation
from ._passes_in_balls import slopes
from ._pattern import Array
from ._pattern_symmetry import shapes
from ._perceptron import Perceptron
from ._perceptron_bounds import Sizes, Slopes
from ._perceptron_in_balls import PerceptronInBalls, Rows, split

_OUTWARDS = 1 + 1e-9


@final
@dataclass(frozen=True, eq=False)
class PerceptronData:
    """What does not depend on the point."""

    surface: Perceptron

    @property
    def activation(self) -> AbstractActivation:
        return self.surface.activation

    @property
    def biases(self) -> bool:
        return self.surface.biases

    @cached_property
    def shapes(self) -> list[tuple[int, int]]:
        """Of the matrices [W_k b_k]."""
        return shapes(self.surface.widths, biases=self.biases)

    @cached_property
    def features(self) -> Array:
        """X, and a last column of ones where there are biases."""
        X = self.surface.inputs.double().cpu().numpy()
        return np.concatenate([X, np.ones_like(X[:, :1])], axis=1) if self.biases else X

    @cached_property
    def inputs(self) -> Rows:
        """The same, as balls."""
        return [[arb(x) for x in row] for row in self.features.tolist()]

    @cached_property
    def targets(self) -> Rows:
        """Y, as balls."""
        return [[arb(y) for y in row] for row in self.surface.targets.double().cpu().tolist()]

    @property
    def weight(self) -> arb:
        """Of each sample in the loss, at the precision of `flint.ctx`."""
        return arb(1) / len(self.inputs) if self.surface.reduction == "mean" else arb(1)

    @cached_property
    def slopes(self) -> Slopes:
        """Bounds on the activation's derivatives."""
        return slopes(self.activation)

    def entries(self, w: Float[Tensor, " P"]) -> list[arb]:
        """A point's numbers in the order of the matrices [W_k b_k]."""
        parts = self.surface.columns.split(w.detach().double().cpu())
        return [arb(x) for part in parts for x in part.flatten().tolist()]

    def matrices(self, entries: Sequence[arb]) -> list[arb_mat]:
        """[W_1 b_1], [W_2 b_2], ..."""
        return split(entries, self.shapes)


def sizes(network: PerceptronInBalls) -> Sizes:
    """The sizes at one point, none too small."""
    mids = [
        np.array([[float(x.mid()) for x in row] for row in W.tolist()]) for W in _plain(network)
    ]
    return Sizes(
        [float(np.linalg.norm(W, 2)) * _OUTWARDS for W in mids],
        [np.linalg.norm(W, axis=1) * _OUTWARDS for W in mids],
        [row_norms(x) for x in network.passes.read],
        row_norms(network.residual),
    )


def row_norms(rows: Rows) -> Array:
    """The norm of each row, at most."""
    squares = [float(sum((x * x for x in row), arb(0)).abs_upper()) for row in rows]
    return np.asarray(np.sqrt(squares) * _OUTWARDS)


def _plain(network: PerceptronInBalls) -> list[arb_mat]:
    if not network.biases:
        return network.matrices
    return [arb_mat([row[:-1] for row in W.tolist()]) for W in network.matrices]
