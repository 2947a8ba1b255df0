"""The engine of batched products: the plain loop's numbers, for every kind of network."""

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from lossatlas import ensembles, surfaces
from lossatlas.ensembles import TorchEngine, orders

from ._loop import ACTIVATIONS, CRITERIA, perceptron, plain_loop

WIDTHS = st.lists(st.integers(1, 6), min_size=2, max_size=5).map(tuple)


@given(
    widths=WIDTHS,
    activation=st.sampled_from(list(ACTIVATIONS)),
    criterion=st.sampled_from(list(CRITERIA)),
    n=st.integers(1, 9),
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
    batch_size = 1 + round(share * (n - 1))
    surface = perceptron(widths, activation, criterion, n=n, biases=biases, seed=seed)
    seeds = [seed, seed + 1, seed + 2]
    points = ensembles.draw_starts(surface, seeds, law=ensembles.Normal(0.5))
    starts = points.clone()
    velocity = torch.zeros_like(points) if momentum else None
    rule = ensembles.InverseTime(0.1, 0.05)
    engine = TorchEngine(surface)
    rates = [rule.at(epoch, -(-n // batch_size)) for epoch in range(2)]
    for epoch in range(2):
        engine.epoch(
            points,
            velocity,
            orders(seeds, epoch, n),
            rates[epoch],
            batch_size=batch_size,
            momentum=momentum,
            weight_decay=weight_decay,
        )
    own = np.stack([orders(seeds, epoch, n) for epoch in range(2)], axis=1)
    expected = [
        plain_loop(
            surface,
            start,
            order.tolist(),
            [r.tolist() for r in rates],
            batch_size=batch_size,
            momentum=momentum,
            weight_decay=weight_decay,
        )
        for start, order in zip(starts, own, strict=True)
    ]
    torch.testing.assert_close(points, torch.stack(expected), rtol=1e-11, atol=1e-12)


def test_blocks_smaller_than_the_ensemble_give_the_same_networks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    surface = perceptron((5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=8, biases=True)
    starts = ensembles.draw_starts(surface, range(7), law=ensembles.Normal(1.0))

    def trained(limit: int) -> torch.Tensor:
        monkeypatch.setattr("lossatlas.ensembles._torch_engine._CPU_BYTES", limit)
        points = starts.clone()
        TorchEngine(surface).epoch(
            points,
            None,
            orders(range(7), 0, 8),
            np.full(3, 0.2),
            batch_size=3,
            momentum=0.0,
            weight_decay=0.0,
        )
        return points

    torch.testing.assert_close(trained(1), trained(2**22), rtol=1e-13, atol=1e-14)


def test_a_network_of_nan_leaves_its_neighbours_bits_alone() -> None:
    surface = perceptron((5, 4, 3), surfaces.ReLU(), surfaces.SquaredError(), n=8, biases=False)
    starts = ensembles.draw_starts(surface, range(3), law=ensembles.Normal(1.0))
    spoilt = starts.clone()
    spoilt[1] = float("nan")
    for points in (starts, spoilt):
        TorchEngine(surface).epoch(
            points,
            None,
            orders(range(3), 0, 8),
            np.full(4, 0.2),
            batch_size=2,
            momentum=0.0,
            weight_decay=0.0,
        )
    assert torch.equal(starts[::2], spoilt[::2])
    assert bool(spoilt[1].isnan().all())


def test_a_loss_that_is_a_sum_is_refused() -> None:
    X, Y = torch.eye(2), torch.eye(2)
    summed = surfaces.Perceptron((2, 2), surfaces.ReLU(), surfaces.SquaredError(), X, Y)
    with pytest.raises(ValueError, match='`surface` should have the reduction "mean"'):
        TorchEngine(summed)
