"""Dynamics of a 3-spin glass: replicas in one batch against a loop over replicas.

The loop calls the same methods for one replica at a time, on the same storage of the couplings, so
that the figure is what the batch alone is worth; a second baseline steps each replica by automatic
differentiation of the energy written as one einsum over the raw couplings. Times are per step and
replica, with the history's records and the last look in them; a step of annealing is a sweep of N/2
moves. The last table says what a sweep costs in gradient steps of the same batch: the evaluations
count both as one.
"""

import sys

import torch
from _timing import Act, compare
from torch import Generator, Tensor

from lossatlas.dynamics import (
    AbstractDynamics,
    Annealing,
    GradientDescent,
    Langevin,
    StochasticDescent,
    run,
)
from lossatlas.surfaces import SpinGlass

REPLICAS = 50
LOOPED = 2
STEPS = {25: 200, 100: 60}
LONG = 20
SWEEPS = 5


def methods(steps: int) -> dict[str, AbstractDynamics]:
    return {
        "gradient descent": GradientDescent(step=0.1, tolerance=0.0, max_steps=steps),
        "stochastic descent, 10 parts": StochasticDescent(max_steps=steps, closing=None),
        "annealing (sweeps)": Annealing(sweeps=SWEEPS, closing=None),
        "Langevin": Langevin(max_steps=steps, closing=None),
    }


def moved(glass: SpinGlass, starts: Tensor, method: AbstractDynamics) -> None:
    run(glass, starts, method=method, generator=Generator().manual_seed(2))


def looped(glass: SpinGlass, starts: Tensor, method: AbstractDynamics) -> None:
    for start in starts[:LOOPED]:
        moved(glass, start[None], method)


def by_autograd(J: Tensor, starts: Tensor, steps: int) -> None:
    """Projected steps of 0.1, one replica at a time, the gradient by backward through an einsum."""
    size = len(J)
    for w in starts[:LOOPED]:
        for _ in range(steps):
            w = w.detach().requires_grad_()
            H = torch.einsum("ijk,i,j,k->", J, w, w, w) / size
            (g,) = torch.autograd.grad(H, w)
            with torch.no_grad():
                v = w - 0.1 * (g - (w @ g) / size * w)
                w = v * size**0.5 / v.norm()


def compare_at(size: int) -> None:
    g = Generator().manual_seed(size)
    glass = SpinGlass(3, size, generator=g, dtype=torch.float32, replicas=REPLICAS)
    starts = glass.random_point(g, (REPLICAS,))
    for name, method in methods(STEPS.get(size, LONG)).items():
        steps = method.num_steps
        batch = Act(
            f"{REPLICAS} replicas in a batch",
            lambda method=method: moved(glass, starts, method),  # type: ignore[misc]
            per=steps * REPLICAS,
        )
        loop = Act(
            "a loop over replicas",
            lambda method=method: looped(glass, starts, method),  # type: ignore[misc]
            per=steps * LOOPED,
        )
        peers = [loop]
        if name == "gradient descent":
            J = glass.couplings
            peers.append(
                Act(
                    "autograd, a loop",
                    lambda J=J, steps=steps: by_autograd(J, starts, steps),  # type: ignore[misc]
                    per=steps * LOOPED,
                )
            )
        compare(f"{name}, N={size}, float32, per step and replica", batch, peers)


def sweep_against_gradient(size: int) -> None:
    g = Generator().manual_seed(size)
    glass = SpinGlass(3, size, generator=g, replicas=REPLICAS)
    starts = glass.random_point(g, (REPLICAS,))
    sweeps, steps = methods(60)["annealing (sweeps)"], methods(60)["gradient descent"]
    compare(
        f"a sweep and a gradient step, N={size}, float64, {REPLICAS} replicas",
        Act("gradient step", lambda: moved(glass, starts, steps), per=60),
        [Act("sweep", lambda: moved(glass, starts, sweeps), per=SWEEPS)],
    )


if __name__ == "__main__":
    for asked in [int(a) for a in sys.argv[1:]] or [25, 100, 250]:
        compare_at(asked)
    sweep_against_gradient(100)
