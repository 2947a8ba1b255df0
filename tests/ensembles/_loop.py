"""The plain loop that every engine is held against: one network, autograd, torch.optim.SGD."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from lossatlas import surfaces
from lossatlas.surfaces import Perceptron

ACTIVATIONS = {
    surfaces.Identity(): lambda z: z,
    surfaces.ReLU(): nn.functional.relu,
    surfaces.LeakyReLU(0.1): lambda z: nn.functional.leaky_relu(z, 0.1),
    surfaces.Tanh(): torch.tanh,
    surfaces.Softplus(): nn.functional.softplus,
}
CRITERIA = {
    surfaces.SquaredError(): lambda f, y: (
        0.5 * nn.functional.mse_loss(f, y, reduction="none").sum(1).mean()
    ),
    surfaces.CrossEntropy(): nn.functional.cross_entropy,
    surfaces.Hinge(): lambda f, y: (1 - y * f).clamp(min=0).sum(1).mean(),
    surfaces.AbsoluteError(): lambda f, y: (
        nn.functional.l1_loss(f, y, reduction="none").sum(1).mean()
    ),
}


def perceptron(
    widths: tuple[int, ...],
    activation: surfaces.AbstractActivation,
    criterion: surfaces.AbstractCriterion,
    *,
    n: int,
    biases: bool,
    seed: int = 0,
    dtype: torch.dtype = torch.float64,
) -> Perceptron:
    """A surface on random samples of the kind that the criterion takes."""
    g = torch.Generator().manual_seed(seed)
    X = torch.randn(n, widths[0], generator=g, dtype=torch.float64).to(dtype)
    Y = torch.randn(n, widths[-1], generator=g, dtype=torch.float64).to(dtype)
    if criterion == surfaces.CrossEntropy():
        Y = torch.randint(widths[-1], (n,), generator=g)
    if criterion == surfaces.Hinge():
        Y = torch.where(Y > 0, 1.0, -1.0).to(dtype)
    return Perceptron(widths, activation, criterion, X, Y, biases=biases, reduction="mean")


def plain_loop(
    surface: Perceptron,
    start: Tensor,
    orders: list[list[int]],
    rates: list[list[float]],
    *,
    batch_size: int,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> Tensor:
    """Where torch.optim.SGD takes one network through the given orders, one list an epoch."""
    layers = [
        nn.Linear(below, above, bias=surface.biases, dtype=surface.dtype)
        for below, above in pairwise(surface.widths)
    ]
    parameters = [p for layer in layers for p in layer.parameters()]
    with torch.no_grad():
        for p, part in zip(parameters, surface.weights(start), strict=True):
            p.copy_(part)
    optimiser = torch.optim.SGD(parameters, 1.0, momentum=momentum, weight_decay=weight_decay)
    phi, criterion = ACTIVATIONS[surface.activation], CRITERIA[surface.criterion]
    for order, steps in zip(orders, rates, strict=True):
        for s, rate in enumerate(steps):
            chosen = order[s * batch_size : (s + 1) * batch_size]
            x = surface.inputs[chosen]
            for layer in layers[:-1]:
                x = phi(layer(x))
            loss = criterion(layers[-1](x), surface.targets[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.param_groups[0]["lr"] = rate
            optimiser.step()
    return torch.cat([p.detach().reshape(-1) for p in parameters])
