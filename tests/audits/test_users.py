"""What users bring: every module and every kind of sample gets an answer, or a sentence that helps."""

import copy
import json
import math
import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune

from lossatlas.audits import AuditReport, audit
from lossatlas.evidence import Ruling

PATHS = {"A1p-m", "A3p", "A5u-m", "A6u"}
GATES = {"A1p-m", "A5u-m"}


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner, self.activation = nn.Linear(4, 4), nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return x + self.activation(self.inner(x))


class Functional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(4, 6), nn.Linear(6, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(torch.relu(self.first(x)))


class Doubled(nn.Sequential):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(2 * x) ** 3


class Squeezed(Functional):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)[:, 0]


class Detached(Functional):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).detach()


def _mlp(*, activation: Callable[[], nn.Module] = nn.ReLU, bias: bool = False) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(4, 6, bias=bias),
        activation(),
        nn.Linear(6, 5, bias=bias),
        activation(),
        nn.Linear(5, 2, bias=bias),
    )


def _shared_activation() -> nn.Sequential:
    relu = nn.ReLU()
    layers = [nn.Linear(4, 6, bias=False), nn.Linear(6, 5, bias=False), nn.Linear(5, 2, bias=False)]
    return nn.Sequential(layers[0], relu, layers[1], relu, layers[2])


def _shared_layer() -> nn.Sequential:
    layer = nn.Linear(4, 4, bias=False)
    return nn.Sequential(layer, nn.ReLU(), layer, nn.ReLU(), nn.Linear(4, 2, bias=False))


def _pruned() -> nn.Sequential:
    module = _mlp()
    prune.l1_unstructured(module[0], "weight", 0.5)
    return module


def _normed() -> nn.Sequential:
    module = _mlp()
    parametrizations.weight_norm(module[0])
    return module


def _images(*tail: nn.Module) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 3, 2), nn.ReLU(), *tail, nn.Flatten(), nn.Linear(27, 2)
    ).eval()


VECTORS, IMAGES = (60, 4), (60, 1, 4, 4)
MODULES = {
    "plain": (_mlp, VECTORS, set(), ""),
    "biases": (lambda: _mlp(bias=True), VECTORS, {"A3p"}, "biases"),
    "flatten first": (lambda: nn.Sequential(nn.Flatten(), *_mlp()), (60, 2, 2), set(), ""),
    "flatten between": (
        lambda: nn.Sequential(
            nn.Linear(4, 5, bias=False), nn.ReLU(), nn.Flatten(), nn.Linear(5, 2, bias=False)
        ),
        VECTORS,
        set(),
        "",
    ),
    "nested": (lambda: nn.Sequential(nn.Sequential(_mlp()), nn.Identity()), VECTORS, set(), ""),
    "dropout": (lambda: nn.Sequential(*_mlp(), nn.Dropout()).eval(), VECTORS, set(), ""),
    "shared activation": (_shared_activation, VECTORS, set(), ""),
    "shared layer": (_shared_layer, VECTORS, set(), ""),
    "pruned": (_pruned, VECTORS, set(), ""),
    "weight norm": (_normed, VECTORS, set(), ""),
    "frozen": (lambda: _mlp().requires_grad_(False), VECTORS, set(), ""),
    "float16": (lambda: _mlp().half(), VECTORS, set(), ""),
    "bfloat16": (lambda: _mlp().bfloat16(), VECTORS, set(), ""),
    "no ReLU between": (
        lambda: nn.Sequential(nn.Linear(4, 5, bias=False), nn.Linear(5, 2, bias=False)),
        VECTORS,
        set(),
        "",
    ),
    "one ReLU forgotten": (
        lambda: nn.Sequential(*list(_mlp())[:3], nn.Linear(5, 2, bias=False)),
        VECTORS,
        set(),
        "",
    ),
    "softmax": (lambda: nn.Sequential(*_mlp(), nn.Softmax(dim=1)), VECTORS, set(), ""),
    "log-softmax": (lambda: nn.Sequential(*_mlp(), nn.LogSoftmax(dim=1)), VECTORS, set(), ""),
    "one output, sigmoid": (
        lambda: nn.Sequential(*_mlp(), nn.ReLU(), nn.Linear(2, 1, bias=False), nn.Sigmoid()),
        VECTORS,
        set(),
        "",
    ),
    "leaky": (lambda: _mlp(activation=nn.LeakyReLU), VECTORS, GATES, "LeakyReLU"),
    "leaky in place": (
        lambda: _mlp(activation=lambda: nn.LeakyReLU(inplace=True)),
        VECTORS,
        GATES,
        "LeakyReLU",
    ),
    "leaky, slope 0": (lambda: _mlp(activation=lambda: nn.LeakyReLU(0.0)), VECTORS, set(), ""),
    "GELU": (lambda: _mlp(activation=nn.GELU), VECTORS, PATHS, "GELU"),
    "sigmoid": (lambda: _mlp(activation=nn.Sigmoid), VECTORS, PATHS, "Sigmoid"),
    "one linear layer": (lambda: nn.Linear(4, 2), VECTORS, PATHS, "no hidden layer"),
    "convolution": (_images, IMAGES, PATHS, "Conv2d"),
    "batch norm": (lambda: _images(nn.BatchNorm2d(3)), IMAGES, PATHS, "Conv2d.*BatchNorm2d"),
    "skip inside": (lambda: nn.Sequential(Residual(), nn.Linear(4, 2)), VECTORS, PATHS, "Residual"),
    "no nn.Sequential": (Functional, VECTORS, PATHS, "Functional"),
    "own forward": (lambda: Doubled(*_mlp()), VECTORS, PATHS, "Doubled"),
    "outputs of one axis": (Squeezed, VECTORS, PATHS, "Squeezed"),
    "no derivatives": (Detached, VECTORS, PATHS, "Detached"),
    "ReLU first, in place": (
        lambda: nn.Sequential(nn.ReLU(inplace=True), nn.Linear(4, 2)),
        VECTORS,
        PATHS,
        "do not form",
    ),
}


