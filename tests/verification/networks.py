"""Small networks whose minima the search has proved, stored as the study stores them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from lossatlas.catalogue import Record
from lossatlas.critical import (
    Argument,
    MinimumProof,
    polish_minima,
    prove_minimum,
    screen_minima,
)
from lossatlas.studies.nonlinearity._certificates import claim, instance_record, lower_record
from lossatlas.surfaces import (
    AbstractActivation,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    SquaredError,
    Tanh,
)
from lossatlas.verification import MinimumClaim, NonlinearNetwork as Checked
from lossatlas.verification._read import Row
from lossatlas.verification._stored import stored_claim, stored_draw

NAME = "net"
NETWORKS: dict[str, tuple[tuple[int, ...], AbstractActivation, bool]] = {
    "one output": ((2, 3, 1), ReLU(), False),
    "two outputs": ((3, 2, 2), LeakyReLU(0.5), False),
    "biases": ((2, 3, 1), ReLU(), True),
    "biases, leaky, two outputs": ((2, 2, 2), LeakyReLU(0.3), True),
    "two hidden layers": ((3, 3, 2, 1), ReLU(), False),
    "two hidden layers, leaky": ((2, 2, 2, 2), LeakyReLU(0.8), False),
    "three hidden layers": ((2, 2, 2, 2, 1), LeakyReLU(0.5), False),
    "tanh": ((2, 2, 1), Tanh(), False),
    "softplus": ((3, 2, 1), Softplus(), False),
}


@dataclass(frozen=True, eq=False)
class Proved:
    """A network with the minima of it that the search proved."""

    surface: Perceptron
    proofs: Sequence[MinimumProof]

    @property
    def lowest(self) -> MinimumProof:
        return min(self.proofs, key=lambda proof: proof.loss[1])

    def told(self, proof: MinimumProof) -> dict[str, Any]:
        """The attributes of a minimum's record."""
        bad = self.lowest.loss[1] < proof.loss[0]
        return {
            **claim(NAME, proof),
            "radius": proof.radius,
            "loss_low": proof.loss[0],
            "loss_high": proof.loss[1],
            "strict": proof.strict,
            "bad": bad,
        }

    def records(self, proofs: Sequence[MinimumProof] | None = None) -> list[Record]:
        """What a study stores of them."""
        points = [
            Record("nonlinearity", "point", self.told(proof), proof.point.numpy())
            for proof in (self.proofs if proofs is None else proofs)
        ]
        beside = lower_record(NAME, self.lowest.point)
        return [instance_record(NAME, self.surface), beside, *points]


@lru_cache
def proved(name: str, reduction: str = "sum") -> Proved:
    """Minima at the ends of a few searches."""
    widths, activation, biases = NETWORKS[name]
    rng = torch.Generator().manual_seed(1)
    X = torch.randn(14, widths[0], generator=rng, dtype=torch.float64)
    Y = torch.randn(14, widths[-1], generator=rng, dtype=torch.float64)
    surface = Perceptron(
        widths,
        activation,
        SquaredError(),
        X,
        Y,
        biases=biases,
        reduction=reduction,  # type: ignore[arg-type]
    )
    ends = surface.random_point(rng, (40 if len(widths) == 3 else 12,))
    for _ in range(400):
        ends = ends - 0.01 * surface.gradient(ends)
    polished = polish_minima(surface, ends, max_steps=200)
    screen = screen_minima(surface, polished.points)
    found = [prove_minimum(surface, w) for w in polished.points[screen.candidates]]
    return Proved(surface, [proof for proof in found if isinstance(proof, MinimumProof)])


def one_by(argument: Argument, name: str = "one output") -> tuple[Proved, MinimumProof]:
    """A bad minimum that the search proved by this argument."""
    known = proved(name)
    for proof in known.proofs:
        if proof.argument is argument and known.lowest.loss[1] < proof.loss[0]:
            return known, proof
    raise AssertionError(f"no minimum was proved by {argument.name}")


def checked(surface: Perceptron) -> Checked:
    """The checker's own network, from the record."""
    record = instance_record(NAME, surface)
    assert record.point is not None
    found = stored_draw(Row(dict(record.attributes), tuple(record.point.tolist())))
    assert isinstance(found, Checked)
    return found


def claimed(known: Proved, proof: MinimumProof) -> MinimumClaim:
    """The claim as the checker reads it."""
    return stored_claim(known.told(proof))
