"""Modules as users write them, with the audits that each loses and a word of the reason."""

import json
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune

from lossatlas.audits import AuditReport
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


def mlp(*, activation: Callable[[], nn.Module] = nn.ReLU, bias: bool = False) -> nn.Sequential:
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
    module = mlp()
    prune.l1_unstructured(module[0], "weight", 0.5)
    return module


def _normed() -> nn.Sequential:
    module = mlp()
    parametrizations.weight_norm(module[0])
    return module


def images(*tail: nn.Module) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 3, 2), nn.ReLU(), *tail, nn.Flatten(), nn.Linear(27, 2)
    ).eval()


VECTORS, IMAGES = (60, 4), (60, 1, 4, 4)
MODULES = {
    "plain": (mlp, VECTORS, set(), ""),
    "biases": (lambda: mlp(bias=True), VECTORS, {"A3p"}, "biases"),
    "flatten first": (lambda: nn.Sequential(nn.Flatten(), *mlp()), (60, 2, 2), set(), ""),
    "flatten between": (
        lambda: nn.Sequential(
            nn.Linear(4, 5, bias=False), nn.ReLU(), nn.Flatten(), nn.Linear(5, 2, bias=False)
        ),
        VECTORS,
        set(),
        "",
    ),
    "nested": (lambda: nn.Sequential(nn.Sequential(mlp()), nn.Identity()), VECTORS, set(), ""),
    "dropout": (lambda: nn.Sequential(*mlp(), nn.Dropout()).eval(), VECTORS, set(), ""),
    "shared activation": (_shared_activation, VECTORS, set(), ""),
    "shared layer": (_shared_layer, VECTORS, set(), ""),
    "pruned": (_pruned, VECTORS, set(), ""),
    "weight norm": (_normed, VECTORS, set(), ""),
    "frozen": (lambda: mlp().requires_grad_(False), VECTORS, set(), ""),
    "float16": (lambda: mlp().half(), VECTORS, set(), ""),
    "bfloat16": (lambda: mlp().bfloat16(), VECTORS, set(), ""),
    "no ReLU between": (
        lambda: nn.Sequential(nn.Linear(4, 5, bias=False), nn.Linear(5, 2, bias=False)),
        VECTORS,
        set(),
        "",
    ),
    "one ReLU forgotten": (
        lambda: nn.Sequential(*list(mlp())[:3], nn.Linear(5, 2, bias=False)),
        VECTORS,
        set(),
        "",
    ),
    "softmax": (lambda: nn.Sequential(*mlp(), nn.Softmax(dim=1)), VECTORS, set(), ""),
    "log-softmax": (lambda: nn.Sequential(*mlp(), nn.LogSoftmax(dim=1)), VECTORS, set(), ""),
    "one output, sigmoid": (
        lambda: nn.Sequential(*mlp(), nn.ReLU(), nn.Linear(2, 1, bias=False), nn.Sigmoid()),
        VECTORS,
        set(),
        "",
    ),
    "leaky": (lambda: mlp(activation=nn.LeakyReLU), VECTORS, GATES, "LeakyReLU"),
    "leaky in place": (
        lambda: mlp(activation=lambda: nn.LeakyReLU(inplace=True)),
        VECTORS,
        GATES,
        "LeakyReLU",
    ),
    "leaky, slope 0": (lambda: mlp(activation=lambda: nn.LeakyReLU(0.0)), VECTORS, set(), ""),
    "GELU": (lambda: mlp(activation=nn.GELU), VECTORS, PATHS, "GELU"),
    "sigmoid": (lambda: mlp(activation=nn.Sigmoid), VECTORS, PATHS, "Sigmoid"),
    "one linear layer": (lambda: nn.Linear(4, 2), VECTORS, PATHS, "no hidden layer"),
    "convolution": (images, IMAGES, PATHS, "Conv2d"),
    "batch norm": (lambda: images(nn.BatchNorm2d(3)), IMAGES, PATHS, "Conv2d.*BatchNorm2d"),
    "skip inside": (lambda: nn.Sequential(Residual(), nn.Linear(4, 2)), VECTORS, PATHS, "Residual"),
    "no nn.Sequential": (Functional, VECTORS, PATHS, "Functional"),
    "own forward": (lambda: Doubled(*mlp()), VECTORS, PATHS, "Doubled"),
    "outputs of one axis": (Squeezed, VECTORS, PATHS, "Squeezed"),
    "no derivatives": (Detached, VECTORS, PATHS, "Detached"),
    "ReLU first, in place": (
        lambda: nn.Sequential(nn.ReLU(inplace=True), nn.Linear(4, 2)),
        VECTORS,
        PATHS,
        "do not form",
    ),
}


def check_defined(report: AuditReport) -> None:
    """No NaN, nothing printed as nan or inf, and everything fit for strict JSON."""
    json.dumps(report.to_dict(), allow_nan=False)
    words = (repr(report) + report._repr_html_()).lower().replace("infinit", "")
    assert not {"nan", "inf"} & set("".join(c if c.isalpha() else " " for c in words).split())
    for a in report:
        if a.parts and a.measured is None:
            assert a.verdict is Ruling.UNDECIDED
