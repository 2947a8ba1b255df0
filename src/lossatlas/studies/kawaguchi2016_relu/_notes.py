"""Remarks that enter no ruling: the caveats of the mapping, the linear theory, lost networks."""

from collections.abc import Sequence

import numpy as np

from ._names import END
from ._rows import Row, Rows, by, by_architecture, layers_in_words, of

CAVEATS = (
    "An assumption that fails does not make a theorem false: it says that the theorem is not about "
    "these networks.",
    "Both papers have one output for the spin glass, the digits have ten. A network with one hidden "
    "layer has H = 2, and the spin glass needs at least 3. The paper's experiments vary the width at a "
    "fixed depth. The theory speaks of the training loss, the paper's experiments of the test loss.",
    "The correlation of the gates of two paths is about 0 in Choromanska et al., where paths toss coins "
    "of their own; Kawaguchi's version needs equal probabilities only.",
    "Networks here have no biases, ReLU after every hidden layer and none at the output, and normal "
    "starts of variance 2 / fan-in.",
)


def linear_notes(rows: Rows) -> list[str]:
    """What the deep linear theory predicts of the loss, and where ReLU networks end."""
    values = {(row["family"], row["hidden_layers"]): row for row in rows.linear}
    ends = by_architecture(of(rows.checkpoints, stage=END, finite=True))
    return [_against(values[key], own) for key, own in ends.items() if key in values]


def _against(values: Row, rows: Sequence[Row]) -> str:
    least = values["global_value"]
    losses = np.array([row["train_loss"] for row in rows])
    linear = np.array([row["linear_loss"] for row in rows])
    below = int((losses < least).sum())
    spread = float(losses.max() - losses.min())
    return (
        f"{values['family']}, {layers_in_words(values['hidden_layers'])}: the linear theory says that no "
        f"network of the model has a training loss below {least:.4g} and that every minimum has it; "
        f"{below} of {len(losses)} ReLU networks end below, at {losses.min():.4g} to {losses.max():.4g} "
        f"(a spread of {spread:.2g} where the model has none). Networks without gates, trained alike "
        f"from the same starts, {_ended(linear)}."
    )


def _ended(losses: np.ndarray) -> str:
    finite = losses[np.isfinite(losses)]
    lost = len(losses) - len(finite)
    became = f"{lost} became infinite" if lost else ""
    if not len(finite):
        return became
    ends = f"end at {finite.min():.4g} to {finite.max():.4g}"
    return f"{ends}, and {became}" if lost else ends


def lost_notes(rows: Rows) -> list[str]:
    """Networks that became infinite, by architecture."""
    lost = by("architecture", of(rows.checkpoints, stage=END, finite=False))
    return [
        f"{len(own)} networks {name} became infinite in training; they are in the catalogue and are "
        "judged nowhere."
        for name, own in lost.items()
    ]
