"""The same networks with cross-entropy in place of the squared error: seen, not judged.

The theorem does not speak of it. Descents say where they end, what the Hessian shows there, and how
far apart the losses are; nothing of it enters a verdict.
"""

from typing import Any

import numpy as np
import torch

from lossatlas.catalogue import Record
from lossatlas.critical import CriticalPoint, Descent, classify_batch, find
from lossatlas.data import stratified
from lossatlas.evidence import Strength
from lossatlas.execution import torch_generator
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
    ends = classify_batch(surface, found.points, generator=torch_generator(seed))
    return [
        Record(STUDY, "observation", _told(network, end, i), found.points[i].numpy())
        for i, end in enumerate(ends)
    ]


def cross_entropy_surface(network: Network) -> Perceptron:
    """The linear network's cross-entropy on a stratified choice of the samples."""
    data = network.instance.dataset
    number = min(_MOST_SAMPLES, len(data.inputs))
    rows = stratified(data.labels, number, 0)
    X, Y = (torch.from_numpy(np.array(part[rows])) for part in (data.inputs, data.targets))
    return Perceptron(network.widths, Identity(), CrossEntropy(), X, Y)


def _told(network: Network, end: CriticalPoint, i: int) -> dict[str, Any]:
    return {
        **network.attributes(),
        "criterion": "cross-entropy",
        "run": i,
        "loss": end.loss,
        "gradient_norm": end.gradient_norm,
        "newton_step": end.newton_step,
        "status": end.status.value,
        "index": int(end.inertia.negative),
        "undecided": int(end.inertia.undecided),
        "positive": int(end.inertia.positive),
        "kind": end.kind.value,
        "strength": Strength.MEASURED.value,
    }
