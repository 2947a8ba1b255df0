"""Points that are planted on kinks of a network, critical by their targets, with what autograd says of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.func import grad, jacrev

from lossatlas.surfaces import (
    AbstractActivation,
    LeakyReLU,
    Perceptron,
    SquaredError,
    activation_patterns,
    held_kinks,
)

Place = tuple[int, int, int]  # hidden layer, unit, sample, from 0


@dataclass
class Planted:
    """A point with pre-activations at zero, of the multipliers asked for, and what autograd says of it."""

    surface: Perceptron
    w: Tensor
    places: list[Place]
    c: Tensor
    delta: Tensor
    own: Tensor  # delta without the sum over later kinks
    negative: int

    @property
    def is_minimum(self) -> bool:
        rises = bool(((self.c < 0) & (self.c + self.delta > 0)).all())
        return rises and not self.negative


def _slope(activation: AbstractActivation) -> float:
    return activation.slope if isinstance(activation, LeakyReLU) else 0.0


def _forward(
    surface: Perceptron, w: Tensor, u: Tensor, places: Sequence[Place], gates: Sequence[Tensor]
) -> tuple[Tensor, Tensor]:
    """The outputs and the Z_i as functions of the weights and the u_i, gates (n, d_k) as they are."""
    b = _slope(surface.activation)
    x, Z = surface.inputs, []
    parts = surface.weights(w)
    stride = 2 if surface.biases else 1
    for k, gate in enumerate(gates):
        z = x @ parts[stride * k].T
        if surface.biases:
            z = z + parts[stride * k + 1]
        Z += [z[s, j] for layer, j, s in places if layer == k]
        lift = torch.zeros_like(z)
        for i, (layer, j, s) in enumerate(places):
            if layer == k:
                unit = torch.zeros_like(z)
                unit[s, j] = 1
                lift = lift + unit * u[i]
        x = gate * z + (1 - b) * lift
    out = x @ parts[stride * len(gates)].T
    return (out + parts[-1] if surface.biases else out), torch.stack(Z)


def _sample_on_kinks(
    surface: Perceptron, w: Tensor, at: Sequence[tuple[int, int]], *, followers: bool
) -> Tensor | None:
    """An input on which these units (layer, unit) are at zero and no other is near it."""
    rng = Generator().manual_seed(int(1e6 * float(w.abs().sum())) % 2**31)
    parts = surface.weights(w)
    stride, b = (2 if surface.biases else 1), _slope(surface.activation)

    def signs(x: Tensor) -> tuple[list[Tensor], Tensor]:
        """The pre-activations, and the gradients of those asked for by the input."""
        zs, slopes, J = [], {}, torch.eye(len(x)).double()
        for k in range(len(surface.widths) - 2):
            z, J = parts[stride * k] @ x, parts[stride * k] @ J
            z = z + parts[stride * k + 1] if surface.biases else z
            zs.append(z)
            slopes.update({(k, j): J[j] for j in range(len(z))})
            gate = torch.where(z > 0, 1.0, z.new_tensor(b))
            x, J = gate * z, gate[:, None] * J
        return zs, torch.stack([slopes[place] for place in at])

    for _ in range(50):
        x = torch.randn(surface.widths[0], generator=rng, dtype=torch.float64)
        for _ in range(8):
            zs, J = signs(x)
            x = x - torch.linalg.pinv(J) @ torch.stack([zs[k][j] for k, j in at])
        zs, _ = signs(x)
        off = [
            abs(float(z[j])) for k, z in enumerate(zs) for j in range(len(z)) if (k, j) not in at
        ]
        if followers:  # what reads nothing but the units on kinks is zero with them
            off = [z for z in off if z > 1e-13]
        if max(abs(float(zs[k][j])) for k, j in at) < 1e-14 and min(off) > 1e-2 and x.norm() < 10:
            return x
    return None


def planted_on_kinks(
    widths: Sequence[int],
    activation: AbstractActivation,
    at: Sequence[Sequence[tuple[int, int]]],
    *,
    biases: bool,
    seed: int,
    scale: float = 1e-3,
    push: float = 4e-3,
    c: Sequence[float] | None = None,
    followers: bool = False,
) -> Planted | None:
    """Targets that make a random point critical on kinks with the multipliers c.

    Args:
        widths: The network.
        activation: ReLU or leaky ReLU.
        at: For each of the first samples the units (layer, unit) that are at zero there.
        biases: Whether there are biases.
        seed: Of the weights, the data and the multipliers.
        scale: The size of c.
        push: What delta is to be.
        c: The multipliers, drawn below zero by default.
        followers: Whether the other units of a sample may be zero because those on kinks are.
    """
    rng = Generator().manual_seed(seed)
    empty = Perceptron(
        widths,
        activation,
        SquaredError(),
        torch.ones(1, widths[0]).double(),
        torch.ones(1, widths[-1]).double(),
        biases=biases,
    )
    w = empty.random_point(rng)
    on_kinks = [_sample_on_kinks(empty, w, own, followers=followers) for own in at]
    rows = [x for x in on_kinks if x is not None]
    if len(rows) < len(at):
        return None
    n = len(rows) + 4 * empty.dimension
    X = torch.randn(n, widths[0], generator=rng, dtype=torch.float64)
    X[: len(rows)] = torch.stack(rows)
    places = sorted((k, j, s) for s, own in enumerate(at) for k, j in own)
    surface = Perceptron(
        widths, activation, SquaredError(), X, torch.zeros(n, widths[-1]).double(), biases=biases
    )
    gates = [g[0].T.clone() for g in activation_patterns(surface, w[None], on_kink=1e-9).gates]
    none = torch.zeros(len(places), dtype=torch.float64)
    if c is None:
        drawn = -scale * (0.5 + torch.rand(len(places), generator=rng, dtype=torch.float64))
    else:
        drawn = torch.tensor(c, dtype=torch.float64)

    def f(w: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        return _forward(surface, w, u, places, gates)

    J, G = jacrev(f)(w, none)
    # Residuals where the kinks are, such that delta is `push` at each, if the outputs are enough.
    by_u, Z_by_u = jacrev(f, argnums=1)(w, none)
    r = torch.zeros(n, widths[-1], dtype=torch.float64)
    for s in range(len(rows)):
        own = [i for i, place in enumerate(places) if place[2] == s]
        wanted = push + (Z_by_u.T @ drawn)[own]
        r[s] = torch.linalg.pinv(by_u[s][:, own].T) @ wanted
    first = J[: len(rows)].flatten(0, 1)
    rest = J[len(rows) :].flatten(0, 1)
    wanted = G.T @ drawn - first.T @ r[: len(rows)].flatten()
    r[len(rows) :] = torch.linalg.lstsq(rest.T, wanted[:, None], driver="gelsd").solution.reshape(
        -1, widths[-1]
    )
    if float((rest.T @ r[len(rows) :].flatten() - wanted).norm()) > 1e-12:
        return None
    Y = f(w, none)[0] - r
    planted = Perceptron(widths, activation, SquaredError(), X, Y, biases=biases)

    def h(w: Tensor, u: Tensor) -> Tensor:
        out, Z = f(w, u)
        return (out - Y).square().sum() / 2 - drawn @ Z

    def plain(w: Tensor, u: Tensor) -> Tensor:
        return (f(w, u)[0] - Y).square().sum() / 2

    delta, own = grad(h, argnums=1)(w, none), grad(plain, argnums=1)(w, none)
    H = jacrev(grad(h))(w, none)
    U = torch.linalg.svd(G).Vh[len(places) :].T
    values = torch.linalg.eigvalsh(U.T @ H @ U)
    negative = int((values < -1e-9 * values.max()).sum())
    return Planted(planted, w, places, drawn, delta, own, negative)


SHAPES = [
    ((3, 3, 2, 1), [[(0, 0)], [(1, 1)]]),
    ((3, 3, 2, 2), [[(0, 1), (1, 0)], [(0, 2)]]),
    ((4, 3, 3, 2), [[(0, 1), (1, 0)], [(1, 2)]]),
    ((4, 3, 3, 2, 1), [[(0, 0)], [(2, 1)], [(1, 0)]]),
    ((3, 2, 1), [[(0, 0)], [(0, 1)]]),
]


def around(planted: Planted, radius: float, number: int = 3000) -> Tensor:
    """Points about w: anywhere, along the kinks, and off them alone."""
    w, surface = planted.w, planted.surface
    V = torch.randn(number, len(w), generator=Generator().manual_seed(0), dtype=w.dtype)
    kinks = held_kinks(surface, w[None], activation_patterns(surface, w[None], on_kink=1e-9))
    G = kinks.rows[0]
    normal = V @ torch.linalg.pinv(G) @ G
    third = number // 3
    V = torch.cat([V[:third], (V - normal)[third : 2 * third], normal[2 * third :]])
    return w + radius * V / V.norm(dim=-1, keepdim=True)


def true_pre_activations(surface: Perceptron, w: Tensor) -> Tensor:
    parts, stride = surface.weights(w), 2 if surface.biases else 1
    x, zs = surface.inputs.T, []
    for k in range(len(surface.widths) - 2):
        z = parts[stride * k] @ x
        z = z + parts[stride * k + 1][:, None] if surface.biases else z
        zs.append(z)
        x = surface.activation.value(z)
    return torch.cat(zs)