def _defined(report: AuditReport) -> None:
    """No NaN, nothing printed as nan or inf, and everything fit for strict JSON."""
    json.dumps(report.to_dict(), allow_nan=False)
    words = (repr(report) + report._repr_html_()).lower().replace("infinit", "")
    assert not {"nan", "inf"} & set("".join(c if c.isalpha() else " " for c in words).split())
    for a in report:
        if a.parts and a.measured is None:
            assert a.verdict is Ruling.UNDECIDED


def _lost(report: AuditReport) -> set[str]:
    return {a.assumption for a in report if a.verdict is Ruling.NOT_APPLICABLE}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_gets_its_audits_and_is_told_which_it_does_not(name: str, rng: Generator) -> None:
    make, shape, lost, word = MODULES[name]
    torch.manual_seed(1)
    module = make()
    report = audit(module, rng.standard_normal(shape), rng.integers(0, 2, 60))
    _defined(report)
    assert _lost(report) == lost
    for id in lost:
        assert re.search(word, report[id].sentence)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_left_as_it_was(name: str, rng: Generator) -> None:
    make, shape, _, _ = MODULES[name]
    module = make()
    for p in module.parameters():
        p.grad = torch.ones_like(p)
    calls: list[object] = []
    module.register_forward_hook(lambda *given: calls.append(given))
    next(module.modules()).register_full_backward_hook(lambda *given: calls.append(given))
    state = copy.deepcopy(module.state_dict())
    modes = [m.training for m in module.modules()]
    asked = [p.requires_grad for p in module.parameters()]
    draws = torch.get_rng_state(), np.random.get_state()[1].tolist()
    X = torch.from_numpy(rng.standard_normal(shape))
    before = X.clone()
    report = audit(module, X)
    assert calls == []
    assert any("hooks were left out" in remark for remark in report.remarks)
    assert all(torch.equal(v, state[k]) for k, v in module.state_dict().items())
    assert [m.training for m in module.modules()] == modes
    assert [p.requires_grad for p in module.parameters()] == asked
    assert all(torch.equal(p.grad, torch.ones_like(p)) for p in module.parameters())
    assert torch.equal(torch.get_rng_state(), draws[0])
    assert np.random.get_state()[1].tolist() == draws[1]
    assert torch.equal(X, before)
    assert all(len(m._forward_hooks) == (m is module) for m in module.modules())


