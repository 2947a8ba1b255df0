"""A thousand networks to the end: 100-25-10 on 4000 real digits, 200 epochs of batches of 10.

The protocol is that of the study `choromanska2015-networks`: MNIST at 10 x 10 pixels, ReLU, the
cross-entropy, weights that start uniform on the unit cube, a rate that falls to a twentieth. One run,
no rounds: what is held against the goal is the time on the clock from the starts to the ends, losses
on the way included, on two threads; it takes some minutes and wants a quiet machine. The first use of
a kernel compiles it; that is done before and told apart.
"""

import os
import time
from collections.abc import Callable

import numpy as np
import torch

from lossatlas import ensembles
from lossatlas.data import prepare
from lossatlas.ensembles import SGD, InverseTime, KernelEngine, Progress, Trained, UniformCube
from lossatlas.surfaces import CrossEntropy, Perceptron, ReLU

NETWORKS, WIDTH, SAMPLES, EPOCHS, BATCH = 1000, 25, 4000, 200, 10
THREADS = 2
RATE, SLOWDOWN = 0.2, 20.0
RECORDS = 17
AIM_MINUTES = 15
_NEWS = 20  # epochs


def surfaces() -> tuple[Perceptron, Perceptron]:
    """The mean loss over the training digits, and over 1000 held out."""
    parts = prepare("mnist", size=10, train=SAMPLES, test=1000, seed=0)
    arrays = [[torch.from_numpy(np.array(x)).float() for x in (p.inputs, p.targets)] for p in parts]
    train, test = (
        Perceptron((100, WIDTH, 10), ReLU(), CrossEntropy(), X, Y, reduction="mean")
        for X, Y in arrays
    )
    return train, test


def learn(train: Perceptron, test: Perceptron, count: int, epochs: int, tell: bool) -> Trained:
    steps = epochs * -(-SAMPLES // BATCH)
    return ensembles.train(
        train,
        ensembles.draw_starts(train, range(count), law=UniformCube(1.0)),
        seeds=range(count),
        method=SGD(rate=InverseTime(RATE, (SLOWDOWN - 1) / steps), epochs=epochs, batch_size=BATCH),
        held_out={"test": test},
        engine=KernelEngine(train, threads=THREADS),
        num_records=RECORDS,
        progress=news() if tell else False,
    )


def news() -> Callable[[Progress], None]:
    start = time.perf_counter()

    def tell(now: Progress) -> None:
        if now.epoch % _NEWS == 0:
            print(f"  {now}, {time.perf_counter() - start:.0f} s", flush=True)

    return tell


def in_words(name: str, losses: torch.Tensor) -> str:
    low, median, high = losses.double().quantile(torch.tensor([0.1, 0.5, 0.9]).double()).tolist()
    return (
        f"{name}: mean {losses.mean():.4f}, standard deviation {losses.std():.4f}, "
        f"10 % {low:.4f}, median {median:.4f}, 90 % {high:.4f}"
    )


def main() -> None:
    torch.set_num_threads(1)
    train, test = surfaces()
    start = time.perf_counter()
    learn(train, test, THREADS, 1, tell=False)
    print(f"\n{NETWORKS} networks 100-{WIDTH}-10, {SAMPLES} digits, {EPOCHS} epochs, batch {BATCH}")
    print(f"kernel ready after {time.perf_counter() - start:.1f} s, {THREADS} threads")
    began = time.perf_counter(), time.process_time()
    trained = learn(train, test, NETWORKS, EPOCHS, tell=True)
    wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    seen = NETWORKS * SAMPLES * EPOCHS
    verdict = "met" if wall <= 60 * AIM_MINUTES else "MISSED"
    print(
        f"{wall / 60:.2f} minutes on the clock, {cpu / 60:.2f} of processor on {os.cpu_count()} "
        f"cores, {seen / wall / 1e6:.2f} million samples a second"
        f"  goal <= {AIM_MINUTES} minutes  {verdict}"
    )
    kept = trained.finite
    print(f"{int(kept.sum())} of {len(kept)} networks are finite at the end")
    print(in_words("training loss", trained.loss[kept]))
    print(in_words("test loss", trained.held_out["test"][kept]))
    print("epoch, median training loss, median test loss:")
    history = trained.history
    medians = (x.median(0).values.tolist() for x in (history.losses, history.held_out["test"]))
    for epoch, *losses in zip(history.epochs.tolist(), *medians, strict=True):
        print(f"  {epoch:4}  {losses[0]:8.4f}  {losses[1]:8.4f}")


if __name__ == "__main__":
    main()
