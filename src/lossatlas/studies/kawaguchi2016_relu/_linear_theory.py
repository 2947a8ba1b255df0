"""What the theory of deep linear networks says of the digits that the ReLU networks are trained on."""

from typing import Any

import numpy as np

from lossatlas.catalogue import Record
from lossatlas.data import Dataset
from lossatlas.studies._choices import load
from lossatlas.theory import deep_linear

from ._names import STUDY
from ._pieces import LinearPiece

_MOST_VALUES = 4096


def list_values(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:  # noqa: ARG001
    """The critical values of the reduced model, means over samples.

    The reduced model's outputs are rho W_H ... W_1 x: its least loss does not depend on rho. Inputs
    that are combinations of others are taken out first, which changes no linear network's outputs.

    Args:
        settings: A `LinearPiece`.
        seed: Not used.

    Returns:
        One record of kind "linear values" with the values, ascending, where there are few enough.
    """
    piece = LinearPiece.model_validate(settings)
    train, test = load(piece.data)
    X, Y = independent_inputs(np.array(train.inputs)), np.array(train.targets)
    widths = (X.shape[1], *piece.hidden, Y.shape[1])
    assumed = deep_linear.check_assumptions(X, Y)
    most = min(widths)
    every = 2 ** Y.shape[1] <= _MOST_VALUES and assumed.all_hold
    values = [v.value for v in deep_linear.critical_values(X, Y, widths)] if every else []
    told = {
        "family": piece.family,
        "hidden_layers": piece.hidden_layers,
        "rank": X.shape[1],
        "inputs": train.inputs.shape[1],
        "bottleneck": most,
        "theorem": assumed.all_hold,
        "global_value": deep_linear.global_minimum(X, Y, widths) / len(X),
        "zero_value": 0.5 * float(np.square(Y).sum()) / len(X),
        "values": len(values),
        **dict(zip(("train_right", "test_right"), best_right(train, test, most), strict=True)),
    }
    return [Record(STUDY, "linear values", told, np.sort(values) / len(X) if values else None)]


def best_right(train: Dataset, test: Dataset, rank: int) -> tuple[float, float]:
    """The shares of digits that the best linear network of a rank answers right, trained and held out.

    Its outputs are the least-squares ones in the rank's leading directions; of all matrices that give
    them on the training digits the shortest is taken.
    """
    X, Y = np.array(train.inputs), np.array(train.targets)
    least, *_ = np.linalg.lstsq(X, Y, rcond=None)
    _, _, V = np.linalg.svd(X @ least, full_matrices=False)
    best = least @ V[:rank].T @ V[:rank]
    shares = [
        float(np.mean((np.array(part.inputs) @ best).argmax(1) == np.array(part.targets).argmax(1)))
        for part in (train, test)
    ]
    return shares[0], shares[1]


def independent_inputs(X: np.ndarray) -> np.ndarray:
    """The samples in coordinates of the space that they span."""
    _, s, V = np.linalg.svd(X, full_matrices=False)
    kept = s > s.max(initial=0.0) * max(X.shape) * np.finfo(float).eps
    coordinates: np.ndarray = X @ V[kept].T
    return coordinates
