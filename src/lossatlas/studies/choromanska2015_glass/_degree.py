"""The degree of networks and of the reduced loss: f(c w) against c^H f(w).

ReLU is homogeneous for positive factors only, so its factors are positive. The relative error is
|f(c w) - c^H f(w)| / max |c^H f(w)|, over the outputs for all digits.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lossatlas.catalogue import Record
from lossatlas.data import digits
from lossatlas.execution import numpy_generator, torch_generator
from lossatlas.surfaces import DeepLinear, Identity, Perceptron, ReLU, SpinGlass, SquaredError

from ._judge import STUDY
from ._pieces import DegreePiece

FACTORS = (0.5, 1.7, 3.0)
_SAMPLES = 100
_COMPONENTS = 12
_WIDEST = 9
_LEAST = 2


def scale(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Scale the weights of networks of a depth, and of the reduced loss of that order.

    Args:
        settings: A `DegreePiece`.
        seed: The entropy of widths, weights and couplings.

    Returns:
        A record of kind "homogeneity" for each model, draw and factor.
    """
    piece = DegreePiece.model_validate(settings)
    rng, generator = numpy_generator(seed), torch_generator(seed)
    return [record for _ in range(piece.draws) for record in _draw(piece.layers, rng, generator)]


def _draw(layers: int, rng: np.random.Generator, generator: Generator) -> Iterator[Record]:
    data = digits(samples=_SAMPLES, components=_COMPONENTS)
    X, Y = (torch.from_numpy(np.array(part)) for part in (data.inputs, data.targets))
    hidden = rng.integers(_LEAST, _WIDEST, size=layers - 1).tolist()
    widths = (X.shape[1], *hidden, Y.shape[1])
    words = "-".join(map(str, widths))
    for activation, biases, model in _MODELS:
        net = Perceptron(widths, activation, SquaredError(), X, Y, biases=biases)
        w = torch.randn(net.dimension, generator=generator, dtype=torch.float64)
        by = "biases" if biases else ""
        yield from _records(model, layers, words, lambda c, net=net, w=w: net.outputs(c * w), by)
        if not biases:
            yield from _records(
                f"{model}, softmax of its outputs", layers, words,
                lambda c, net=net, w=w: net.outputs(c * w).softmax(-1), "a softmax",
            )  # fmt: skip
    linear = DeepLinear(widths, X, Y)
    w = torch.randn(linear.dimension, generator=generator, dtype=torch.float64)
    end_to_end = lambda c: _product(linear.weights(c * w))  # noqa: E731
    yield from _records("end-to-end matrix of a linear network", layers, words, end_to_end)
    if layers > 1:
        size = int(rng.integers(3, 9))
        glass = SpinGlass(layers, size, generator=generator)
        w = glass.random_point(generator, (8,))
        yield from _records("reduced loss", layers, f"Λ = {size}", lambda c: glass.loss(c * w))


_MODELS = (
    (ReLU(), False, "ReLU network"),
    (Identity(), False, "linear network"),
    (ReLU(), True, "ReLU network with biases"),
)


def _product(weights: list[Tensor]) -> Tensor:
    return torch.linalg.multi_dot(weights[::-1]) if len(weights) > 1 else weights[0]


def _records(model: str, layers: int, widths: str, f: Any, broken_by: str = "") -> Iterator[Record]:
    for c in FACTORS:
        told = {
            "model": model,
            "degree": layers,
            "widths": widths,
            "factor": c,
            "error": relative_error(f(1.0), f(c), c**layers),
            "broken_by": broken_by,
        }
        yield Record(STUDY, "homogeneity", told)


def relative_error(before: Float[Tensor, "*b"], after: Float[Tensor, "*b"], power: float) -> float:
    """The largest distance from exact scaling, relative to the largest scaled value.

    A ReLU network of two units a layer may be dead for every digit: zero scales exactly.
    """
    scaled = power * before
    distance = (after - scaled).abs().max()
    return float(distance / scaled.abs().max()) if distance != 0 else 0.0
