"""The compiled engine: the plain loop's numbers, and bits that depend on one network alone."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from torch import Tensor

from lossatlas import ensembles, surfaces
from lossatlas.ensembles import KernelEngine, TorchEngine, orders
from lossatlas.ensembles._engine import AbstractEngine
from lossatlas.surfaces import Perceptron

from ._loop import ACTIVATIONS, CRITERIA, perceptron, plain_loop

SEEDS = range(5, 25)
RULES = pytest.mark.parametrize(
    ("batch_size", "momentum", "weight_decay"), [(1, 0.0, 0.0), (1, 0.9, 0.01), (3, 0.5, 0.0)]
)


def taken(
    engine: AbstractEngine,
    surface: Perceptron,
    starts: Tensor,
    seeds: range,
    *,
    batch_size: int,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> Tensor:
    """Where two epochs take the networks."""
    points = starts.clone()
    velocity = torch.zeros_like(points) if momentum else None
    n = len(surface.inputs)
    rule = ensembles.InverseTime(0.03, 0.05)
    for epoch in range(2):
        engine.epoch(
            points,
            velocity,
            orders(seeds, epoch, n),
            rule.at(epoch, -(-n // batch_size)),
            batch_size=batch_size,
            momentum=momentum,
            weight_decay=weight_decay,
        )
    return points


def looped(surface: Perceptron, starts: Tensor, seeds: range, **rule: float) -> Tensor:
    """The same by the plain loop."""
    n, size = len(surface.inputs), int(rule["batch_size"])
    rates = [
        ensembles.InverseTime(0.03, 0.05).at(epoch, -(-n // size)).tolist() for epoch in (0, 1)
    ]
    own = np.stack([orders(seeds, epoch, n) for epoch in range(2)], axis=1)
    ends = [
        plain_loop(surface, start, order.tolist(), rates, **rule)
        for start, order in zip(starts, own, strict=True)
    ]
    return torch.stack(ends)


@given(
    # up to and beyond one wide panel of 16 numbers, tiles of 10, 2 and 1 rows
    widths=st.lists(st.integers(1, 38), min_size=2, max_size=5).map(tuple),
    activation=st.sampled_from(list(ACTIVATIONS)),
    criterion=st.sampled_from(list(CRITERIA)),
    n=st.integers(1, 14),
    share=st.floats(0, 1),
    momentum=st.sampled_from([0.0, 0.9]),
    weight_decay=st.sampled_from([0.0, 0.05]),
    biases=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_an_epoch_is_that_of_a_plain_loop(
    widths: tuple[int, ...],
    activation: surfaces.AbstractActivation,
    criterion: surfaces.AbstractCriterion,
    n: int,
    share: float,
    momentum: float,
    weight_decay: float,
    biases: bool,
    seed: int,
) -> None:
    surface = perceptron(widths, activation, criterion, n=n, biases=biases, seed=seed)
    seeds = range(seed, seed + 3)
    starts = ensembles.draw_starts(surface, seeds, law=ensembles.Normal(0.2))
    rule = {
        "batch_size": 1 + round(share * (n - 1)),
        "momentum": momentum,
        "weight_decay": weight_decay,
    }
    got = taken(KernelEngine(surface), surface, starts, seeds, **rule)
    expected = looped(surface, starts, seeds, **rule)
    torch.testing.assert_close(got, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("activation", list(ACTIVATIONS), ids=lambda a: type(a).__name__)
@pytest.mark.parametrize("criterion", list(CRITERIA), ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("batch_size", [1, 4])
def test_every_activation_and_criterion_agree_with_the_other_engine(
    activation: surfaces.AbstractActivation, criterion: surfaces.AbstractCriterion, batch_size: int
) -> None:
    surface = perceptron((7, 19, 5, 3), activation, criterion, n=9, biases=True)
    starts = ensembles.draw_starts(surface, SEEDS, law=ensembles.Normal(0.2))
    both = [
        taken(engine, surface, starts, SEEDS, batch_size=batch_size)
        for engine in (KernelEngine(surface), TorchEngine(surface))
    ]
    assert not torch.equal(both[0], starts)
    torch.testing.assert_close(*both, rtol=1e-10, atol=1e-12)


@RULES
def test_single_precision_is_the_double_loop_to_its_rounding(
    batch_size: int, momentum: float, weight_decay: float
) -> None:
    surface = perceptron(
        (20, 35, 10),
        surfaces.Tanh(),
        surfaces.CrossEntropy(),
        n=20,
        biases=True,
        dtype=torch.float32,
    )
    double = perceptron((20, 35, 10), surfaces.Tanh(), surfaces.CrossEntropy(), n=20, biases=True)
    starts = ensembles.draw_starts(surface, SEEDS, law=ensembles.Normal(0.2))
    rule = {"batch_size": batch_size, "momentum": momentum, "weight_decay": weight_decay}
    got = taken(KernelEngine(surface), surface, starts, SEEDS, **rule)
    expected = taken(TorchEngine(double), double, starts.double(), SEEDS, **rule)
    assert got.dtype == torch.float32
    torch.testing.assert_close(got.double(), expected, rtol=0, atol=2e-5)


@RULES
def test_a_network_has_the_same_bits_alone_in_parts_and_on_threads(
    batch_size: int, momentum: float, weight_decay: float
) -> None:
    surface = perceptron(
        (9, 18, 4), surfaces.Softplus(), surfaces.SquaredError(), n=11, biases=True
    )
    starts = ensembles.draw_starts(surface, SEEDS, law=ensembles.Normal(0.2))
    rule = {"batch_size": batch_size, "momentum": momentum, "weight_decay": weight_decay}
    whole = taken(KernelEngine(surface), surface, starts, SEEDS, **rule)
    parts = [
        taken(KernelEngine(surface), surface, starts[part], SEEDS[part], **rule)
        for part in (slice(0, 1), slice(1, 9), slice(9, None))
    ]
    assert torch.equal(torch.cat(parts), whole)
    for threads in (2, 3):
        engine = KernelEngine(surface, threads=threads)
        assert torch.equal(taken(engine, surface, starts, SEEDS, **rule), whole)


@RULES
def test_a_network_that_is_not_finite_leaves_its_neighbours_alone(
    batch_size: int, momentum: float, weight_decay: float
) -> None:
    surface = perceptron((6, 5, 3), surfaces.ReLU(), surfaces.CrossEntropy(), n=8, biases=True)
    starts = ensembles.draw_starts(surface, SEEDS, law=ensembles.Normal(0.2))
    rule = {"batch_size": batch_size, "momentum": momentum, "weight_decay": weight_decay}
    whole = taken(KernelEngine(surface), surface, starts, SEEDS, **rule)
    spoilt = starts.clone()
    spoilt[3, 2], spoilt[10, 0] = torch.nan, torch.inf
    got = taken(KernelEngine(surface), surface, spoilt, SEEDS, **rule)
    sound = [m for m in range(len(SEEDS)) if m not in (3, 10)]
    assert torch.equal(got[sound], whole[sound])
    assert got[3].isnan().any()
    assert not got[10].isfinite().all()


def test_the_velocity_is_that_of_the_other_engine() -> None:
    surface = perceptron((6, 5, 3), surfaces.Tanh(), surfaces.SquaredError(), n=8, biases=True)
    order, rates = orders(SEEDS, 0, 8), np.full(8, 0.05)
    velocities = []
    for engine in (KernelEngine(surface), TorchEngine(surface)):
        points = ensembles.draw_starts(surface, SEEDS, law=ensembles.Normal(0.2))
        velocity = torch.zeros_like(points)
        engine.epoch(points, velocity, order, rates, batch_size=1, momentum=0.9, weight_decay=0.01)
        velocities.append(velocity)
    torch.testing.assert_close(*velocities, rtol=1e-10, atol=1e-12)


def test_what_the_kernels_do_not_know_is_said() -> None:
    surface = perceptron((3, 2), surfaces.ReLU(), surfaces.SquaredError(), n=4, biases=False)
    assert KernelEngine.supports(surface) is None
    data = surface.inputs, surface.targets
    summed = Perceptron((3, 2), surfaces.ReLU(), surfaces.SquaredError(), *data)
    assert "sum" in str(KernelEngine.supports(summed))
    with pytest.raises(ValueError, match="should suit the kernels"):
        KernelEngine(summed)
    with pytest.raises(ValueError, match="`threads` should be at least 1"):
        KernelEngine(surface, threads=0)


@pytest.mark.parametrize(
    ("argument", "changes"),
    [
        ("points", {"points": torch.zeros(2, 6).double().T.contiguous().T}),
        ("points", {"points": torch.zeros(2, 6)}),
        ("velocity", {"momentum": 0.9}),
        ("orders", {"orders": np.full((2, 4), 4, dtype=np.int32)}),
        ("orders", {"orders": np.zeros((2, 0), dtype=np.int32)}),
        ("rates", {"orders": np.zeros((2, 3), dtype=np.int32)}),
        ("rates", {"rates": np.ones(3)}),
        ("rates", {"batch_size": 5}),
    ],
)
def test_what_would_lead_a_compiled_loop_astray_is_refused(
    argument: str, changes: dict[str, object]
) -> None:
    surface = perceptron((3, 2), surfaces.ReLU(), surfaces.SquaredError(), n=4, biases=False)
    asked = {
        "points": torch.zeros(2, 6).double(),
        "velocity": None,
        "orders": orders([0, 1], 0, 4),
        "rates": np.ones(4),
        "batch_size": 1,
        "momentum": 0.0,
        "weight_decay": 0.0,
    }
    with pytest.raises(ValueError, match=f"`{argument}` should"):
        KernelEngine(surface).epoch(**{**asked, **changes})


@pytest.mark.unhooked
def test_numba_comes_with_the_first_epoch_and_not_before() -> None:
    code = "import sys, lossatlas.ensembles; print('numba' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


TRAINED = """
import hashlib, torch
from lossatlas import ensembles, surfaces

