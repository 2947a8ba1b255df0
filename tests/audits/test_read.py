"""A network in any form gets the same audits, and is told which do not apply."""

import copy

import numpy as np
import pytest
import torch
from numpy.random import Generator
from torch import nn

from lossatlas.audits import audit
from lossatlas.evidence import Ruling
from lossatlas.surfaces import Identity, LeakyReLU, Perceptron, ReLU, SquaredError, Tanh

PATHS = {"A1p-m", "A3p", "A5u-m", "A6u"}


def _weights(rng: Generator) -> list[np.ndarray]:
    return [rng.standard_normal((6, 4)), rng.standard_normal((5, 6)), rng.standard_normal((2, 5))]


def _not_applicable(report: object) -> set[str]:
    return {a.assumption for a in report if a.verdict is Ruling.NOT_APPLICABLE}


def _perceptron(activation: object, *, biases: bool = False) -> Perceptron:
    X, Y = torch.ones(1, 4).double(), torch.ones(1, 2).double()
    return Perceptron((4, 6, 5, 2), activation, SquaredError(), X, Y, biases=biases)


def _sequential(weights: list[np.ndarray]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for W in weights:
        layer = nn.Linear(W.shape[1], W.shape[0], bias=False).double()
        layer.weight.data = torch.from_numpy(W)
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def test_matrices_a_perceptron_and_a_module_give_the_same_audits(rng: Generator) -> None:
    weights, X = _weights(rng), rng.standard_normal((60, 4))
    surface = _perceptron(ReLU())
    point = surface.point([torch.from_numpy(W) for W in weights])
    reports = [
        audit(net, X).to_dict()["audits"]
        for net in (
            weights,
            [torch.from_numpy(W) for W in weights],
            (surface, point),
            _sequential(weights),
        )
    ]
    assert reports[0] == reports[1] == reports[2] == reports[3]


def test_a_module_may_flatten_nest_and_name_its_layers(rng: Generator) -> None:
    weights, X = _weights(rng), rng.standard_normal((40, 4))
    inner = _sequential(weights)
    outer = nn.Sequential(nn.Flatten(), nn.Sequential(inner, nn.Identity()), nn.Dropout().eval())
    images = X.reshape(40, 2, 2)
    assert audit(outer, images).to_dict()["audits"] == audit(inner, X).to_dict()["audits"]


def test_a_module_is_left_as_it_was(rng: Generator) -> None:
    module = nn.Sequential(
        nn.Conv1d(1, 3, 2), nn.BatchNorm1d(3), nn.Tanh(), nn.Flatten(), nn.Linear(9, 2)
    )
    module.eval()
    before, state = copy.deepcopy(module.state_dict()), torch.get_rng_state()
    audit(module, rng.standard_normal((20, 1, 4)))
    assert all(torch.equal(v, before[k]) for k, v in module.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(m._forward_hooks for m in module.modules())
    assert all(p.grad is None and p.dtype == torch.float32 for p in module.parameters())


def test_biases_take_uniformity_away_and_nothing_else(rng: Generator) -> None:
    surface = _perceptron(ReLU(), biases=True)
    point = torch.from_numpy(rng.standard_normal(surface.dimension))
    report = audit((surface, point), rng.standard_normal((60, 4)))
    assert _not_applicable(report) == {"A3p"}
    assert "biases" in report["A3p"].sentence
    assert any("biases" in remark for remark in report.remarks)


@pytest.mark.parametrize(
    ("activation", "lost", "word"),
    [
        (Tanh(), PATHS, "Tanh"),
        (LeakyReLU(0.1), {"A1p-m", "A5u-m"}, "LeakyReLU"),
        (Identity(), set(), ""),
    ],
)
def test_an_activation_takes_the_audits_that_it_has_no_gates_for(
    activation: object, lost: set[str], word: str, rng: Generator
) -> None:
    surface = _perceptron(activation)
    point = torch.from_numpy(rng.standard_normal(surface.dimension))
    report = audit((surface, point), rng.standard_normal((60, 4)))
    assert _not_applicable(report) == lost
    assert all(word in report[id].sentence for id in lost)


def test_the_gates_of_a_linear_network_are_always_open(rng: Generator) -> None:
    surface = _perceptron(Identity())
    point = torch.from_numpy(rng.standard_normal(surface.dimension))
    report = audit((surface, point), rng.standard_normal((60, 4)))
    assert report["A1p-m"].verdict is Ruling.HOLDS
    assert report["A1p-m"].details["rho"] == 1
    assert report["A5u-m"].verdict is Ruling.HOLDS
    assert "never change" in report["A5u-m"].sentence


class _Skip(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.inner(x)


@pytest.mark.parametrize(
    ("module", "shape", "word"),
    [
        (
            lambda: nn.Sequential(nn.Conv1d(1, 5, 2), nn.ReLU(), nn.Flatten(), nn.Linear(15, 2)),
            (1, 4),
            "Conv1d",
        ),
        (lambda: nn.Sequential(_Skip(), nn.ReLU(), nn.Linear(4, 2)), (4,), "skip connection"),
        (
            lambda: nn.Sequential(nn.Linear(4, 5), nn.LayerNorm(5), nn.ReLU(), nn.Linear(5, 2)),
            (4,),
            "LayerNorm",
        ),
    ],
)
def test_what_cannot_be_looked_into_still_gets_the_other_audits(
    module: object, shape: tuple[int, ...], word: str, rng: Generator
) -> None:
    report = audit(module(), rng.standard_normal((60, *shape)))
    assert _not_applicable(report) == PATHS
    assert all(word in report[id].sentence for id in PATHS)
    assert report["A2p"].measured is not None
    assert report["Gaussian"].measured is not None


def test_rounding_a_module_changes_what_it_computes_and_then_nothing() -> None:
    """With one value for all weights every output of the last layer is the same."""
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv1d(1, 2, 2), nn.Flatten(), nn.Linear(6, 3)).double()
    X = np.random.default_rng(0).standard_normal((50, 1, 4))
    outputs = module(torch.from_numpy(X)).detach().numpy()
    report = audit(module, X, outputs.argmax(1))
    assert report["A2p"].details["accuracy"] == 1
    assert np.array_equal(module(torch.from_numpy(X)).detach().numpy(), outputs)


def test_a_network_without_hidden_layer_has_no_gates(rng: Generator) -> None:
    report = audit([rng.standard_normal((3, 4))], rng.standard_normal((50, 4)))
    assert _not_applicable(report) == PATHS
    assert "no hidden layer" in report["A1p-m"].sentence


def test_an_activation_after_the_last_layer_is_left_out_and_said(rng: Generator) -> None:
    module = _sequential(_weights(rng)).append(nn.Softmax(dim=1))
    report = audit(module, rng.standard_normal((40, 4)))
    assert any("Softmax" in remark for remark in report.remarks)


@pytest.mark.parametrize("training", [nn.Dropout(), nn.BatchNorm1d(6)])
def test_what_changes_from_pass_to_pass_is_refused(training: nn.Module, rng: Generator) -> None:
    module = nn.Sequential(nn.Linear(4, 6), training, nn.ReLU(), nn.Linear(6, 2))
    with pytest.raises(ValueError, match=r"in training mode\. Call `\.eval\(\)` on it first"):
        audit(module, rng.standard_normal((20, 4)))


@pytest.mark.parametrize(
    ("network", "X", "words"),
    [
        ([np.ones((2, 4)), np.ones((2, 3))], np.ones((3, 4)), "each .d_k, d_.k-1.."),
        ([np.ones((2, 4)), np.ones((1, 2))], np.ones((3, 5)), "have 4 numbers a sample"),
        ([np.full((2, 4), np.nan), np.ones((1, 2))], np.ones((3, 4)), "have finite weights"),
        ([np.ones((2, 4)), np.ones((1, 2))], np.full((3, 4), np.inf), "all finite"),
        ([np.ones((2, 4)), np.ones((1, 2))], np.ones((0, 4)), "at least one"),
        (nn.Sequential(nn.Linear(4, 2)), np.ones((3, 5)), "have 4 numbers a sample"),
    ],
)
def test_misuse_is_refused_in_words(network: object, X: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        audit(network, X)


@pytest.mark.unhooked
@pytest.mark.parametrize("network", ["net", 3, {}, [np.ones((2, 4)), None]])
def test_what_is_no_network_is_told_what_is_one(network: object) -> None:
    with pytest.raises(ValueError, match=r"`network` should be matrices .* another library"):
        audit(network, np.ones((3, 4)))


def test_other_arguments_are_checked_too(rng: Generator) -> None:
    weights, X = _weights(rng), rng.standard_normal((20, 4))
    with pytest.raises(ValueError, match=r"`Y` should be classes"):
        audit(weights, X, np.ones(19))
    with pytest.raises(ValueError, match=r"`start` should have the network's 64 weights"):
        audit(weights, X, start=weights[:1])
    with pytest.raises(ValueError, match=r"`gates` should be boolean"):
        audit(weights, X, gates=[np.ones((20, 6)), np.ones((20, 5))])
    with pytest.raises(ValueError, match=r"`max_samples` should be positive"):
        audit(weights, X, max_samples=0)
