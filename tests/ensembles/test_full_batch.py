"""Full-batch descent is SGD with one batch, and a step is the surface's own gradient."""

import pytest
import torch

from lossatlas import ensembles, surfaces

from ._loop import perceptron

SURFACE = perceptron((5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=30, biases=True)
SEEDS = range(4)
STARTS = ensembles.draw_starts(SURFACE, SEEDS, law=ensembles.UniformCube(1.0))
RATE = ensembles.InverseTime(0.5, 0.1)


@pytest.mark.parametrize("engine", ["kernel", "torch"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_it_is_sgd_with_a_batch_of_all_samples(engine: str, momentum: float) -> None:
    settings = {"rate": RATE, "epochs": 15, "momentum": momentum, "weight_decay": 0.01}
    whole = ensembles.FullBatch(**settings)
    batch = ensembles.SGD(batch_size=30, **settings)
    ends = [
        ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=method, engine=engine)
        for method in (whole, batch)
    ]
    torch.testing.assert_close(ends[0].points, ends[1].points, rtol=1e-11, atol=1e-12)
    assert torch.equal(ends[0].evaluations, ends[1].evaluations)


@pytest.mark.parametrize("engine", ["kernel", "torch"])
def test_its_steps_are_those_of_the_gradient_by_hand(engine: str) -> None:
    method = ensembles.FullBatch(rate=RATE, epochs=3, momentum=0.8, weight_decay=0.1)
    ends = ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=method, engine=engine)
    w, v = STARTS.clone(), torch.zeros_like(STARTS)
    for t in range(3):
        v = 0.8 * v + SURFACE.gradient(w) + 0.1 * w
        w = w - 0.5 / (1 + 0.1 * t) * v
    torch.testing.assert_close(ends.points, w, rtol=1e-12, atol=1e-13)


def test_seeds_play_no_part() -> None:
    method = ensembles.FullBatch(rate=RATE, epochs=3)
    first, second = (
        ensembles.train(SURFACE, STARTS, seeds=seeds, method=method) for seeds in (SEEDS, [9] * 4)
    )
    assert torch.equal(first.points, second.points)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises((ValueError, TypeError)):  # the shape checks may answer first
        ensembles.FullBatch(rate=0.1, epochs=3)
    with pytest.raises(ValueError, match="`momentum` should be from 0 to below 1"):
        ensembles.FullBatch(rate=RATE, epochs=3, momentum=1.0)
    with pytest.raises(ValueError, match="`rates` should hold a rate for each of the 3 epochs"):
        ensembles.FullBatch(rate=ensembles.Sampled([0.1]), epochs=3)
