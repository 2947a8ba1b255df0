"""Full Hessians against what PyTorch offers.

Perceptron 100-25-10 with biases (P = 2785), tanh, cross-entropy, n = 1000, float64, one thread.
Goals: at least 10 times faster than a loop of double backwards and 15 times faster than
`torch.func.hessian`. The second table has 1000 points of a small deep linear network in one call
against the same points one by one.
"""

from collections.abc import Callable

import torch
from _timing import Act, compare
from torch import Generator, Tensor

from lossatlas.surfaces import CrossEntropy, DeepLinear, Perceptron, Tanh

WIDTHS, SAMPLES = (100, 25, 10), 1000


def plain_loss(s: Perceptron) -> Callable[[Tensor], Tensor]:
    """The same loss as a function of the flat point, for automatic differentiation."""

    def loss(w: Tensor) -> Tensor:
        W1, b1, W2, b2 = s.weights(w)
        outputs = (s.inputs @ W1.T + b1).tanh() @ W2.T + b2
        return torch.nn.functional.cross_entropy(outputs, s.targets, reduction="sum")

    return loss


def double_backwards(loss: Callable[[Tensor], Tensor], w: Tensor) -> Tensor:
    """The Hessian row by row: one graph, one more backward a row."""
    w = w.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(w), w, create_graph=True)
    rows = [torch.autograd.grad(g, w, retain_graph=True)[0] for g in gradient]
    return torch.stack(rows)


def perceptron() -> None:
    g = Generator().manual_seed(0)
    X = torch.randn(SAMPLES, WIDTHS[0], generator=g, dtype=torch.float64)
    labels = torch.randint(WIDTHS[-1], (SAMPLES,), generator=g)
    s = Perceptron(WIDTHS, Tanh(), CrossEntropy(), X, labels, biases=True)
    w, loss = s.random_point(g), plain_loss(s)
    torch.testing.assert_close(s.hessian(w), double_backwards(loss, w))
    compare(
        f"Full Hessian, 100-25-10 with biases, P = {s.dimension}, n = {SAMPLES}, float64",
        Act("closed form", lambda: s.hessian(w)),
        [
            Act("loop of double backwards", lambda: double_backwards(loss, w), at_least=10),
            Act("torch.func.hessian", lambda: torch.func.hessian(loss)(w), at_least=15),
        ],
    )


def deep_linear() -> None:
    g = Generator().manual_seed(0)
    X = torch.randn(50, 5, generator=g, dtype=torch.float64)
    Y = torch.randn(50, 3, generator=g, dtype=torch.float64)
    s = DeepLinear((5, 4, 4, 3), inputs=X, targets=Y)
    w = s.random_point(g, (1000,))
    compare(
        f"Hessians of a deep linear network 5-4-4-3, P = {s.dimension}, at 1000 points, float64",
        Act("one call", lambda: s.hessian(w)),
        [
            Act("copying the result once", lambda: torch.empty(1000, 48, 48).double().fill_(1.0)),
            Act("point by point", lambda: [s.hessian(point) for point in w], at_least=5),
        ],
    )


if __name__ == "__main__":
    perceptron()
    deep_linear()
