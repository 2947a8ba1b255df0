"""Training many small networks: the compiled kernels against a plain PyTorch loop, and others.

The networks are 100-25-10 with ReLU and cross-entropy in float32, each on random samples in an order
of its own; seconds are those of a sample of a network. The baseline is the loop that everybody
writes (modules, autograd, `torch.optim.SGD`), warm, on one network. `vmap` and the torch engine
train all networks together. Two threads are compared with one in rounds of their own: there a busy
neighbour tells. JAX's `jit(vmap(scan))` is timed where JAX is installed; it is on one thread with
`taskset -c 0 env XLA_FLAGS=--xla_cpu_multi_thread_eigen=false python benchmarks/bench_training.py`.
"""

import importlib.util
import time
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
import torch
from _timing import ROUNDS, Act, compare
from torch import Tensor, nn

from lossatlas.ensembles import KernelEngine, TorchEngine, UniformCube, draw_starts, orders
from lossatlas.ensembles._engine import AbstractEngine
from lossatlas.surfaces import CrossEntropy, Perceptron, ReLU

WIDTHS = (100, 25, 10)
SAMPLES = 4000
RATE = 0.01
NETWORKS = 1000
# The least that the kernel's speed should be of the loop's, and the goal behind it.
LEAST = {1: 250, 10: None, 100: 4}
AIMS = {1: 350, 10: None, 100: 6}
PEAK_SHARE = 0.2
THREADS_GAIN = 1.7
JAX_TIMES = 2


def perceptron(widths: tuple[int, ...], n: int = SAMPLES) -> Perceptron:
    g = torch.Generator().manual_seed(0)
    X, Y = torch.rand(n, widths[0], generator=g), torch.randint(widths[-1], (n,), generator=g)
    return Perceptron(widths, ReLU(), CrossEntropy(), X, Y, reduction="mean")


