"""What the README shows runs as it stands, and what it names exists."""

import re
from pathlib import Path

import pytest
import torch

from lossatlas import audits, critical, surfaces, theory, topography

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.unhooked
def test_the_page_of_python_runs_and_its_label_is_the_theorys() -> None:
    names: dict[str, object] = {}
    exec(compile(BLOCKS[0], "README.md", "exec"), names)
    found, point, label = names["found"], names["point"], names["label"]
    assert isinstance(found, critical.Found)
    assert found.counts[critical.Status.CRITICAL] >= 950
    assert isinstance(point, critical.CriticalPoint)
    assert isinstance(label, theory.deep_linear.Label)
    assert int(point.inertia.negative) == label.index
    path = names["path"]
    assert isinstance(path, theory.deep_linear.EscapePath)
    assert path.order == 3


@pytest.mark.unhooked
def test_the_spin_glass_is_proved_complete() -> None:
    names: dict[str, object] = {}
    exec(compile(BLOCKS[1], "README.md", "exec"), names)
    atlas, graph = names["atlas"], names["graph"]
    assert isinstance(atlas, critical.Enumeration)
    assert atlas.proved
    assert isinstance(graph, topography.MorseGraph)
    assert graph.connected


@pytest.mark.unhooked
def test_your_own_network_is_audited_and_a_dead_one_is_a_bad_minimum() -> None:
    generator = torch.Generator().manual_seed(0)
    X = torch.rand(20, 5, generator=generator, dtype=torch.float64)
    Y = X.sum(1, keepdim=True)
    network = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    names = {
        "network": network,
        "inputs": X,
        "labels": (4 * X[:, 0]).long() % 3,
        "X": X,
        "Y": Y,
        "w": torch.cat([-torch.ones(20), torch.ones(4)]).double(),  # no unit ever fires
        "other": torch.full((24,), 0.5).double(),
    }
    exec(compile(BLOCKS[2], "README.md", "exec"), names)
    report, proof, lower = names["report"], names["proof"], names["lower"]
    assert isinstance(report, audits.AuditReport)
    assert isinstance(proof, critical.MinimumProof)
    assert proof.dead_units == 4
    assert isinstance(lower, critical.Lower)


@pytest.mark.unhooked
def test_your_own_model_is_a_surface() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
    batch = (torch.eye(2).double(), torch.ones(2, 1).double())

    def loss_fn(model: torch.nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        return torch.nn.functional.mse_loss(model(batch[0]), batch[1])

    names = {"model": model.double(), "loss_fn": loss_fn, "batches": [batch]}
    exec("from lossatlas import critical, curvature, surfaces\n" + BLOCKS[3], names)
    assert isinstance(names["surface"], surfaces.Module)
    assert isinstance(names["point"], critical.CriticalPoint)


def test_its_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", README, flags=re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
