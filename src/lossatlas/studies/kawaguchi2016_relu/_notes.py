"""Remarks that enter no ruling: the caveats of the mapping, the linear theory, lost networks."""

from ._names import END
from ._rows import Rows, by, by_architecture, of

CAVEATS = (
    "An assumption that fails does not make a theorem false: it says that the theorem is not about "
    "these networks.",
    "Both papers have one output for the spin glass, networks on digits have ten. A network with one "
    "hidden layer has H = 2, and the spin glass needs at least 3. The paper's experiments vary the width at "
    "a fixed depth. The theory speaks of the training loss, the paper's experiments of the test loss.",
    "Networks here have no biases, ReLU after every hidden layer and none at the output, and normal "
    "starts of variance 2 / fan-in.",
)


def linear_notes(rows: Rows) -> list[str]:
    """How many networks end where the linear theory has none."""
    least = {(row["family"], row["hidden_layers"]): row["global_value"] for row in rows.linear}
    ends = by_architecture(of(rows.checkpoints, stage=END, finite=True))
    below = [
        row["train_loss"] < least[key] for key, own in ends.items() if key in least for row in own
    ]
    if not below:
        return []
    return [
        "The theory of deep linear networks says that no network of the reduced model has a training loss "
        f"below its global value, and that every local minimum has it: {sum(below)} of {len(below)} ReLU "
        "networks end below."
    ]


def lost_notes(rows: Rows) -> list[str]:
    """Networks that became infinite, by architecture."""
    lost = by("architecture", of(rows.checkpoints, stage=END, finite=False))
    return [
        f"{len(own)} networks {name} became infinite in training; they are in the catalogue and are "
        "judged nowhere."
        for name, own in lost.items()
    ]
