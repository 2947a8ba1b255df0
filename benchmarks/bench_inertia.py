"""Inertia with its bound against all eigenvalues.

P = 3000, float64, one thread; the goal is at most 0.5 of `torch.linalg.eigvalsh`. One matrix is
random; one is the Hessian of a tanh network 100-27-10 at a random point, which has 2970 weights.
Then a thousand matrices of 48 rows at once.
"""

import torch
from _timing import Act, compare
from torch import Generator, Tensor

from lossatlas.linalg import inertia
from lossatlas.surfaces import CrossEntropy, Perceptron, Tanh


def random_symmetric(n: int, batch: tuple[int, ...] = ()) -> Tensor:
    G = torch.randn(*batch, n, n, dtype=torch.float64, generator=Generator().manual_seed(0))
    return G + G.mT


def network_hessian() -> Tensor:
    g = Generator().manual_seed(0)
    X = torch.randn(500, 100, generator=g, dtype=torch.float64)
    labels = torch.randint(10, (500,), generator=g)
    surface = Perceptron((100, 27, 10), Tanh(), CrossEntropy(), X, labels)
    return surface.hessian(surface.random_point(g))


def measure(title: str, A: Tensor, *, goal: float | None) -> None:
    counts, values = inertia(A), torch.linalg.eigvalsh(A)
    assert (counts.negative <= (values < 0).sum(-1)).all()
    assert (counts.positive <= (values > 0).sum(-1)).all()
    print(
        f"\n{title}: undecided {int(counts.undecided.sum())}, "
        f"shift at most {counts.shift.max().item():.2e}, norm {values.abs().max().item():.2e}"
    )
    compare(
        title,
        Act("torch.linalg.eigvalsh", lambda: torch.linalg.eigvalsh(A)),
        [Act("inertia with bound", lambda: inertia(A), at_most=goal)],
    )


if __name__ == "__main__":
    measure("Random symmetric, P = 3000", random_symmetric(3000), goal=0.5)
    measure("Hessian of 100-27-10, P = 2970", network_hessian(), goal=0.5)
    measure("1000 matrices of 48 rows", random_symmetric(48, (1000,)), goal=None)
