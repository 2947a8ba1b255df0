"""The same networks with cross-entropy in place of the squared error: seen, not judged.

The theorem does not speak of it. Descents say where they end, what the Hessian shows there, and how
far apart the losses are; nothing of it enters a verdict.
"""

from typing import Any

import numpy as np
import torch

from lossatlas.catalogue import Record
from lossatlas.critical import Descent, find
from lossatlas.data import stratified
from lossatlas.evidence import Strength
from lossatlas.execution import torch_generator
from lossatlas.linalg import inertia
from lossatlas.surfaces import CrossEntropy, Identity, Perceptron

from ._judge import STUDY
from ._network import Network, network_of
from ._settings import Piece

_MOST_SAMPLES = 200


def observe(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Descents on the cross-entropy of a network.

    Args:
        settings: A `Piece`: the `number` of descents, each as many as make sense at once.
        seed: The entropy of the task's generator.

    Returns:
        One record of kind "observation" a descent.
    """
    piece = Piece.model_validate(settings)
    network = network_of(piece)
    surface = cross_entropy_surface(network)
    starts = surface.random_point(torch_generator(seed), batch=(piece.number,))
    found = find(surface, starts, method=Descent())
    signs = inertia(surface.hessian(found.points), error=surface.hessian_error(found.points))
    return [
        Record(
            STUDY,
            "observation",
            {
                **network.attributes(),
                "criterion": "cross-entropy",
                "run": i,
                "loss": found.loss[i].item(),
                "gradient_norm": found.gradient_norm[i].item(),
                "newton_step": found.newton_step[i].item(),
                "status": found.status[i].value,
                "index": int(signs.negative[i]),
                "undecided": int(signs.undecided[i]),
                "positive": int(signs.positive[i]),
                "strength": Strength.MEASURED.value,
            },
            found.points[i].numpy(),
        )
        for i in range(piece.number)
    ]


def cross_entropy_surface(network: Network) -> Perceptron:
    """The linear network's cross-entropy on a stratified choice of the samples."""
    data = network.instance.dataset
    number = min(_MOST_SAMPLES, len(data.inputs))
    rows = stratified(data.labels, number, 0)
    X, Y = (torch.from_numpy(np.array(part[rows])) for part in (data.inputs, data.targets))
    return Perceptron(network.widths, Identity(), CrossEntropy(), X, Y)
