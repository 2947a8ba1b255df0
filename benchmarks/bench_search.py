"""Searches on a 5-4-4-3 linear network on digits: a thousand at once against one start at a time.

The baseline is the same algorithm written for one start with `torch.func` derivatives and
`torch.linalg`: the same damping, the same rules of acceptance, the same end of a search. It runs on
a subset of the starts; times are per search. Levenberg-Marquardt with a line search is monotone, so
both versions take the same steps and end at the same points, which is printed. The bold Newton
search amplifies rounding while it is far from everything: there the two versions agree to rounding
over the first iterations only, and the second table compares speed at equal rules, not equal ends.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from _timing import Act, compare
from sklearn.datasets import load_digits
from torch import Tensor

from lossatlas.critical import AbstractMethod, Bold, GradientNorm, Newton, Polish
from lossatlas.surfaces import DeepLinear

WIDTHS = (5, 4, 4, 3)
SEARCHES = 1000
ONE_BY_ONE = 20
GOAL = 1 / 15
NO_POLISH = Polish(max_steps=0)
MONOTONE = GradientNorm(polish=NO_POLISH)
BOLD = Newton(polish=NO_POLISH)
FIRST = 5
REACH = Bold().reach
FACTOR, DAMPINGS = 4.0, (1e-6, 1e3)  # of `GradientNorm`
Map = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Alone:
    """One point at a time: the derivatives that a plain search is written with."""

    gradient: Map
    hessian: Map
    scale: Map

    def arrived(self, w: Tensor, g: Tensor) -> bool:
        return bool(g.norm() <= 1e-13 * self.scale(w))


Search = Callable[[Tensor, Alone], tuple[Tensor, int]]


def problem() -> DeepLinear:
    data, labels = load_digits(return_X_y=True)
    X = torch.tensor(data[labels < WIDTHS[-1]])
    basis = torch.linalg.svd(X, full_matrices=False).Vh[: WIDTHS[0]]
    Y = torch.nn.functional.one_hot(torch.tensor(labels[labels < WIDTHS[-1]]), WIDTHS[-1])
    return DeepLinear(WIDTHS, inputs=X @ basis.T, targets=Y.double())


def derivatives(surface: DeepLinear) -> Alone:
    """The same surface, reduced to its triangular factor, by automatic differentiation."""
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

    return Alone(torch.func.grad(loss), torch.func.hessian(loss), scale)


def damped_step(H: Tensor, g: Tensor, s: Tensor) -> Tensor:
    s = torch.maximum(s, len(g) * torch.finfo(g.dtype).eps * torch.linalg.matrix_norm(H))
    A = torch.complex(H, s * torch.eye(len(g), dtype=g.dtype))
    return -torch.linalg.solve(A, g.to(A.dtype)).real


def monotone(w: Tensor, at: Alone, method: GradientNorm = MONOTONE) -> tuple[Tensor, int]:
    """Levenberg-Marquardt on 1/2 ||g||^2 with a line search, from one start."""
    g, factor, before = at.gradient(w), 1.0, torch.inf
    for iteration in range(method.max_iterations):
        norm = g.norm()
        if at.arrived(w, g):
            return w, iteration
        if iteration % method.patience == 0:
            if not norm < 0.99 * before:
                return w, iteration
            before = norm
        H = at.hessian(w)
        p = damped_step(H, g, factor * norm / (1 + w.norm()))
        w, g, share = searched(w, g, p, at, 2 * method.line_search.rho * (H @ g) @ p, method)
        factor = min(
            max(factor / FACTOR if share == 1 else factor * FACTOR, DAMPINGS[0]), DAMPINGS[1]
        )
    return w, method.max_iterations


def searched(
    w: Tensor, g: Tensor, p: Tensor, at: Alone, slope: Tensor, method: GradientNorm
) -> tuple[Tensor, Tensor, float]:
    """The first trial at which the squared gradient norm has fallen enough."""
    share = 1.0
    for _ in range(method.line_search.max_trials):
        trial = w + share * p
        there = at.gradient(trial)
        if there.square().sum() <= g.square().sum() + share * slope:
            return trial, there, share
        share *= method.line_search.shrink
    return w, g, 0.0


def bold(w: Tensor, at: Alone, method: Newton = BOLD) -> tuple[Tensor, int]:
    """Newton's method with bold steps, from one start."""
    ratio, first = method.least_damping / method.damping, at.scale(w)
    for iteration in range(method.max_iterations):
        g, room = at.gradient(w), 1 + w.norm()
        if g.norm() <= 1e-8 * first and at.arrived(w, g):
            return w, iteration
        share = (iteration % method.cycle) / (method.cycle - 1)
        p = damped_step(at.hessian(w), g, method.damping * ratio**share * g.norm() / room)
        w = w + p * (REACH * room / p.norm()).clamp(max=1.0)
    return w, method.max_iterations


def one_by_one(starts: Tensor, at: Alone, search: Search) -> tuple[Tensor, Tensor]:
    ends = [search(w, at) for w in starts]
    return torch.stack([w for w, _ in ends]), torch.tensor([spent for _, spent in ends])


def agreement(
    title: str, surface: DeepLinear, starts: Tensor, method: AbstractMethod, search: Search
) -> None:
    """How far the two versions agree."""
    together = method.search(surface, starts)
    alone, spent = one_by_one(starts, derivatives(surface), search)
    apart = (together.points - alone).norm(dim=-1) / (1 + alone.norm(dim=-1))
    print(
        f"{title}, {len(starts)} starts: {int((apart <= 1e-6).sum())} end within 1e-6 (1 + ||w||) "
        f"of each other (median {apart.median():.1e}, largest {apart.max():.1e}), "
        f"{int((spent == together.iterations).sum())} after equally many iterations"
    )


def timed(
    title: str, surface: DeepLinear, starts: Tensor, method: AbstractMethod, search: Search
) -> None:
    at = derivatives(surface)
    compare(
        f"{title}, {'-'.join(map(str, WIDTHS))} on digits, seconds a search",
        Act(
            f"one start at a time ({ONE_BY_ONE} of them)",
            lambda: one_by_one(starts[:ONE_BY_ONE], at, search),
            per=ONE_BY_ONE,
        ),
        [
            Act(
                f"lossatlas, {SEARCHES} at once",
                lambda: method.search(surface, starts),
                per=SEARCHES,
                at_most=GOAL,
            )
        ],
    )


def main() -> None:
    surface = problem()
    starts = surface.random_point(torch.Generator().manual_seed(0), (SEARCHES,))
    few = starts[:ONE_BY_ONE]
    agreement("Levenberg-Marquardt", surface, few, MONOTONE, monotone)
    timed("Levenberg-Marquardt", surface, starts, MONOTONE, monotone)
    early = replace(BOLD, max_iterations=FIRST)
    agreement(f"Bold Newton, {FIRST} steps", surface, few, early, lambda w, at: bold(w, at, early))
    agreement("Bold Newton", surface, few, BOLD, bold)
    timed("Bold Newton", surface, starts, BOLD, bold)


if __name__ == "__main__":
    main()
