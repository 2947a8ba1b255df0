"""Any module as a surface: the same numbers as the closed forms, and nothing of the user's touched."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import torch
from torch import Generator, Tensor, nn
from torch.testing import assert_close
from torch.utils.data import DataLoader, TensorDataset

from lossatlas.surfaces import (
    CrossEntropy,
    Module,
    NondeterministicLossError,
    Perceptron,
    Tanh,
)

X = torch.randn(12, 3, generator=Generator().manual_seed(0), dtype=torch.float64)
LABELS = torch.arange(12) % 2
Batch = tuple[Tensor, Tensor]


def mean_loss(model: nn.Module, batch: Batch) -> Tensor:
    return nn.functional.cross_entropy(model(batch[0]), batch[1])


def sum_loss(model: nn.Module, batch: Batch) -> Tensor:
    return nn.functional.cross_entropy(model(batch[0]), batch[1], reduction="sum")


def network() -> nn.Sequential:
    return _drawn(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double())


def _drawn(model: Any) -> Any:
    g = Generator().manual_seed(1)
    for p in model.parameters():
        p.data = torch.randn(p.shape, generator=g, dtype=torch.float64)
    return model


def cut(*sizes: int) -> list[Batch]:
    return list(zip(X.split(sizes), LABELS.split(sizes), strict=True))


@pytest.mark.parametrize("sizes", [(12,), (1, 11), (4, 4, 4), (5, 1, 6)], ids=str)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_however_the_samples_are_cut_the_surface_is_that_of_all(
    sizes: tuple[int, ...], reduction: str
) -> None:
    loss = mean_loss if reduction == "mean" else sum_loss
    s = Module(network(), loss, cut(*sizes), reduction=reduction)
    closed = Perceptron(
        (3, 4, 2), Tanh(), CrossEntropy(), X, LABELS, biases=True, reduction=reduction
    )
    w, v = closed.random_point(Generator().manual_seed(0), (2,)), s.point()
    assert_close(s.loss(w), closed.loss(w))
    assert_close(s.gradient(w), closed.gradient(w))
    assert_close(s.hvp(w, v), closed.hvp(w, v))
    assert_close(s.hessian(w), closed.hessian(w))


def _everything(model: nn.Module) -> dict[str, Any]:
    """All of a model that a look at its loss could change."""
    return {
        "state": {k: t.clone() for k, t in model.state_dict().items()},
        "identity": [id(p) for p in model.parameters()],
        "gradients": [None if p.grad is None else p.grad.clone() for p in model.parameters()],
        "requires": [p.requires_grad for p in model.parameters()],
        "modes": [m.training for m in model.modules()],
        "random": torch.get_rng_state().clone(),
        "python": random.getstate(),
        "numpy": np.random.get_state()[1].copy(),
    }


def _assert_equal(before: dict[str, Any], after: dict[str, Any]) -> None:
    for key in ("identity", "requires", "modes", "python"):
        assert before[key] == after[key], key
    assert np.array_equal(before["numpy"], after["numpy"])
    assert torch.equal(before["random"], after["random"])
    for name, tensor in before["state"].items():
        assert torch.equal(tensor, after["state"][name]), name
    for old, new in zip(before["gradients"], after["gradients"], strict=True):
        assert (old is None and new is None) or torch.equal(old, new)


def _mixed_model() -> nn.Module:
    """Frozen and trained parameters, buffers, gradients, modes that differ."""
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 2))
    model = _drawn(model.double())
    model[0].bias.requires_grad_(False)
    mean_loss(model.eval(), (X, LABELS)).backward()
    model.train()
    model[1].eval()
    model[2].eval()
    return model


@pytest.mark.unhooked  # the shape checks draw from Python's generator themselves
@pytest.mark.parametrize(
    "act",
    [
        lambda s, w: s.loss(w),
        lambda s, w: s.gradient(w),
        lambda s, w: s.hvp(w, w),
        lambda s, w: s.hessian(w),
        lambda s, w: s.gradient_scale(w),
        lambda s, w: s.hessian_error(w),
        lambda s, _: s.random_point(Generator().manual_seed(0)),
    ],
    ids=["loss", "gradient", "hvp", "hessian", "gradient_scale", "hessian_error", "random_point"],
)
def test_the_users_model_is_left_as_it_was(act: Callable[[Module, Tensor], Tensor]) -> None:
    model = _mixed_model()
    loader = DataLoader(TensorDataset(X, LABELS), batch_size=5)  # draws a seed on every pass
    before = _everything(model)
    s = Module(model, mean_loss, loader)
    act(s, 2 * s.point())
    _assert_equal(before, _everything(model))


@pytest.mark.unhooked  # the shape checks draw from Python's generator themselves
def test_a_refused_model_is_left_as_it_was() -> None:
    model = _mixed_model().train()
    before = _everything(model)
    with pytest.raises(NondeterministicLossError):
        Module(model, mean_loss, cut(12))
    _assert_equal(before, _everything(model))


def test_training_the_model_afterwards_does_not_move_the_surface() -> None:
    model = network()
    s = Module(model, mean_loss, cut(12), "2.*")
    w = s.point()
    before = s.gradient(w)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(1.0)
    assert torch.equal(s.gradient(w), before)


def test_a_pattern_chooses_the_parameters() -> None:
    model = network()
    whole, head = (Module(model, mean_loss, cut(12), pattern) for pattern in ("*", "2.*"))
    assert list(head.weights(head.point())) == ["2.weight", "2.bias"]
    assert head.dimension == 10
    assert torch.equal(whole.point()[-10:], head.point())
    assert_close(whole.hessian(whole.point())[-10:, -10:], head.hessian(head.point()))
    assert torch.equal(whole.point(model.state_dict()), whole.point())


def test_tied_parameters_count_once() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(3, 3, bias=False)
            self.second = nn.Linear(3, 3, bias=False)
            self.second.weight = self.first.weight

        def forward(self, x: Tensor) -> Tensor:
            return self.second(self.first(x).tanh())

    s = Module(_drawn(Tied().double()), lambda m, b: m(b).square().sum(), [X], reduction="sum")
    w = s.point()

    def plain(w: Tensor) -> Tensor:
        W = w.reshape(3, 3)
        return ((X @ W.T).tanh() @ W.T).square().sum()

    assert s.dimension == 9
    assert_close(s.hessian(w), torch.func.jacrev(torch.func.grad(plain))(w))


def test_attention_has_its_second_derivative() -> None:
    layer = nn.TransformerEncoderLayer(4, 2, 6, dropout=0.0, batch_first=True)
    data = torch.randn(3, 5, 4, generator=Generator().manual_seed(0), dtype=torch.float64)
    s = Module(_drawn(layer.double()), lambda m, b: m(b).square().mean(), [data])
    w, v = s.point(), s.random_point(Generator().manual_seed(2))
    quotient = (s.gradient(w + 1e-6 * v) - s.gradient(w - 1e-6 * v)) / 2e-6
    assert_close(s.hvp(w, v), quotient, atol=1e-5, rtol=1e-5)


def test_a_loss_that_is_affine_has_no_curvature() -> None:
    s = Module(nn.Linear(3, 1).double(), lambda m, b: m(b).sum(), [X], reduction="sum")
    assert torch.equal(s.hessian(s.point()), torch.zeros(4, 4).double())
    assert_close(s.gradient(s.point())[:3], X.sum(0))


def test_dropout_in_training_mode_is_refused_by_name() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 2)).double()
    with pytest.raises(NondeterministicLossError, match=r"same loss twice.*training mode: 1"):
        Module(model, mean_loss, cut(6, 6))
    Module(model.eval(), mean_loss, cut(6, 6))


def test_batch_normalisation_in_training_mode_is_refused_by_name() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)).double()
    with pytest.raises(NondeterministicLossError, match=r"buffers.*training mode: 1"):
        Module(model, mean_loss, cut(6, 6))
    Module(deepcopy(model).eval(), mean_loss, cut(6, 6))


def test_shuffled_data_are_refused() -> None:
    loader = DataLoader(TensorDataset(X, LABELS), batch_size=5, shuffle=True)
    with pytest.raises(NondeterministicLossError, match="same order on every pass"):
        Module(network(), mean_loss, loader)


def test_an_iterator_is_refused_before_it_is_emptied() -> None:
    batches = iter(cut(6, 6))
    with pytest.raises(ValueError, match=r"`batches`.*many times"):
        Module(network(), mean_loss, batches)
    assert len(list(batches)) == 2


@pytest.mark.unhooked
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"batches": []}, "`batches` should hold at least one batch"),
        ({"batches": [(X[:0], LABELS[:0])]}, "at least one"),
        ({"batches": [(X / 0, LABELS)]}, "`batches` should be finite"),
        ({"batches": ["no tensors"]}, "`batches` should hold tensors"),
        ({"parameters": "nothing.*"}, "`parameters` should match.*0.weight"),
        ({"module": network().half()}, "`module` should have parameters of one type"),
        ({"loss_fn": lambda m, b: m(b[0])}, "`loss_fn` should return a tensor with one number"),
        ({"reduction": "total"}, "`reduction`"),
    ],
)
def test_misuse_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    arguments = {"module": network(), "loss_fn": mean_loss, "batches": cut(12), **change}
    with pytest.raises(ValueError, match=message):
        Module(**arguments)


def test_an_incomplete_state_is_refused() -> None:
    with pytest.raises(ValueError, match=r"none named '0\.weight'"):
        Module(network(), mean_loss, cut(12)).point({})
