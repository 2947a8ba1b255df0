"""Hessian-vector products of a perceptron against one plain PyTorch gradient.

100-25-10 with biases, tanh, cross-entropy, n = 1000, one thread. Goals in float32: a product costs
at most 0.5 of a gradient, in blocks of 16 at most 0.45 a vector. Products at one
point share its passes, as the Lanczos method and Newton's method ask for them; the row "at a new
point" pays for the passes too.
"""

from collections.abc import Callable
from itertools import cycle

import torch
from _timing import Act, compare
from torch import Generator, Tensor, nn

from lossatlas.surfaces import CrossEntropy, Perceptron, Tanh

WIDTHS, SAMPLES, BLOCK = (100, 25, 10), 1000, 16


def surface(dtype: torch.dtype) -> Perceptron:
    g = Generator().manual_seed(0)
    X = torch.randn(SAMPLES, WIDTHS[0], generator=g, dtype=dtype)
    labels = torch.randint(WIDTHS[-1], (SAMPLES,), generator=g)
    return Perceptron(WIDTHS, Tanh(), CrossEntropy(), X, labels, biases=True, reduction="mean")


def plain_gradient(s: Perceptron, w: Tensor) -> Callable[[], object]:
    """Loss and backward of the same network, as anyone would write it."""
    model = nn.Sequential(nn.Linear(*WIDTHS[:2]), nn.Tanh(), nn.Linear(*WIDTHS[1:])).to(s.dtype)
    nn.utils.vector_to_parameters(w, model.parameters())
    loss_fn = nn.CrossEntropyLoss()
    labels = s.targets

    def act() -> None:
        model.zero_grad(set_to_none=True)
        loss_fn(model(s.inputs), labels).backward()

    act()
    found = nn.utils.parameters_to_vector([p.grad for p in model.parameters()])
    torch.testing.assert_close(found, s.gradient(w))
    return act


def measure(dtype: torch.dtype, *, goals: bool) -> None:
    s, g = surface(dtype), Generator().manual_seed(1)
    w, v, V = s.random_point(g), s.random_point(g), s.random_point(g, (BLOCK,))
    points = cycle([s.random_point(g) for _ in range(2)])
    compare(
        f"Hessian-vector product, 100-25-10, n = {SAMPLES}, {dtype}",
        Act("plain PyTorch loss + backward", plain_gradient(s, w)),
        [
            Act("product", lambda: s.hvp(w, v), at_most=0.5 if goals else None),
            Act(
                f"a vector in blocks of {BLOCK}",
                lambda: s.hvp(w, V),
                per=BLOCK,
                at_most=0.45 if goals else None,
            ),
            Act("product at a new point", lambda: s.hvp(next(points), v)),
            Act("closed-form gradient", lambda: s.gradient(w)),
        ],
    )


def main() -> None:
    measure(torch.float32, goals=True)
    measure(torch.float64, goals=False)  # matrix products, not calls, are most of the time here


if __name__ == "__main__":
    main()
