"""Large batches of points are screened and polished as small ones are."""

import torch
from torch import Generator

from lossatlas.critical import polish_minima, screen_minima
from lossatlas.surfaces import Perceptron, ReLU, SquaredError

# Points whose Hessians together would be summed over the samples in parts.
POINTS, SAMPLES, WIDTH = 800, 100, 12


def test_a_batch_that_no_hessian_holds_at_once_ends_where_its_parts_end() -> None:
    rng = Generator().manual_seed(0)
    X = torch.randn(SAMPLES, 2, generator=rng, dtype=torch.float64)
    Y = torch.randn(SAMPLES, 1, generator=rng, dtype=torch.float64)
    surface = Perceptron((2, WIDTH, 1), ReLU(), SquaredError(), X, Y)
    starts = surface.random_point(rng, (POINTS,))
    together = polish_minima(surface, starts, max_steps=2).points
    apart = torch.cat([polish_minima(surface, p, max_steps=2).points for p in starts.split(50)])
    assert torch.allclose(together, apart, rtol=1e-9, atol=1e-9)
    screens = screen_minima(surface, together).slice_eigenvalue
    assert torch.equal(screens.isnan(), screen_minima(surface, apart).slice_eigenvalue.isnan())
