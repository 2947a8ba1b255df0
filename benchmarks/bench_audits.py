"""All audits of one network: 784-500-500-10 on 5000 digits, and a small one.

The goal is absolute: within a minute on two cores. Nothing public measures these numbers; what they
are compared with is one forward and backward pass of PyTorch over the same 5000 samples.
"""

import numpy as np
import torch
from _timing import Act, compare

from lossatlas import audits, data

GOAL_SECONDS = 60.0


def network(widths: tuple[int, ...]) -> list[np.ndarray]:
    """Weights as at the start of a training (He et al. 2015)."""
    rng = np.random.default_rng(0)
    pairs = zip(widths[1:], widths[:-1], strict=True)
    return [rng.normal(size=(b, a)) * (2 / a) ** 0.5 for b, a in pairs]


def one_pass(weights: list[np.ndarray], X: np.ndarray) -> None:
    """A forward and a backward pass."""
    h, parts = torch.from_numpy(X), [torch.from_numpy(W).requires_grad_() for W in weights]
    for W in parts[:-1]:
        h = torch.relu(h @ W.T)
    torch.square(h @ parts[-1].T).sum().backward()


if __name__ == "__main__":
    digits, small = data.mnist(), data.digits()
    for name, dataset, widths in (
        ("784-500-500-10, 5000 digits", digits, (784, 500, 500, 10)),
        ("64-25-10, 1797 digits", small, (64, 25, 10)),
    ):
        X = np.array(dataset.inputs, dtype=np.float64)
        weights = network(widths)
        rows = compare(
            f"Audits of {name}",
            Act("one pass, forward and backward", lambda W=weights, X=X: one_pass(W, X)),
            [
                Act("all audits, 2000 samples", lambda W=weights, X=X: audits.audit(W, X)),
            ],
            rounds=3,
        )
        met = "met" if rows[1].seconds <= GOAL_SECONDS else "MISSED"
        print(f"{rows[1].seconds:.3g} s on one core, goal {GOAL_SECONDS:g} s on two: {met}")