g = torch.Generator().manual_seed(0)
X, Y = torch.rand(50, 30, generator=g), torch.randint(10, (50,), generator=g)
digest = hashlib.sha256()
for activation in (surfaces.ReLU(), surfaces.Tanh(), surfaces.Softplus()):
    surface = surfaces.Perceptron(
        (30, 45, 20, 10), activation, surfaces.CrossEntropy(), X, Y, biases=True, reduction="mean"
    )
    for size in (1, 7):
        points = ensembles.draw_starts(surface, range(5), law=ensembles.UniformCube(0.3))
        ensembles.KernelEngine(surface).epoch(
            points,
            torch.zeros_like(points),
            ensembles.orders(range(5), 0, 50),
            ensembles.Constant(0.1).at(0, -(-50 // size)),
            batch_size=size,
            momentum=0.5,
            weight_decay=0.01,
        )
        digest.update(points.numpy().tobytes())
print(digest.hexdigest())
"""


@pytest.mark.slow
@pytest.mark.unhooked
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the names of other processors differ")
def test_the_bits_are_those_of_every_instruction_set(tmp_path: Path) -> None:
    said = set()
    for name, features in (("generic", ""), ("haswell", "+avx2,+fma"), (None, None)):
        chosen = {"NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": features} if name else {}
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), **chosen}
        command = [sys.executable, "-c", TRAINED]
        said.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert len(said) == 1
