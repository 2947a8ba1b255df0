"""Newton searches on a 5-4-4-3 linear network on digits: the batch against one start at a time.

The baseline is the same algorithm written for one start with `torch.func` derivatives and
`torch.linalg`: the same steps, the same damping, the same end of a search. It runs on a subset of
the starts; times are per search. A bold search amplifies rounding while it is far from everything,
so the two agree to rounding over the first iterations, and most but not all end at the same point.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from _timing import Act, compare
from sklearn.datasets import load_digits
from torch import Tensor

from lossatlas.critical import Bold, Newton, Polish
from lossatlas.surfaces import DeepLinear

WIDTHS = (5, 4, 4, 3)
SEARCHES = 1000
ONE_BY_ONE = 20
METHOD = Newton(polish=Polish(max_steps=0))
FIRST = 5
Map = Callable[[Tensor], Tensor]
REACH = Bold().reach


def problem() -> DeepLinear:
    data, labels = load_digits(return_X_y=True)
    X = torch.tensor(data[labels < WIDTHS[-1]])
    basis = torch.linalg.svd(X, full_matrices=False).Vh[: WIDTHS[0]]
    Y = torch.nn.functional.one_hot(torch.tensor(labels[labels < WIDTHS[-1]]), WIDTHS[-1])
    return DeepLinear(WIDTHS, inputs=X @ basis.T, targets=Y.double())


def one_by_one(surface: DeepLinear, starts: Tensor, method: Newton = METHOD) -> Tensor:
    """The same searches, each alone, with derivatives by automatic differentiation."""
    R = torch.linalg.qr(torch.cat([surface.inputs, surface.targets], 1), mode="r").R
    X, Y = R[:, : WIDTHS[0]], R[:, WIDTHS[0] :]
    norm = torch.linalg.matrix_norm(X, 2)

    def residual(w: Tensor) -> Tensor:
        M = torch.eye(WIDTHS[0], dtype=w.dtype)
        for W in surface.weights(w):
            M = W @ M
        return X @ M.T - Y

    def loss(w: Tensor) -> Tensor:
        return residual(w).square().sum() / 2

    def scale(w: Tensor) -> Tensor:
        sizes = [torch.linalg.matrix_norm(W, 2).clamp(min=1) for W in surface.weights(w)]
        return norm * residual(w).norm() * torch.stack(sizes).prod()

    gradient, hessian = torch.func.grad(loss), torch.func.hessian(loss)
    return torch.stack([_alone(w, method, gradient, hessian, scale) for w in starts])


def _alone(w: Tensor, method: Newton, gradient: Map, hessian: Map, scale: Map) -> Tensor:
    identity = torch.eye(len(w), dtype=w.dtype)
    ratio, first = method.least_damping / method.damping, scale(w)
    for iteration in range(method.max_iterations):
        g, room = gradient(w), 1 + w.norm()
        if g.norm() <= 1e-8 * first and g.norm() <= 1e-13 * scale(w):
            break
        share = (iteration % method.cycle) / (method.cycle - 1)
        s = method.damping * ratio**share * g.norm() / room
        H = hessian(w)
        s = torch.maximum(s, len(w) * torch.finfo(w.dtype).eps * torch.linalg.matrix_norm(H))
        p = -torch.linalg.solve(torch.complex(H, s * identity), g.to(torch.complex128)).real
        w = w + p * (REACH * room / p.norm()).clamp(max=1.0)
    return w


def agreement(surface: DeepLinear, starts: Tensor) -> None:
    """How far the two versions agree, after a few iterations and at the end."""
    for method in (replace(METHOD, max_iterations=FIRST), METHOD):
        together = method.search(surface, starts).points
        alone = one_by_one(surface, starts, method)
        apart = (together - alone).norm(dim=-1) / (1 + alone.norm(dim=-1))
        losses = (surface.loss(together) - surface.loss(alone)).abs() / surface.loss(alone)
        print(
            f"{method.max_iterations} iterations at most, {len(starts)} starts: "
            f"{int((apart <= 1e-6).sum())} same points, {int((losses <= 1e-8).sum())} same losses, "
            f"median distance {apart.median():.1e}"
        )


def main() -> None:
    surface = problem()
    starts = surface.random_point(torch.Generator().manual_seed(0), (SEARCHES,))
    agreement(surface, starts[:ONE_BY_ONE])
    compare(
        f"Newton searches, {'-'.join(map(str, WIDTHS))} on digits, seconds a search",
        Act(
            f"one start at a time ({ONE_BY_ONE} of them)",
            lambda: one_by_one(surface, starts[:ONE_BY_ONE]),
            per=ONE_BY_ONE,
        ),
        [
            Act(
                f"lossatlas, {SEARCHES} at once",
                lambda: METHOD.search(surface, starts),
                per=SEARCHES,
                at_most=1 / 15,
            )
        ],
    )


if __name__ == "__main__":
    main()
