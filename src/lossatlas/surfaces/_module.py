"""Any `torch.nn.Module` as a surface, by automatic differentiation, and left as it was found.

Parameters, buffers, gradients, `requires_grad`, mode and random states are the same before and
after (`_functional_loss.py`). The loss must be a function of the parameters: two passes over the
data at construction refuse one that is not (`_determinism.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal, final

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn

from lossatlas._types import Hessians, Points, Values
from lossatlas.errors import misuse

from ._batches import check_batches
from ._functional_loss import FunctionalLoss, LossModule
from ._layout import Layout
from ._manifold import Flat
from ._memory import require_hessian
from ._rounding import accumulated
from ._surface import AbstractSurface
from ._validate import FLOATS, check_point, check_reduction


@final
@dataclass(frozen=True, eq=False)
class Module(AbstractSurface):
    """The loss surface of a module on batches of data.

    The parameters that are not selected, and the buffers, are those at construction. Points are
    taken one after another: batch axes are a convenience here, not a saving.

    Args:
        module: The model; it is not changed, and its mode is kept.
        loss_fn: (model, batch) -> scalar; it must use the model that it is given.
        batches: A collection that gives the same batches on every pass.
        parameters: A pattern for the names of the parameters that make up a point, for example
            "*", "head.*" or "*.weight", whether or not they require gradients.
        reduction: "mean" when `loss_fn` averages over a batch: batch losses are combined with
            weights n_b / n. "sum" when it adds: they are added.

    Raises:
        NondeterministicLossError: If two passes over the data disagree (dropout or batch
            normalisation in training mode, shuffled data).
        ValueError: If no parameter matches, types are mixed, or the data are empty or not finite.

    Example:
        >>> import torch
        >>> from lossatlas.surfaces import Module
        >>> model = torch.nn.Linear(2, 1, bias=False).double()
        >>> batch = (torch.eye(2).double(), torch.ones(2, 1).double())
        >>> def loss(model, batch):
        ...     return torch.nn.functional.mse_loss(model(batch[0]), batch[1])
        >>> surface = Module(model, loss, [batch])
        >>> surface.hessian(torch.zeros(2).double())
        tensor([[1., 0.],
                [0., 1.]], dtype=torch.float64)
    """

    module: nn.Module
    loss_fn: Callable[[Any, Any], Tensor]
    batches: Iterable[Any]
    parameters: str = "*"
    _: KW_ONLY
    reduction: Literal["sum", "mean"] = "mean"
    _start: Tensor = field(init=False, repr=False)
    _loss: FunctionalLoss = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_reduction(self.reduction)
        check_batches(self.batches)
        chosen = _chosen(self.module, self.parameters)
        layout = Layout(tuple(tuple(p.shape) for p in chosen.values()))
        start = layout.join([p.detach() for p in chosen.values()]).clone()
        loss = FunctionalLoss(
            LossModule(self.module, self.loss_fn),
            self.batches,
            tuple(chosen),
            layout,
            _fixed(self.module, chosen),
        )
        weights = _batch_weights(loss.check(start), self.reduction)
        object.__setattr__(self, "_start", start)
        object.__setattr__(self, "_loss", replace(loss, weights=weights))

    @property
    def _layout(self) -> Layout:
        return self._loss.layout

    @property
    def dimension(self) -> int:
        return self._layout.dimension

    @property
    def dtype(self) -> torch.dtype:
        return self._start.dtype

    @property
    def device(self) -> torch.device:
        return self._start.device

    @property
    def manifold(self) -> Flat:
        return Flat(self.dimension)

    def weights(self, w: Points) -> dict[str, Tensor]:
        """The selected parameters by name, as views of a point."""
        check_point("w", w, self.dimension, self.dtype)
        return dict(zip(self._loss.names, self._layout.split(w), strict=True))

    def point(self, parameters: Mapping[str, Tensor] | None = None) -> Tensor:
        """The flat point of parameters by name, by default the module's own at construction."""
        if parameters is None:
            return self._start.clone()
        missing = [name for name in self._loss.names if name not in parameters]
        if missing:
            raise misuse(
                "parameters",
                should=f"hold {len(self._loss.names)} tensors by name",
                got=f"none named {missing[0]!r}",
                remedy="Pass a state dict of the same architecture.",
            )
        parts = [parameters[name].detach().to(self._start) for name in self._loss.names]
        return self._layout.join(parts)

    def loss(self, w: Points) -> Values:
        values = [self._loss.value(point) for point in self._flat(w)]
        return torch.stack(values).reshape(w.shape[:-1])

    def gradient(self, w: Points) -> Points:
        rows = [self._loss.gradient(point) for point in self._flat(w)]
        return torch.stack(rows).reshape(w.shape)

    def hvp(self, w: Float[Tensor, "*#b P"], v: Float[Tensor, "*#b P"]) -> Points:
        check_point("v", v, self.dimension, self.dtype)
        shape = torch.broadcast_shapes(w.shape, v.shape)
        vectors = v.expand(shape).reshape(-1, self.dimension)
        if w.numel() == self.dimension:
            return self._loss.products(self._flat(w)[0], vectors).reshape(shape)
        pairs = zip(self._flat(w.expand(shape)), vectors, strict=True)
        images = [self._loss.products(point, vector[None]) for point, vector in pairs]
        return torch.cat(images).reshape(shape)

    def hessian(self, w: Points) -> Hessians:
        rows = self._rows(w)
        return (rows + rows.mT) / 2

    def gradient_scale(self, w: Points) -> Values:
        """The gradient's first-order change under a change of every parameter by its own size.

        Rounding the parameters alone changes the gradient by one unit roundoff of this. The signs
        of the changes are fixed and without pattern; to it is added the gradient's norm.
        """
        check_point("w", w, self.dimension, self.dtype)
        steps = torch.arange(self.dimension, dtype=self.dtype, device=self.device)
        signs = torch.where((steps * 0.6180339887498949) % 1 < 0.5, 1.0, -1.0).to(self.dtype)
        scale: Tensor = self.hvp(w, w * signs).norm(dim=-1) + self.gradient(w).norm(dim=-1)
        return scale

    def hessian_error(self, w: Points) -> Values:
        """An estimate, not a bound: a module's roundings are not known.

        The asymmetry of the Hessian as automatic differentiation gave it, which is rounding, plus
        the samples' summation. Costs a full Hessian.
        """
        rows = self._rows(w)
        asymmetry = torch.linalg.matrix_norm(rows - rows.mT)
        total = len(self._loss.weights) + self.dimension
        bound: Tensor = asymmetry + accumulated(total, self.dtype) * torch.linalg.matrix_norm(rows)
        return bound

    def orbit_dimension(self, w: Float[Tensor, " P"]) -> int:
        """0: no symmetry of an arbitrary module is known."""
        check_point("w", w, self.dimension, self.dtype)
        return 0

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Points:
        """Normal entries with the mean and deviation that each parameter has in the module."""
        parts = [
            part.mean()
            + part.std(correction=0)
            * torch.randn(
                (*batch, *part.shape), generator=generator, dtype=self.dtype, device=self.device
            )
            for part in self._layout.split(self._start)
        ]
        return self._layout.join(parts)

    def _flat(self, w: Tensor) -> Tensor:
        check_point("w", w, self.dimension, self.dtype)
        return w.detach().reshape(-1, self.dimension)

    def _rows(self, w: Tensor) -> Tensor:
        """The Hessian as the products with the unit vectors, not yet symmetric."""
        require_hessian(w, self.dimension)
        eye = torch.eye(self.dimension, dtype=self.dtype, device=self.device)
        rows = [self._loss.products(point, eye) for point in self._flat(w)]
        return torch.stack(rows).reshape(*w.shape[:-1], self.dimension, self.dimension)


