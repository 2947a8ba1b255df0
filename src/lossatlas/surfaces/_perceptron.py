"""A multilayer perceptron's loss surface, with hand-written derivatives.

Every layer but the last applies one activation; the output is linear. Gradient and Hessian product
are the passes of `_network.py`, the full Hessian is built from pairs of units and pairs of inputs
(`_pair_gram.py`), so nothing here is traced or differentiated automatically. The passes at the last
point are kept: a run of products at one point, what every eigenvalue method asks for, pays for them
once.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import Literal, final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas._types import Hessians, Points, Values
from lossatlas.errors import misuse

from ._activations import AbstractActivation
from ._criteria import AbstractCriterion
from ._layout import Columns, Layout
from ._majorant import majorant, num_roundings
from ._manifold import Flat
from ._memory import require_hessian
from ._network import Network, Parts, Samples
from ._pair_gram import full_hessian
from ._passes import Passes
from ._rounding import accumulated, cancellation_floor, frobenius, perron_bound
from ._surface import AbstractSurface
from ._symmetry import orbit_rank
from ._validate import check_pair, check_point, check_reduction, check_samples, check_widths

_CACHE_BYTES = 2**19


@final
@dataclass(eq=False)
class _LastPoint:
    """The last point that products were asked at, with its passes."""

    held: tuple[Tensor, Network] | None = None


@final
@dataclass(frozen=True, eq=False)
class Perceptron(AbstractSurface):
    """The loss of a fully connected network on given samples.

    A point is W_1 (row-major), b_1 where there are biases, W_2, and so on.

    Args:
        widths: (d_x, d_1, ..., d_y).
        activation: The hidden layers' activation.
        criterion: The loss of the outputs.
        inputs: X, samples as rows.
        targets: Y, samples as rows; class numbers (n,) will do for the cross-entropy.
        biases: Whether each layer has a bias.
        reduction: "sum" over samples, or "mean", which divides by n (never by d_y).

    Raises:
        ValueError: If a width is below 1, or the data are empty, not finite, of mixed type, or not
            what the criterion takes.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import Perceptron, SquaredError, Tanh
        >>> X, Y = torch.eye(2).double(), torch.ones(2, 1).double()
        >>> surface = Perceptron((2, 3, 1), Tanh(), SquaredError(), X, Y)
        >>> surface.loss(torch.zeros(4, surface.dimension).double())
        tensor([1., 1., 1., 1.], dtype=torch.float64)
    """

    widths: Sequence[int]
    activation: AbstractActivation
    criterion: AbstractCriterion
    inputs: Float[Tensor, "n d_x"]
    targets: Tensor
    _: KW_ONLY
    biases: bool = False
    reduction: Literal["sum", "mean"] = "sum"
    _layout: Layout = field(init=False, repr=False)
    _columns: Columns = field(init=False, repr=False)
    _samples: Samples = field(init=False, repr=False)
    _last: _LastPoint = field(init=False, repr=False, default_factory=_LastPoint)

    def __post_init__(self) -> None:
        widths = check_widths(self.widths)
        check_reduction(self.reduction)
        check_samples("inputs", self.inputs, widths[0])
        check_pair(self.inputs, self.targets)
        rows = self.criterion.prepare(self.targets, self.inputs, widths[-1])
        weight = 1 / self.inputs.shape[0] if self.reduction == "mean" else 1.0
        X = self.inputs
        if self.biases:
            X = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)
        samples = Samples(X.contiguous(), X.T.contiguous(), rows.T.contiguous(), widths[0], weight)
        object.__setattr__(self, "widths", widths)
        layout = _layout(widths, self.biases)
        columns = Columns.of(layout, biases=self.biases, device=X.device)
        object.__setattr__(self, "_layout", layout)
        object.__setattr__(self, "_columns", columns)
        object.__setattr__(self, "_samples", samples)

    @property
    def dimension(self) -> int:
        return self._layout.dimension

    @property
    def dtype(self) -> torch.dtype:
        return self.inputs.dtype

    @property
    def device(self) -> torch.device:
        return self.inputs.device

    @property
    def manifold(self) -> Flat:
        return Flat(self.dimension)

    @property
    def layout(self) -> Layout:
        """How a flat point becomes W_1, b_1, W_2, ..."""
        return self._layout

    @property
    def columns(self) -> Columns:
        """How a flat point becomes the matrices [W_k b_k]."""
        return self._columns

    def weights(self, w: Points) -> list[Tensor]:
        """The parts of a point: W_1, b_1, W_2, ... with its batch axes, biases where there are."""
        check_point("w", w, self.dimension, self.dtype)
        return self._layout.split(w)

    def point(self, weights: Sequence[Tensor]) -> Tensor:
        """The flat point of the parts that `weights` gives.

        Raises:
            ValueError: If their number or shapes are others.
        """
        shapes = self._layout.shapes
        got = tuple(tuple(part.shape) for part in weights)
        if len(got) != len(shapes) or any(
            part[-len(shape) :] != shape for part, shape in zip(got, shapes, strict=True)
        ):
            raise misuse(
                "weights",
                should=f"have the shapes {shapes}",
                got=got,
                remedy="Pass W_1, b_1, W_2, ... in order, without the b_k if `biases=False`.",
            )
        return self._layout.join([part.to(self.dtype) for part in weights])

    def outputs(self, w: Points) -> Float[Tensor, "*b n d_y"]:
        """The network's outputs on the samples."""
        return self.network(w).output.mT

    def loss(self, w: Points) -> Values:
        return self.network(w).loss

    def gradient(self, w: Points) -> Points:
        return self.join(self.network(w).gradient())

    def hvp(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        check_point("v", v, self.dimension, self.dtype)
        passes = self._kept(w).passes
        num_blocks = self._num_blocks(w, v)
        if num_blocks <= 1:
            return self._product(passes, v)
        blocks = v.reshape(-1, self.dimension).chunk(num_blocks)
        images = [self._product(passes, block) for block in blocks]
        return torch.cat(images).reshape(torch.broadcast_shapes(w.shape, v.shape))

    def hessian(self, w: Points) -> Hessians:
        require_hessian(w, self.dimension)
        return full_hessian(self.network(w), self._layout, w.shape[:-1])

    def gradient_scale(self, w: Points) -> Values:
        """||X||_2 ||l'(outputs)||_F prod_k max(1, ||W_k||_2), X with a column of ones for biases.

        Where the derivative is a difference from the targets it counts as at least a hundredth of
        its two terms: below that, rounding is what is left of it.
        """
        network = self.network(w)
        derivative, _ = network.output_derivatives
        size = frobenius(derivative)
        if self.criterion.subtracts_targets:
            y = self._samples.targets
            size = cancellation_floor(derivative, derivative + y, y)
        norms = torch.stack([torch.linalg.matrix_norm(W, ord=2) for W in network.weights], dim=-1)
        scale: Tensor = (
            self._samples.weight * self._input_norm * size * norms.clamp(min=1.0).prod(-1)
        )
        return scale

    def hessian_error(self, w: Points) -> Values:
        """A running error analysis of the same products, see `_majorant.py`.

        To first order in the unit roundoff, and away from kinks.
        """
        network = self.network(w)
        step = torch.finfo(self.dtype).eps ** 0.375  # above gamma; the difference keeps its digits
        far, near = majorant(network, step), majorant(network, 0.0)

        def product(v: Tensor) -> Tensor:
            at_zero = self._product(near, v)
            image: Tensor = (self._product(far, v) - at_zero) / step + at_zero
            return image

        norm = perron_bound(product, torch.ones_like(w))
        bound: Tensor = accumulated(num_roundings(network), self.dtype) * norm
        return bound

    def orbit_dimension(self, w: Float[Tensor, " P"]) -> int:
        """The dimension of the symmetry group's orbit through a point.

        Symmetries: hidden bases changed by invertible matrices (identity activation), hidden units
        scaled (ReLU, leaky ReLU), one number added to all outputs (cross-entropy). Singular values
        below 1e-8 of the largest count as zero.
        """
        parts = self._separate(w)
        return orbit_rank(
            *parts, gauge=self.activation.gauge, shift_invariant=self.criterion.coupled
        )

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Points:
        """Independent normal entries of variance 1 / d_{k-1}, a bias like one more weight."""
        fans = [d for d in self.widths[:-1] for _ in range(2 if self.biases else 1)]
        parts = [
            torch.randn(
                (*batch, *shape), generator=generator, dtype=self.dtype, device=self.device
            ).div_(fan**0.5)
            for shape, fan in zip(self._layout.shapes, fans, strict=True)
        ]
        return self._layout.join(parts)

    def network(self, w: Tensor) -> Network:
        """The passes at points."""
        check_point("w", w, self.dimension, self.dtype)
        weights, biases = self._separate(w)
        return Network(weights, biases, self.activation, self.criterion, self._samples)

    def _kept(self, w: Tensor) -> Network:
        """The passes at `w`, from the last call if it was at the same point, compared by value."""
        held = self._last.held
        if held is not None and torch.equal(held[0], w):
            return held[1]
        self._last.held = held = None  # frees the old passes before the new ones are made
        point = w.detach().clone()
        network = self.network(point)
        self._last.held = (point, network)
        return network

    def _num_blocks(self, w: Tensor, v: Tensor) -> int:
        """Blocks of vectors at one point such that a layer's derivatives stay in cache."""
        if w.numel() > self.dimension:
            return 1
        vector = max(self.widths[1:]) * self.inputs.shape[0] * w.element_size()
        return ceil(v.numel() / (self.dimension * max(1, _CACHE_BYTES // vector)))

    def _product(self, passes: Passes, v: Tensor) -> Tensor:
        return self._columns.join(passes.products(self._columns.split(v)))

    def _separate(self, w: Tensor) -> Parts:
        parts = [part.contiguous() for part in self._layout.split(w)]
        return (parts[::2], parts[1::2]) if self.biases else (parts, None)

    def join(self, parts: Parts) -> Tensor:
        """The flat vector of matrices and biases."""
        matrices, biases = parts
        if biases is None:
            return self._layout.join(matrices)
        pairs = zip(matrices, biases, strict=True)
        return self._layout.join([part for pair in pairs for part in pair])

    @cached_property
    def _input_norm(self) -> Tensor:
        norm: Tensor = torch.linalg.matrix_norm(self._samples.rows, ord=2)
        return norm


def _layout(widths: tuple[int, ...], biases: bool) -> Layout:
    shapes: list[tuple[int, ...]] = []
    for below, d in pairwise(widths):
        shapes += [(d, below), (d,)] if biases else [(d, below)]
    return Layout(tuple(shapes))
