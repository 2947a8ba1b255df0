"""A user's loss as a function of a flat point, differentiated automatically, batch by batch.

`torch.func.functional_call` runs the module with the point's parameters in place of its own and
with copies of its buffers; nothing is written to it, and every global random state is put back.
Hessian products are double backwards (Pearlmutter 1994). Where the data are one batch the graph at
the last point is kept, so that a further product there costs one backward pass.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel

from lossatlas.errors import misuse

from ._batches import fingerprint
from ._determinism import check_passes, take_pass
from ._layout import Layout
from ._untouched import untouched_randomness


@final
class LossModule(nn.Module):
    """The user's loss as a module around the user's model, so that one call swaps parameters."""

    def __init__(self, model: nn.Module, loss_fn: Callable[[Any, Any], Tensor]) -> None:
        super().__init__()
        self.model = model
        self.loss_fn = loss_fn

    def forward(self, batch: Any) -> Tensor:
        """The loss of a batch."""
        return self.loss_fn(self.model, batch)


@final
@dataclass(eq=False)
class _LastGraph:
    """The value of the last point, the leaf that stood for it, and its gradient with its graph."""

    held: tuple[Tensor, Tensor, Tensor] | None = None


@final
@dataclass(frozen=True, eq=False)
class FunctionalLoss:
    """The weighted sum of the batch losses at a point (P,)."""

    module: LossModule
    batches: Iterable[Any]
    names: tuple[str, ...]  # of the parameters that make up a point
    layout: Layout
    fixed: dict[str, Tensor]  # every other parameter, and the buffers
    weights: tuple[float, ...] = ()  # of the batches
    _last: _LastGraph = field(init=False, repr=False, default_factory=_LastGraph)

    def check(self, point: Tensor) -> tuple[int, ...]:
        """Pass over the data twice; the batches' numbers of samples.

        Raises:
            NondeterministicLossError: If the passes disagree.
        """
        buffers = {name: tensor.clone() for name, tensor in self.fixed.items()}
        before = fingerprint(buffers)
        with self._quiet(point), torch.no_grad():
            passes = [
                take_pass(self.batches, lambda batch: self._call(point, buffers, batch), buffers)
                for _ in range(2)
            ]
        check_passes(passes[0], passes[1], before, self.module.model)
        return passes[0].sizes

    def value(self, point: Tensor) -> Tensor:
        """The loss, a 0-d tensor."""
        with self._quiet(point), torch.no_grad():
            values = [w * self._call(point, self.fixed, batch) for w, batch in self._weighted()]
        return torch.stack(values).sum()

    def gradient(self, point: Tensor) -> Tensor:
        """The gradient (P,)."""
        with self._quiet(point), torch.enable_grad():
            total = torch.zeros_like(point)
            for weight, batch in self._weighted():
                leaf = point.detach().requires_grad_()
                loss = weight * self._call(leaf, self.fixed, batch)
                total += _derivative(loss, leaf)
        return total

    def products(self, point: Tensor, vectors: Tensor) -> Tensor:
        """The Hessian times each of a block of vectors (k, P)."""
        total = torch.zeros_like(vectors)
        with self._quiet(point), torch.enable_grad():
            for leaf, gradient in self._graphs(point):
                for row, vector in zip(total, vectors, strict=True):
                    if gradient.requires_grad:  # else the loss is affine in the parameters
                        row += _derivative(gradient, leaf, vector)
        return total

    def _graphs(self, point: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """A leaf and the gradient there with its graph, of each batch."""
        held = self._last.held
        if held is not None and torch.equal(held[0], point):
            yield held[1:]
            return
        self._last.held = None
        for weight, batch in self._weighted():
            leaf = point.detach().clone().requires_grad_()
            loss = weight * self._call(leaf, self.fixed, batch)
            gradient = _derivative(loss, leaf, create_graph=True)
            if len(self.weights) == 1:
                self._last.held = (point.detach().clone(), leaf, gradient)
            yield leaf, gradient

    def _weighted(self) -> Iterator[tuple[float, Any]]:
        return zip(self.weights, self.batches, strict=True)

    def _call(self, point: Tensor, fixed: dict[str, Tensor], batch: Any) -> Tensor:
        """The loss of one batch at a point."""
        parts = dict(zip(self.names, self.layout.split(point), strict=True))
        state = {f"model.{name}": tensor for name, tensor in {**fixed, **parts}.items()}
        loss: Tensor = functional_call(self.module, state, (batch,))
        if not isinstance(loss, Tensor) or loss.numel() != 1:
            raise misuse(
                "loss_fn",
                should="return a tensor with one number",
                got=tuple(loss.shape) if isinstance(loss, Tensor) else type(loss).__name__,
                remedy="Reduce it with `.mean()` or `.sum()`.",
            )
        return loss.reshape(())

    @contextmanager
    def _quiet(self, point: Tensor) -> Generator[None]:
        """Random states put back; attention in the form that has a second derivative."""
        with ExitStack() as stack:
            stack.enter_context(untouched_randomness(point.device))
            stack.enter_context(sdpa_kernel(SDPBackend.MATH))
            yield


def _derivative(
    value: Tensor, leaf: Tensor, direction: Tensor | None = None, *, create_graph: bool = False
) -> Tensor:
    """The derivative in the leaf; zero where it does not enter."""
    (found,) = torch.autograd.grad(
        value,
        leaf,
        direction,
        create_graph=create_graph,
        retain_graph=create_graph or direction is not None,
        materialize_grads=True,
    )
    return found