def _chosen(module: nn.Module, pattern: str) -> dict[str, Tensor]:
    """The parameters whose names match, of one floating type on one device."""
    named = dict(module.named_parameters())
    chosen = {name: p for name, p in named.items() if fnmatchcase(name, pattern)}
    if not chosen:
        raise misuse(
            "parameters",
            should="match at least one parameter's name",
            got=f"{pattern!r}, and the names are {', '.join(list(named)[:5]) or 'none'}",
            remedy='Pass a pattern such as "*" or "*.weight".',
        )
    kinds = {(p.dtype, p.device) for p in chosen.values()}
    if len(kinds) > 1 or next(iter(kinds))[0] not in FLOATS:
        raise misuse(
            "module",
            should="have parameters of one type, float32 or float64, on one device",
            got=sorted(f"{dtype} on {device}" for dtype, device in kinds),
            remedy="Convert a copy with `.double()` or `.to(...)`.",
        )
    return dict(chosen)


def _fixed(module: nn.Module, chosen: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies of all other parameters and of the buffers."""
    rest = {n: p for n, p in module.named_parameters() if n not in chosen}
    everything = {**rest, **dict(module.named_buffers())}
    return {name: tensor.detach().clone() for name, tensor in everything.items()}


def _batch_weights(sizes: tuple[int, ...], reduction: str) -> tuple[float, ...]:
    """n_b / n for means over batches, 1 for sums."""
    if not sizes:
        raise misuse(
            "batches",
            should="hold at least one batch",
            got="none",
            remedy="Pass a list of batches, or a DataLoader.",
        )
    return tuple(size / sum(sizes) if reduction == "mean" else 1.0 for size in sizes)