def epoch(engine: AbstractEngine, surface: Perceptron, count: int, size: int) -> Callable[[], None]:
    """An epoch of some networks, in calls as large as the engine wants them."""
    points = draw_starts(surface, range(count), law=UniformCube(0.1))
    n = len(surface.inputs)
    order = orders(range(count), 0, n)
    rates = np.full(-(-n // size), RATE)
    step = engine.networks_per_call(count)

    def run() -> None:
        for first in range(0, count, step):
            part = slice(first, first + step)
            engine.epoch(
                points[part],
                None,
                order[part],
                rates,
                batch_size=size,
                momentum=0.0,
                weight_decay=0.0,
            )

    return run


def plain_loop(surface: Perceptron, size: int, steps: int) -> Callable[[], None]:
    """Some steps of one network, as in every tutorial."""
    first, second = (
        nn.Linear(a, b, bias=False)
        for a, b in zip(surface.widths[:-1], surface.widths[1:], strict=True)
    )
    network = nn.Sequential(first, nn.ReLU(), second)
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE)
    criterion = nn.CrossEntropyLoss()
    order = torch.from_numpy(orders([0], 0, len(surface.inputs))[0].astype(np.int64))
    batches = order.split(size)[:steps]
    X, Y = surface.inputs, surface.targets

    def run() -> None:
        for batch in batches:
            optimiser.zero_grad()
            criterion(network(X[batch]), Y[batch]).backward()
            optimiser.step()

    return run


def vmapped_loop(surface: Perceptron, count: int, size: int, steps: int) -> Callable[[], None]:
    """Some steps of all networks by `torch.func.vmap` of a gradient."""
    points = draw_starts(surface, range(count), law=UniformCube(0.1))
    order = torch.from_numpy(orders(range(count), 0, len(surface.inputs)).astype(np.int64))
    X, Y = surface.inputs, surface.targets

    def loss(w: Tensor, chosen: Tensor) -> Tensor:
        first, second = surface.weights(w)
        outputs = (X[chosen] @ first.T).relu() @ second.T
        return nn.functional.cross_entropy(outputs, Y[chosen])

    gradients = torch.func.vmap(torch.func.grad(loss))

    def run() -> None:
        for s in range(steps):
            points.sub_(gradients(points, order[:, s * size : (s + 1) * size]), alpha=RATE)

    return run


def jax_scan(surface: Perceptron, count: int, size: int) -> Callable[[], None]:
    """An epoch of all networks by `jit(vmap(scan))`."""
    import jax
    import jax.numpy as jnp

    X, Y = jnp.asarray(surface.inputs.numpy()), jnp.asarray(surface.targets.numpy())
    starts = draw_starts(surface, range(count), law=UniformCube(0.1))
    weights = [jnp.asarray(part.numpy()) for part in surface.weights(starts)]
    n = len(X) // size * size  # a scan takes whole batches only
    order = jnp.asarray(orders(range(count), 0, len(X))[:, :n]).reshape(count, -1, size)

    def loss(w: list, chosen: jax.Array) -> jax.Array:
        outputs = jax.nn.relu(X[chosen] @ w[0].T) @ w[1].T
        logs = jax.nn.log_softmax(outputs)
        return -jnp.take_along_axis(logs, Y[chosen][:, None], axis=1).mean()

    def step(w: list, chosen: jax.Array) -> tuple[list, None]:
        slopes = jax.grad(loss)(w, chosen)
        return [a - RATE * g for a, g in zip(w, slopes, strict=True)], None

    train = jax.jit(jax.vmap(lambda w, order: jax.lax.scan(step, w, order)[0]))
    return lambda: jax.block_until_ready(train(weights, order))


def against_the_loop(size: int) -> None:
    """At one batch size; peers get fewer steps and networks, and seconds are of a sample."""
    surface = perceptron(WIDTHS)
    steps = max(2, min(200, SAMPLES // size))
    acts = [
        Act(
            f"kernel, 8 of {NETWORKS} networks",
            epoch(KernelEngine(surface), surface, 8, size),
            per=8 * SAMPLES,
            at_most=1 / LEAST[size] if LEAST[size] else None,
        ),
        *((aim(surface, size),) if AIMS[size] else ()),
        Act(
            "torch engine, 256 networks",
            epoch(TorchEngine(few := perceptron(WIDTHS, 20 * size)), few, 256, size),
            per=256 * 20 * size,
        ),
        Act(
            "torch.func.vmap, 256 networks",
            vmapped_loop(surface, 256, size, 4),
            per=256 * size * 4,
        ),
    ]
    compare(
        f"Training 100-25-10 at batch {size}, seconds a sample",
        Act("plain PyTorch loop, 1 network", plain_loop(surface, size, steps), per=steps * size),
        acts,
    )


def aim(surface: Perceptron, size: int) -> Act:
    return Act(
        "kernel, held against the goal",
        epoch(KernelEngine(surface), surface, 8, size),
        per=8 * SAMPLES,
        at_most=1 / AIMS[size],
    )


def against_jax(size: int) -> None:
    """JAX's time by the kernel's. All 1000 networks: it goes through all of them in every step."""
    surface = perceptron(WIDTHS, SAMPLES // 4)
    compare(
        f"JAX against the kernel, 100-25-10 at batch {size}, seconds a sample",
        Act(
            "kernel, 100 networks",
            epoch(KernelEngine(surface), surface, 100, size),
            per=100 * SAMPLES // 4,
        ),
        [
            Act(
                f"JAX jit(vmap(scan)), {NETWORKS} networks",
                jax_scan(surface, NETWORKS, size),
                per=NETWORKS * SAMPLES // 4,
                at_least=JAX_TIMES if size == 1 else None,
            )
        ],
    )


def share_of_peak() -> None:
    """Flops: 6 a weight and sample; the peak is that of a product of two matrices of 1024."""
    surface = perceptron((100, 100, 10))
    A = torch.rand(1024, 1024)
    compare(
        "Training 100-100-10 at batch 10, seconds a flop",
        Act("matrix product, 1024 x 1024", lambda: A @ A, per=2 * 1024**3),
        [
            Act(
                "kernel, 2 networks",
                epoch(KernelEngine(surface), surface, 2, 10),
                per=2 * SAMPLES * 6 * surface.dimension,
                at_most=1 / PEAK_SHARE,
            )
        ],
    )


def two_threads() -> None:
    """The time of one thread by that of two, round by round."""
    surface = perceptron(WIDTHS)
    print("\nTwo threads against one, 256 networks 100-25-10, an epoch")
    for size in (1, 10):
        runs = [
            epoch(KernelEngine(surface, threads=threads), surface, 256, size) for threads in (1, 2)
        ]
        gains = sorted(one / two for one, two in rounds(runs))
        verdict = "met" if median(gains) >= THREADS_GAIN else "MISSED"
        print(
            f"batch {size:3}  {median(gains):.3g} ({gains[0]:.3g} .. {gains[-1]:.3g})"
            f"  goal >= {THREADS_GAIN}  {verdict}"
        )


def rounds(runs: list[Callable[[], None]]) -> Iterator[list[float]]:
    for run in runs:
        run()
    for _ in range(ROUNDS):
        seconds = []
        for run in runs:
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
        yield seconds


def main() -> None:
    for size in (1, 10, 100):
        against_the_loop(size)
    share_of_peak()
    two_threads()
    if not importlib.util.find_spec("jax"):
        print("\nJAX is not installed: its rows are left out.")
        return
    for size in (1, 10, 100):
        against_jax(size)


if __name__ == "__main__":
    main()
