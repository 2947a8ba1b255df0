"""What users bring: samples, classes and networks that are refused in words, or have an answer."""

import copy
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.random import Generator
from torch import Tensor, nn

from lossatlas.audits import audit

from ._modules import VECTORS, Functional, Residual, Squeezed, check_defined, images, mlp


class _Noisy(Functional):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) + torch.rand(len(x), 1)


class _Pair(Functional):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, super().forward(x)


class _Lock(Functional):
    def __init__(self) -> None:
        super().__init__()
        self.held = (n for n in range(3))


@pytest.mark.parametrize(
    ("network", "X", "words"),
    [
        (
            nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 2)),
            None,
            r"Call `\.eval\(\)`",
        ),
        (
            nn.Sequential(nn.Linear(4, 6), nn.RReLU(), nn.Linear(6, 2)),
            None,
            r"RReLU in training mode",
        ),
        (
            nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6, track_running_stats=False)).eval(),
            None,
            "without running statistics",
        ),
        (_Noisy(), None, "give the same outputs twice"),
        (_Pair(), None, "one row of outputs a sample. Got tuple"),
        (_Lock(), None, "copy.deepcopy"),
        (nn.Sequential(nn.Flatten(0), nn.Linear(240, 2)), None, "one row of outputs a sample"),
        (nn.Sequential(nn.LazyLinear(2)), None, "has not seen a sample"),
        (nn.Sequential(nn.ReLU()), None, "have weights"),
        (nn.Sequential(), None, "have weights"),
        (mlp(), np.ones((5, 3)), "have 4 numbers a sample"),
        (images(), np.ones((5, 16)), r"as the network takes them.*shape \(5, 16\)"),
        (images(), np.ones((5, 1, 3, 3)), "as the network takes them"),
        (
            nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(8, 2)),
            np.ones((5, 2)),
            "Embedding|says",
        ),
        (mlp(), np.full((5, 4), np.nan), "NaN or infinite"),
        (mlp(), torch.full((5, 4), float("inf")), "NaN or infinite"),
        (mlp(), np.ones(4), "samples as rows"),
        ([np.full((3, 4), 1e200), np.full((2, 3), 1e200)], None, "Scale weights or inputs down"),
        ([], None, "be matrices"),
    ],
)
def test_what_cannot_be_audited_is_told_what_and_what_to_do(
    network: object, X: object, words: str
) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        audit(network, np.ones((60, 4)) if X is None else X)
    assert str(caught.value).count("`") >= 2
    assert "\n" not in str(caught.value)


@pytest.mark.unhooked
@pytest.mark.parametrize(
    ("X", "Y", "words"),
    [
        ([object()], None, "`X` should be samples as rows.* Got list"),
        (np.ones((3, 4)) * 1j, None, "real numbers"),
        (torch.ones(3, 4) * 1j, None, "real numbers"),
        ("samples", None, "Got str"),
        (np.ones((3, 4)), ["cat", "dog", "cat"], "`Y` should be classes.* Got list"),
        (np.ones((3, 4)), [0.5, 1.0, 1.0], "not whole"),
        (np.ones((3, 4)), [0.0, np.nan, 1.0], "NaN"),
        (np.ones((3, 4)), [0, 1, 2], "from 0 to 1, one for each output"),
        (np.ones((3, 4)), [-1, 1, 1], "Number them as the network does"),
    ],
)
def test_samples_and_classes_are_checked_in_words(X: object, Y: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        audit(mlp(), X, Y)


@pytest.mark.unhooked
@pytest.mark.parametrize(
    "form",
    [
        lambda X: torch.from_numpy(X).float(),
        lambda X: torch.from_numpy(X).bfloat16(),
        lambda X: torch.from_numpy(X).requires_grad_(),
        lambda X: X.astype(np.float16),
        lambda X: (50 * X).astype(np.int64),
        lambda X: X > 0,
        lambda X: X.tolist(),
        lambda X: X.reshape(-1, 2, 2),
        lambda X: X[::-1],
    ],
)
def test_samples_may_come_as_tensors_integers_images_or_lists(
    form: Callable[[np.ndarray], object], rng: Generator
) -> None:
    check_defined(audit(mlp(), form(rng.standard_normal(VECTORS))))


@pytest.mark.unhooked
def test_classes_may_come_as_labels_columns_or_signs(rng: Generator) -> None:
    one = nn.Sequential(nn.Linear(4, 6, bias=False), nn.ReLU(), nn.Linear(6, 1, bias=False))
    X = rng.standard_normal(VECTORS)
    sign = np.where(copy.deepcopy(one).double()(torch.from_numpy(X)).detach().numpy() > 0, 1, -1)
    forms = (
        sign,
        sign[:, 0],
        sign[:, 0] > 0,
        torch.from_numpy(sign[:, 0]),
        (sign[:, 0] > 0).tolist(),
    )
    for Y in forms:
        assert audit(one, X, Y)["A2p"].details["accuracy"] == 1


def _zero(module: nn.Sequential) -> nn.Sequential:
    for p in module.parameters():
        nn.init.zeros_(p)
    return module


def _dead(module: nn.Sequential) -> nn.Sequential:
    nn.init.constant_(module[0].bias, -1e3)
    return module


@pytest.mark.parametrize("n", [1, 2, 3, 60])
@pytest.mark.parametrize(
    "make",
    [
        mlp,
        lambda: mlp(bias=True),
        lambda: _zero(mlp(bias=True)),
        lambda: _dead(mlp(bias=True)),
        lambda: mlp(activation=nn.GELU),
        lambda: nn.Linear(4, 1),
        lambda: nn.Sequential(nn.Linear(4, 1), nn.ReLU(), nn.Linear(1, 1)),
        Functional,
        Squeezed,
        lambda: nn.Sequential(Residual(), nn.LayerNorm(4)),
    ],
)
@pytest.mark.parametrize("constant", [False, True])
def test_few_samples_constant_ones_and_dead_networks_have_answers(
    n: int, make: Callable[[], nn.Module], constant: bool, rng: Generator
) -> None:
    X = np.full((n, 4), 0.3) if constant else rng.standard_normal((n, 4))
    module = make()
    check_defined(audit(module, X, start=module))


@pytest.mark.parametrize("factor", [1e-200, 1e-90, 1e90, 1e200])
def test_a_single_layer_of_any_size_has_an_answer(factor: float, rng: Generator) -> None:
    W = factor * rng.standard_normal((3, 5))
    check_defined(audit([W], rng.standard_normal((40, 5)), start=[W]))


@pytest.mark.parametrize("make", [mlp, Functional])
def test_a_module_that_answers_all_the_same_is_said_to(
    make: Callable[[], nn.Module], rng: Generator
) -> None:
    report = audit(_zero(make()), rng.standard_normal(VECTORS))
    assert "the same answer" in report["A2p"].sentence
    assert not math.isnan(report["A2p"].measured)
