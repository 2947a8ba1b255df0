"""A perceptron at a batch of points: what its derivatives share, computed once and on demand.

Samples lie last: x_0 = X^T (d_0, n), z_k = W_k x_{k-1} + b_k, x_k = phi(z_k), the output f = z_L is
linear. Backwards delta_L = l'(f) and delta_{k-1} = phi'(z) * W_k^T delta_k; the gradient of W_k is
delta_k x_{k-1}^T and that of b_k the sum of delta_k (Rumelhart, Hinton, Williams 1986).

With constant gates in place of the activation, x_k = gates * z_k. Multipliers c make the function the loss
less sum c z: they are taken from the delta of their places, and all derivatives follow.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias, final

from torch import Tensor

from ._activations import AbstractActivation
from ._criteria import AbstractCriterion
from ._passes import Passes

Parts: TypeAlias = tuple[list[Tensor], list[Tensor] | None]  # matrices, biases


@final
@dataclass(frozen=True, eq=False)
class Samples:
    """Data with samples last, and the weight of each sample in the loss."""

    rows: Tensor  # X, and a last column of ones where there are biases: (n, d_0 [+ 1])
    columns: Tensor  # its transpose, in memory too
    targets: Tensor  # (d_y, n)
    width: int  # d_0
    weight: float

    @property
    def inputs(self) -> Tensor:
        """X^T: (d_0, n)."""
        return self.columns[: self.width]

    def part(self, span: slice) -> "Samples":
        """Some of the samples."""
        return Samples(
            self.rows[span],
            self.columns[:, span],
            self.targets[:, span],
            self.width,
            self.weight,
        )


@final
@dataclass(frozen=True, eq=False)
class Network:
    """The passes through a perceptron; lists run over the layers, hidden ones for the last two."""

    weights: list[Tensor]  # (*b, d_k, d_{k-1})
    biases: list[Tensor] | None  # (*b, d_k)
    activation: AbstractActivation
    criterion: AbstractCriterion
    samples: Samples
    gates: list[Tensor] | None = None  # (*b, d_k, n)
    multipliers: list[Tensor] | None = None  # likewise

    def part(self, span: slice) -> "Network":
        """The same on some of the samples."""
        gates, multipliers = (
            None if own is None else [one[..., span] for one in own]
            for own in (self.gates, self.multipliers)
        )
        samples = self.samples.part(span)
        return replace(self, samples=samples, gates=gates, multipliers=multipliers)

    @cached_property
    def _forward(self) -> tuple[list[Tensor], list[Tensor]]:
        zs: list[Tensor] = []
        xs = [self.samples.inputs]
        for k, W in enumerate(self.weights):
            if k:
                g, z = self.gates, zs[-1]
                xs.append(self.activation.value(z) if g is None else g[k - 1] * z)
            z = W @ xs[-1]
            zs.append(z if self.biases is None else z.add_(self.biases[k][..., None]))
        return zs, xs

    @property
    def inputs(self) -> list[Tensor]:
        """x_{k-1}, what each layer reads."""
        return self._forward[1]

    @property
    def output(self) -> Tensor:
        """f: (*b, d_y, n)."""
        return self._forward[0][-1]

    @property
    def loss(self) -> Tensor:
        """The loss: (*b,)."""
        return self.samples.weight * self.criterion.loss(self.output, self.samples.targets)

    @cached_property
    def slopes(self) -> list[Tensor]:
        """phi'(z_k) of the hidden layers."""
        if self.gates is not None:
            return self.gates
        zs, xs = self._forward
        return [self.activation.first(z, x) for z, x in zip(zs[:-1], xs[1:], strict=True)]

    @cached_property
    def seconds(self) -> list[Tensor | None]:
        """phi''(z_k) of the hidden layers, None for zero."""
        if self.gates is not None:
            return [None] * len(self.gates)
        pairs = zip(self.inputs[1:], self.slopes, strict=True)
        return [self.activation.second(x, slope) for x, slope in pairs]

    @cached_property
    def output_derivatives(self) -> tuple[Tensor, Tensor]:
        """l'(f) and the vector s of l''(f), each sample with weight 1."""
        return self.criterion.derivatives(self.output, self.samples.targets)

    @cached_property
    def _backward(self) -> tuple[list[Tensor], list[Tensor]]:
        """delta_k of every layer, and W_k^T delta_k of the hidden ones."""
        weight = self.samples.weight
        derivative = self.output_derivatives[0]
        deltas = [derivative if weight == 1 else derivative * weight]
        return pull_back(self.weights, self.slopes, deltas, self.multipliers)

    @property
    def deltas(self) -> list[Tensor]:
        """D loss / d z_k: (*b, d_k, n)."""
        return self._backward[0]

    @property
    def pulls(self) -> list[Tensor]:
        """D loss / d x_k of the hidden layers: (*b, d_k, n)."""
        return self._backward[1]

    @property
    def pre_activations(self) -> list[Tensor]:
        """z_k of the hidden layers: (*b, d_k, n)."""
        return self._forward[0][:-1]

    @cached_property
    def passes(self) -> Passes:
        """What a Hessian product needs."""
        bends = [
            None if second is None else second * pull
            for second, pull in zip(self.seconds, self._backward[1], strict=True)
        ]
        return Passes(
            self.weights,
            self.samples.rows,
            self.samples.columns,
            self.inputs,
            self.deltas,
            self.slopes,
            bends,
            self.output_derivatives[1],
            self.criterion.coupled,
            self.samples.weight,
            biases=self.biases is not None,
        )

    def gradient(self) -> Parts:
        """The gradient's matrices and biases."""
        rows = [self.samples.rows[:, : self.samples.width], *(x.mT for x in self.inputs[1:])]
        matrices = [d @ x for d, x in zip(self.deltas, rows, strict=True)]
        return matrices, None if self.biases is None else [d.sum(-1) for d in self.deltas]


def pull_back(
    weights: list[Tensor],
    slopes: list[Tensor],
    deltas: list[Tensor],
    multipliers: list[Tensor] | None = None,
) -> tuple[list[Tensor], list[Tensor]]:
    """From [delta_L] all delta_k, and W_{k+1}^T delta_{k+1} of the hidden layers."""
    pulls: list[Tensor] = []
    for k in reversed(range(len(slopes))):
        pulls.append(weights[k + 1].mT @ deltas[-1])
        delta = slopes[k] * pulls[-1]
        deltas.append(delta if multipliers is None else delta - multipliers[k])
    return deltas[::-1], pulls[::-1]
