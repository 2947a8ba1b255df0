"""Full Hessians against what PyTorch offers.

Perceptron 100-25-10 with biases (P = 2785), tanh, cross-entropy, n = 1000, float64, one thread.
Goals: at least 10 times faster than a loop of double backwards and 15 times faster than
`torch.func.hessian`. The second table has 1000 points of a small deep linear network in one call
against the same points one by one.
"""

from collections.abc import Callable, Sequence

import torch
from _timing import Act, compare
from torch import Generator, Tensor
from torch.nn.functional import cross_entropy, linear

from lossatlas.surfaces import CrossEntropy, DeepLinear, Perceptron, Tanh

WIDTHS, SAMPLES = (100, 25, 10), 1000


def plain_loss(s: Perceptron) -> Callable[..., Tensor]:
    """The same loss as a function of W_1, b_1, W_2, b_2, for automatic differentiation."""

    def loss(W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
        outputs = linear(linear(s.inputs, W1, b1).tanh(), W2, b2)
        return cross_entropy(outputs, s.targets, reduction="sum")

    return loss


def double_backwards(loss: Callable[..., Tensor], parts: Sequence[Tensor]) -> Tensor:
    """The Hessian row by row: one graph, one more backward a row.

    The parameters are separate leaves and a row starts from a unit array at its own gradient:
    taking the gradient's entries one by one, or from one flat vector, is 1.5 to 7 times slower.
    """
    leaves = [part.detach().clone().requires_grad_() for part in parts]
    rows: list[Tensor] = []
    for gradient in torch.autograd.grad(loss(*leaves), leaves, create_graph=True):
        units = torch.eye(gradient.numel(), dtype=gradient.dtype).view(-1, *gradient.shape)
        for unit in units:
            row = torch.autograd.grad(gradient, leaves, unit, retain_graph=True)
            rows.append(torch.cat([part.flatten() for part in row]))
    return torch.stack(rows)


def functional(s: Perceptron, loss: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    """`torch.func.hessian` of the flat point."""
    hessian: Callable[[Tensor], Tensor] = torch.func.hessian(lambda w: loss(*s.weights(w)))
    return hessian


def perceptron() -> None:
    g = Generator().manual_seed(0)
    X = torch.randn(SAMPLES, WIDTHS[0], generator=g, dtype=torch.float64)
    labels = torch.randint(WIDTHS[-1], (SAMPLES,), generator=g)
    s = Perceptron(WIDTHS, Tanh(), CrossEntropy(), X, labels, biases=True)
    w, loss = s.random_point(g), plain_loss(s)
    parts, by_functional = s.weights(w), functional(s, loss)
    torch.testing.assert_close(s.hessian(w), double_backwards(loss, parts))
    compare(
        f"Full Hessian, 100-25-10 with biases, P = {s.dimension}, n = {SAMPLES}, float64",
        Act("closed form", lambda: s.hessian(w)),
        [
            Act("loop of double backwards", lambda: double_backwards(loss, parts), at_least=10),
            Act("torch.func.hessian", lambda: by_functional(w), at_least=15),
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