@pytest.mark.parametrize("name", ["shared activation", "pruned", "weight norm", "float16", "leaky"])
def test_a_module_is_read_as_what_it_computes(name: str, rng: Generator) -> None:
    """The accuracy of the network itself, on the classes that it gives, is 1."""
    make, shape, _, _ = MODULES[name]
    module, X = make(), rng.standard_normal(shape)
    classes = module.double()(torch.from_numpy(X)).argmax(1)
    report = audit(module, X, classes)
    assert report["A2p"].details["accuracy"] == 1


@pytest.mark.parametrize("first", [False, True])
def test_a_module_that_works_in_place_gets_the_same_audits(first: bool, rng: Generator) -> None:
    def make(inplace: bool) -> nn.Sequential:
        torch.manual_seed(5)
        module = _mlp(activation=lambda: nn.LeakyReLU(0.3, inplace=inplace))
        return nn.Sequential(nn.LeakyReLU(0.3, inplace=inplace), *module) if first else module

    X = rng.standard_normal(VECTORS)
    reports = [audit(make(inplace), X).to_dict() for inplace in (False, True)]
    assert reports[0] == reports[1]


def test_what_enters_an_activation_is_seen_however_deep_it_lies(rng: Generator) -> None:
    report = audit(nn.Sequential(Residual(), nn.Linear(4, 2)), rng.standard_normal(VECTORS))
    assert any(key.startswith("layer 1") for key in report["Gaussian"].details)
    assert "KS" in repr(report["random weights"].details)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("biases", "has biases"),
        ("one ReLU forgotten", "No activation follows layer 2"),
        ("shared layer", "used more than once"),
        ("softmax", "Softmax after the last layer is left out"),
        ("no nn.Sequential", "give them as an `nn.Sequential`"),
    ],
)
def test_what_a_user_may_not_know_is_remarked(name: str, word: str, rng: Generator) -> None:
    make, shape, _, _ = MODULES[name]
    report = audit(make(), rng.standard_normal(shape))
    assert any(word in remark for remark in report.remarks)
    assert word in repr(report).replace("\n  ", " ")


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
        (_mlp(), np.ones((5, 3)), "have 4 numbers a sample"),
        (_images(), np.ones((5, 16)), r"as the network takes them.*shape \(5, 16\)"),
        (_images(), np.ones((5, 1, 3, 3)), "as the network takes them"),
        (
            nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(8, 2)),
            np.ones((5, 2)),
            "Embedding|says",
        ),
        (_mlp(), np.full((5, 4), np.nan), "NaN or infinite"),
        (_mlp(), torch.full((5, 4), float("inf")), "NaN or infinite"),
        (_mlp(), np.ones(4), "samples as rows"),
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
        audit(_mlp(), X, Y)


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
    _defined(audit(_mlp(), form(rng.standard_normal(VECTORS))))


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
        _mlp,
        lambda: _mlp(bias=True),
        lambda: _zero(_mlp(bias=True)),
        lambda: _dead(_mlp(bias=True)),
        lambda: _mlp(activation=nn.GELU),
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
    _defined(audit(module, X, start=module))


@pytest.mark.parametrize("factor", [1e-200, 1e-90, 1e90, 1e200])
def test_a_single_layer_of_any_size_has_an_answer(factor: float, rng: Generator) -> None:
    W = factor * rng.standard_normal((3, 5))
    _defined(audit([W], rng.standard_normal((40, 5)), start=[W]))


@pytest.mark.parametrize("make", [_mlp, Functional])
def test_a_module_that_answers_all_the_same_is_said_to(
    make: Callable[[], nn.Module], rng: Generator
) -> None:
    report = audit(_zero(make()), rng.standard_normal(VECTORS))
    assert "the same answer" in report["A2p"].sentence
    assert not math.isnan(report["A2p"].measured)
