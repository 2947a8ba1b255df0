"""What users bring: every module gets its audits, and is left as it was."""

import copy
import re

import numpy as np
import pytest
import torch
from numpy.random import Generator
from torch import nn

from lossatlas.audits import AuditReport, audit
from lossatlas.evidence import Ruling

from ._modules import MODULES, VECTORS, Residual, check_defined, mlp


def _lost(report: AuditReport) -> set[str]:
    return {a.assumption for a in report if a.verdict is Ruling.NOT_APPLICABLE}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_gets_its_audits_and_is_told_which_it_does_not(name: str, rng: Generator) -> None:
    make, shape, lost, word = MODULES[name]
    torch.manual_seed(1)
    module = make()
    report = audit(module, rng.standard_normal(shape), rng.integers(0, 2, 60))
    check_defined(report)
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
        module = mlp(activation=lambda: nn.LeakyReLU(0.3, inplace=inplace))
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
