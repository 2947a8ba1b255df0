"""Newton searches from many starts on one spin glass: the batch against a loop of `scipy.optimize`.

The baseline is `scipy.optimize.root` (MINPACK's hybr with the Jacobian) on T y y = y, the form of
the equations without a constraint, in which it is faster than with one; value and Jacobian come
from one product. It gets the same starts, scaled to the multiple that suits the equations, and runs
on some of them; times are a start. The two methods take different steps, so that from far away they
mostly end at different critical points. How many of their ends are the same is printed: from the
same random starts; from starts a little away from critical points, where the end is not a matter of
chance; and how many of scipy's ends are among all of ours.
"""

import numpy as np
import torch
from _timing import Act, compare
from numpy import ndarray
from scipy.optimize import root
from torch import Generator, Tensor

from lossatlas.critical import Status, TensorNewton, distinct, find
from lossatlas.surfaces import SpinGlass

SIZES = (8, 12, 20, 30)
STARTS = 5000
ONE_BY_ONE = 200
GOAL = 1 / 15
SAME = 1e-6
NEAR = 0.01


class Equations:
    """T y y = y with its Jacobian, as a user of scipy would write them when in a hurry."""

    def __init__(self, surface: SpinGlass) -> None:
        self.size = surface.size
        self.T = (surface.couplings * surface.size**-0.5).reshape(-1, surface.size).numpy()
        self.identity = np.eye(surface.size)

    def __call__(self, y: ndarray) -> tuple[ndarray, ndarray]:
        A = (self.T @ y).reshape(self.size, self.size)
        return A @ y - y, 2 * A - self.identity

    def start(self, w: ndarray) -> ndarray:
        """The multiple y of w with y.(T y y - y) = 0."""
        A = (self.T @ w).reshape(self.size, self.size)
        return w * (w @ w) / (w @ A @ w)


def one_by_one(equations: Equations, starts: Tensor) -> tuple[ndarray, ndarray]:
    """The end of each search on the sphere, and whether it converged to something not zero."""
    results = [
        root(equations, equations.start(w), jac=True, method="hybr", options={"xtol": 1e-12})
        for w in starts.numpy()
    ]
    ends = np.array([result.x for result in results])
    norms = np.linalg.norm(ends, axis=1)
    arrived = np.array([result.success for result in results]) & (norms > 1e-6)
    return ends / norms[:, None] * equations.size**0.5, arrived


def same_pair(surface: SpinGlass, ours: Tensor, theirs: Tensor) -> Tensor:
    """Whether ends are equal or opposite: y = w / mu points to the other side where mu < 0."""
    apart = torch.minimum((ours - theirs).norm(dim=-1), (ours + theirs).norm(dim=-1))
    return apart <= SAME * surface.size**0.5


def agreement(surface: SpinGlass, equations: Equations, starts: Tensor) -> None:
    """Where both converge: how many ends are the same, and as sets."""
    few = starts[:ONE_BY_ONE]
    found = find(surface, starts, method=TensorNewton())
    ends, arrived = (torch.from_numpy(a) for a in one_by_one(equations, few))
    ours = found.having(Status.CRITICAL)[: len(few)]
    both = ours & arrived
    same = both & same_pair(surface, found.points[: len(few)], ends)
    mine = torch.cat([found.critical, -found.critical])
    groups = distinct(surface, torch.cat([mine, ends[arrived]]))
    seen = torch.isin(groups.group[len(mine) :], groups.group[: len(mine)])
    print(
        f"\nN = {surface.size}: of {len(few)} starts scipy converges from {int(arrived.sum())}, "
        f"lossatlas from {int(ours.sum())}, both from {int(both.sum())}, {int(same.sum())} of these "
        f"to the same pair; {int(seen.sum())} of scipy's ends are among those of lossatlas from all "
        f"{len(starts)} starts"
    )
    near_known_points(surface, equations, found.critical[:ONE_BY_ONE])


def near_known_points(surface: SpinGlass, equations: Equations, points: Tensor) -> None:
    shift = torch.randn(points.shape, generator=Generator().manual_seed(2), dtype=points.dtype)
    tangent = surface.manifold.project(points, NEAR * shift)
    starts = surface.manifold.retract(points, tangent)
    found = find(surface, starts, method=TensorNewton())
    ends, arrived = (torch.from_numpy(a) for a in one_by_one(equations, starts))
    both = arrived & found.having(Status.CRITICAL)
    same = both & same_pair(surface, found.points, ends)
    print(
        f"from {len(points)} starts {NEAR:.0%} of the radius away from critical points both converge "
        f"{int(both.sum())} times, {int(same.sum())} of these to the same pair"
    )


def main() -> None:
    for size in SIZES:
        surface = SpinGlass(3, size, generator=Generator().manual_seed(0))
        starts = surface.random_point(Generator().manual_seed(1), (STARTS,))
        equations = Equations(surface)
        agreement(surface, equations, starts)
        timed(surface, equations, starts)


def timed(surface: SpinGlass, equations: Equations, starts: Tensor) -> None:
    method = TensorNewton()
    compare(
        f"Critical points of a 3-spin glass, N = {surface.size}, seconds a start",
        Act(
            f"scipy.optimize.root ({ONE_BY_ONE} starts)",
            lambda: one_by_one(equations, starts[:ONE_BY_ONE]),
            per=ONE_BY_ONE,
        ),
        [
            Act(
                f"the search, {STARTS} starts at once",
                lambda: method.search(surface, starts),
                per=STARTS,
                at_most=GOAL,
            ),
            Act(
                "find: the search and every status",
                lambda: find(surface, starts, method=method),
                per=STARTS,
            ),
        ],
    )


if __name__ == "__main__":
    main()
